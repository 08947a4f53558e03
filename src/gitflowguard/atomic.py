"""One file, put in place at one stroke: a reader sees the old content or the new one, never a part (rename(2)).

For files that gitflowguard keeps for itself, and for reports. Files in a user's work tree go through `repo.files`,
which also waits for another run and replaces what a killed run left.
"""

from __future__ import annotations

import os
import stat

# The temporary file is new: never somebody else's file, link or pipe.
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def put(
    path: str, data: bytes, *, mode: int | None = None, durable: bool = False, only_new: bool = False
) -> bool:
    """Gives a path its whole content.

    Args:
        path: its folder exists.
        mode: the permission bits; None for what the umask leaves of 0666.
        durable: whether the content is on the disk when this returns (fsync(2)).
        only_new: whether a file that is there already stays as it is.

    Returns:
        False if the file was there already and only_new is set.

    Raises:
        OSError: the path is as it was.
    """
    temporary = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    handle = os.open(temporary, _FLAGS, 0o666 if mode is None else mode)
    try:
        with open(handle, "wb") as file:
            if mode is not None and stat.S_IMODE(os.fstat(handle).st_mode) != mode:
                os.chmod(temporary, mode)
            file.write(data)
            if durable:
                file.flush()
                os.fsync(handle)
        return _rename(temporary, path, only_new)
    finally:  # also after Ctrl-C and SIGTERM
        try:
            os.unlink(temporary)
        except OSError:
            pass


def sweep(path: str) -> None:
    """Takes away what runs that were killed while they wrote this file have left beside it."""
    folder, name = os.path.split(path)
    try:
        beside = os.listdir(folder or ".")
    except OSError:
        return
    for one in beside:
        process = _writer(one, name)
        if process and not _runs(process):
            try:
                os.unlink(os.path.join(folder, one))
            except OSError:
                pass


def _writer(temporary: str, name: str) -> int:
    """The process that writes a file of this name by this temporary one; 0 if it is none of ours."""
    process, dash, word = temporary.removeprefix(name + ".").partition("-")
    ours = temporary.startswith(name + ".") and dash and len(word) == 8 and not word.strip("0123456789abcdef")
    return int(process) if ours and process.isascii() and process.isdigit() and len(process) < 10 else 0


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


def _rename(temporary: str, path: str, only_new: bool) -> bool:
    if only_new:
        try:
            os.link(temporary, path)
            return True
        except FileExistsError:
            return False
        except OSError:  # a file system without links: then the last one wins
            pass
    os.replace(temporary, path)
    return True
