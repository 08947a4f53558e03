"""Repositories of many shapes, written by `git fast-import` in one go: branches, merges, tags and their dates."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.install.place import git

WHEN = 1_780_000_000  # a day in 2026, before the date that git's clock shows in tests
DAY = 86400


class History:
    """A repository that is told commit by commit. Marks are the commits' numbers."""

    def __init__(self, main: str = "main") -> None:
        self.main = main
        self.tips: dict[str, int] = {}
        self.lines: list[str] = []
        self.count = 0
        self.commit(main, "first")

    def commit(self, branch: str, subject: str = "", merge: str = "", base: str = "", age: int = 0) -> int:
        """One commit on a branch, which begins at ``base`` if it is new ("" for an orphan). age: in days."""
        self.count += 1
        text = subject or f"change {self.count}"
        parents = [self.tips.get(branch) or self.tips.get(base)]
        parents += [self.tips[merge]] if merge else []
        date = WHEN - age * DAY + self.count
        self.lines += [f"commit refs/heads/{branch}", f"mark :{self.count}"]
        self.lines += [f"committer Test Person <test@example.invalid> {date} +0000"]
        self.lines += [f"data {len(text.encode())}", text]
        if parents[0]:
            self.lines.append(f"from :{parents[0]}")
        if len(parents) > 1:
            self.lines.append(f"merge :{parents[1]}")
        self.lines += [f"M 100644 inline file{self.count}", "data 2", "x", ""]
        self.tips[branch] = self.count
        return self.count

    def branches(self, base: str, *names: str) -> None:
        """Open branches, each with a commit of its own."""
        for name in names:
            self.commit(name, base=base)

    def merged(self, into: str, *names: str, form: str = "Merge pull request #{n} from acme/{name}") -> None:
        """Branches that were merged by a merge commit, and deleted."""
        for name in names:
            there = self.tips.get(name)
            if there is None:
                self.commit(name, base=into)
            self.commit(into, form.format(n=self.count, name=name, into=into), merge=name)
            if there is None:
                self.lines += [f"reset refs/heads/{name}", f"from {'0' * 40}", ""]
                del self.tips[name]

    def squashed(self, into: str, count: int) -> None:
        """Pull requests that were squashed."""
        for number in range(count):
            self.commit(into, f"Add thing {number} (#{number + 1})")

    def tag(self, name: str, branch: str) -> None:
        """A tag at a branch's tip."""
        self.lines += [f"reset refs/tags/{name}", f"from :{self.tips[branch]}", ""]

    def write(self, folder: Path, head: str = "") -> Path:
        """The repository, bare, with HEAD on the main branch or another."""
        git(folder.parent, "init", "-q", "--bare", "-b", head or self.main, folder.name)
        stream = "\n".join((*self.lines, "done", ""))
        done = subprocess.run(
            ("git", "fast-import", "--quiet", "--done", "--force"),
            cwd=folder,
            input=stream.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return folder

    def clone(self, folder: Path, *options: str, head: str = "") -> Path:
        """A clone of it, as `git clone` makes one; its origin lies beside it."""
        origin = self.write(folder.with_name(folder.name + ".git"), head)
        git(folder.parent, "clone", "-q", *options, origin.as_uri(), folder.name)
        return folder
