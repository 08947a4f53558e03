"""A repository whose branches are given as files: real git, and the radar asked as the command line asks it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.radar.nouns import Broken, Radar
from tests import basis, objects, oracle

START = 1_700_000_000


class Team:
    """main and develop with one commit, and as many branches as a test makes."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        self.clock = START
        basis.copied(("team",), root, _empty)
        self.commit(files, "start")
        self.git("branch", "develop")

    def git(self, *args: str) -> str:
        """Runs git here; fails loudly."""
        date = f"{self.clock} +0000"
        env = {**oracle.unrecorded(), "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", *args], cwd=self.root, env=env, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, f"git {' '.join(args)}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | None], subject: str = "work") -> str:
        """A commit of these files; None removes one. A minute later than the one before."""
        self.clock += 60
        for path, text in files.items():
            file = self.root / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(dedent(text))
        self.git("add", "--all")
        self.git("commit", "-q", "-m", subject)
        return self.head()

    def head(self) -> str:
        """The commit that is checked out, read from the files where they have it."""
        return objects.head(self.root) or self.git("rev-parse", "HEAD")

    def branch(self, name: str, files: Mapping[str, str | None], start: str = "develop") -> str:
        """A branch with one commit; develop is checked out again after it."""
        self.git("switch", "-q", "-c", name, start)
        sha = self.commit(files, f"work on {name}")
        self.git("switch", "-q", "develop")
        return sha

    def on(self, name: str, files: Mapping[str, str | None]) -> str:
        """One more commit on a branch."""
        self.git("switch", "-q", name)
        sha = self.commit(files, f"more on {name}")
        self.git("switch", "-q", "develop")
        return sha

    def radar(
        self, semantic: bool = False, run: tuple[str, ...] = (), seconds: int = 300, most: int = 20
    ) -> Radar:
        """What the radar sees with develop for a target; from here and not from the current directory."""
        question = RadarRequest(
            RadarSelection("develop"), semantic=semantic, run=run, run_seconds=seconds, run_most=most
        )
        return radar(question, self.clock + 3600, str(self.root)).radar

    def broken(self) -> tuple[Broken, ...]:
        """What --semantic finds. Every merge is clean for git: a test that conflicts tests nothing."""
        seen = self.radar(semantic=True)
        assert not seen.pairs
        assert {one.state for one in seen.contacts} <= {"clean"}
        return seen.broken


def _empty(root: Path) -> None:
    subprocess.run(("git", "init", "-q", "-b", "main"), cwd=root, env=oracle.unrecorded(), check=True)


def told(found: tuple[Broken, ...]) -> list[tuple[tuple[str, ...], str, str, str]]:
    """(branches, path, code, says) of each."""
    return [(one.branches, one.path, one.code, one.says) for one in found]
