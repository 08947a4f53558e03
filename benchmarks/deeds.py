"""The two deeds that are timed, a commit and a push, and the proof that a guard guards before it is timed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Protocol

from benchmarks.common import NotMeasured
from benchmarks.common import Sample
from benchmarks.common import tail
from benchmarks.sandbox import BAD
from benchmarks.sandbox import GOOD
from benchmarks.sandbox import OTHER
from benchmarks.sandbox import WORK
from benchmarks.sandbox import Sandbox

Wrongs = dict[str, Callable[[Sandbox], tuple[int, str]]]


class Deed(Protocol):
    """Something a user does many times a day."""

    name: str
    about: str

    @property
    def wrong(self) -> Wrongs:
        """What a guard may claim to refuse, by name: each does it and returns the exit code and the output."""
        ...

    def prepare(self, box: Sandbox, number: int) -> None:
        """Set the scene for one round; not timed."""

    def act(self, box: Sandbox) -> Sample:
        """Do it once, timed; it must go through."""


class Commit:
    """Commit one staged file on a feature branch."""

    name = "commit"
    about = f"`git commit` of one staged file on `{WORK}`"

    @property
    def wrong(self) -> Wrongs:
        """See Deed."""
        return {"branch": self._on_main, "message": self._bad_message, "merge": self._into_main}

    def prepare(self, box: Sandbox, number: int) -> None:
        """Back to the same tip each round, so that no row pays for a growing history."""
        box.git("reset", "--quiet", "--soft", box.tip)
        box.stage(number)

    def act(self, box: Sandbox) -> Sample:
        """The whole commit, with every hook git starts for it."""
        return box.measure("git", "commit", "--quiet", "-m", GOOD)

    def _on_main(self, box: Sandbox) -> tuple[int, str]:
        box.git("switch", "--quiet", "main")
        box.stage(1)
        return box.attempt("git", "commit", "-m", GOOD)

    def _bad_message(self, box: Sandbox) -> tuple[int, str]:
        box.stage(1)
        return box.attempt("git", "commit", "-m", BAD)

    def _into_main(self, box: Sandbox) -> tuple[int, str]:
        box.git("switch", "--quiet", "main")
        return box.attempt("git", "merge", "--no-ff", "-m", GOOD, OTHER)


class Push:
    """Push a feature branch with a commit that nobody has pushed before to a local bare remote."""

    name = "push"
    about = f"`git push` of `{WORK}` with two new commits to a bare repository on the same disk"

    @property
    def wrong(self) -> Wrongs:
        """See Deed."""
        return {"branch": self._main, "message": self._bad_message, "crossed": self._crossed}

    def prepare(self, box: Sandbox, number: int) -> None:
        """One commit more than the last round's tip had, which is forgotten on both sides: what a round has found out
        about its commit is of no use to the next one, as in a day's work. It is committed under the guard's own hooks,
        as in a day's work, too: a guard may remember what it has judged."""
        box.git("reset", "--quiet", "--hard", box.tip)
        box.stage(number)
        box.run("git", "commit", "--quiet", "-m", GOOD)
        box.git("update-ref", "-d", f"refs/remotes/origin/{WORK}")
        box.git("--git-dir", str(box.remote), "update-ref", "-d", f"refs/heads/{WORK}")

    def act(self, box: Sandbox) -> Sample:
        """The whole push, with its hook and the receiving end."""
        return box.measure("git", "push", "--quiet", "origin", WORK)

    def _main(self, box: Sandbox) -> tuple[int, str]:
        box.git("switch", "--quiet", "main")
        box.stage(1)  # lefthook runs nothing for a push without a changed file
        box.git("commit", "--quiet", "-m", GOOD)
        return box.attempt("git", "push", "origin", "main")

    def _bad_message(self, box: Sandbox) -> tuple[int, str]:
        box.git("commit", "--quiet", "--allow-empty", "-m", BAD)
        return box.attempt("git", "push", "origin", WORK)

    def _crossed(self, box: Sandbox) -> tuple[int, str]:
        return box.attempt("git", "push", "origin", f"{WORK}:main")


def prove(deed: Deed, box: Sandbox, claims: Mapping[str, str]) -> None:
    """Let each wrong deed be refused in the guard's own words, and the right one pass; else NotMeasured.

    `claims` maps a wrong deed to a word that its refusal holds: a hook that merely crashes refuses nothing.
    """
    for claim in sorted(deed.wrong):
        refs = box.git("for-each-ref")
        code, said = deed.wrong[claim](box)
        if claim in claims and code == 0:
            raise NotMeasured(f"a wrong {deed.name} ({claim}) was not refused")
        if claim in claims and claims[claim] not in said:
            raise NotMeasured(f"a wrong {deed.name} ({claim}) failed, but not by its rule: {tail(said)}")
        _restore(box, refs)
    deed.prepare(box, 0)
    deed.act(box)


def _restore(box: Sandbox, refs: str) -> None:
    """Every ref where it was, on both sides, and the feature branch checked out and clean."""
    box.git("reset", "--quiet", "--hard")
    box.git("switch", "--quiet", "--force", WORK)
    for line in sorted(set(refs.splitlines()) - set(box.git("for-each-ref").splitlines())):
        oid, _, name = line.split()
        box.git("update-ref", name, oid)
    box.git("reset", "--quiet", "--hard")
    box.git("push", "--quiet", "--force", "origin", "main", "develop")
