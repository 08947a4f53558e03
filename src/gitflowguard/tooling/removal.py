"""Removing a directory of ours, whatever tools have made in it."""

from __future__ import annotations

import os
import stat

_FOLDER = (
    os.O_RDONLY
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def remove(path: str) -> None:
    """Removes a directory with all that is in it; follows no link and never raises OSError.

    Goes by descriptors, two at a time: no path grows too long, no depth is too
    great, and a link put in a directory's place meanwhile leads nowhere.
    """
    if os.scandir not in os.supports_fd or os.unlink not in os.supports_dir_fd:
        import shutil

        return shutil.rmtree(path, ignore_errors=True)
    try:
        _Walk(os.open(path, _FOLDER)).empty()
    except OSError:
        pass  # what is left is swept another time
    try:
        os.rmdir(path)
    except OSError:
        pass


class _Walk:
    """Where the removal is. at: the descriptor of the directory that is being emptied."""

    def __init__(self, at: int) -> None:
        self.at = at

    def empty(self) -> None:
        """Empties the directory, deepest first, and closes it."""
        try:
            # (its name in the one above, what it is, directories in it that are left)
            levels = [("", self.same(), self.clear())]
            while levels:
                name, _, folders = levels[-1]
                if folders:
                    below = folders.pop()
                    if self.down(below):
                        levels.append((below, self.same(), self.clear()))
                    continue
                levels.pop()
                if levels:
                    self.up(name, levels[-1][1])
        finally:
            os.close(self.at)

    def clear(self) -> list[str]:
        """Removes the files of the directory; returns the names of the directories in it."""
        if os.fstat(self.at).st_mode & stat.S_IRWXU != stat.S_IRWXU:
            os.fchmod(self.at, stat.S_IRWXU)  # a tool has taken our own rights to it away
        folders = []
        with os.scandir(self.at) as found:
            entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        for name, is_folder in entries:
            if is_folder:
                folders.append(name)
                continue
            try:
                os.unlink(name, dir_fd=self.at)
            except OSError:
                pass
        return folders

    def down(self, name: str) -> bool:
        """Goes into a directory; False if there is no way in."""
        try:
            if not os.stat(name, dir_fd=self.at, follow_symlinks=False).st_mode & stat.S_IRUSR:
                os.chmod(name, stat.S_IRWXU, dir_fd=self.at)
            below = os.open(name, _FOLDER, dir_fd=self.at)
        except OSError:
            return False
        os.close(self.at)
        self.at = below
        return True

    def up(self, name: str, expected: tuple[int, int]) -> None:
        """Goes back, and removes the directory that has been emptied."""
        above = os.open("..", _FOLDER, dir_fd=self.at)
        os.close(self.at)
        self.at = above
        if self.same() != expected:
            raise OSError("somebody moves what is being removed")
        try:
            os.rmdir(name, dir_fd=self.at)
        except OSError:
            pass

    def same(self) -> tuple[int, int]:
        """What tells a directory from any other."""
        info = os.fstat(self.at)
        return info.st_dev, info.st_ino
