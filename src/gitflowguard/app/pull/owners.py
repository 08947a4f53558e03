"""Which changed files still wait for one of their code owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.finding import Unknown
from gitflowguard.model.pull import APPROVED
from gitflowguard.protection import owners

if TYPE_CHECKING:
    from gitflowguard.forge.pullport import PullForge
    from gitflowguard.model.pull import Pull, Verdict


def unowned(
    forge: PullForge, text: str, files: tuple[str, ...], verdicts: tuple[Verdict, ...] | Unknown, pull: Pull
) -> tuple[str, ...] | Unknown:
    """The files that surely wait; Unknown where none surely does and one can't be determined. text: of CODEOWNERS.

    An owner's approval counts as any other: of the judged head, with write access, not the author's own.
    """
    lines = owners.read(text)
    by_owners: dict[tuple[str, ...], list[str]] = {}
    for path in files:
        whose = owners.owners_of(lines, path)
        if whose:
            by_owners.setdefault(whose, []).append(path)
    if not by_owners:
        return ()
    if isinstance(verdicts, Unknown):
        return verdicts
    people = _People(forge, tuple(one for one in verdicts if _counts(one, pull)))
    waiting: list[str] = []
    untold: Unknown | None = None
    for whose, paths in by_owners.items():
        answer = people.approved(whose)
        if isinstance(answer, Unknown):
            untold = untold or Unknown(
                f"{paths[0]} belongs to {', '.join(whose)}: {answer.reason}", answer.mend
            )
        elif not answer:
            waiting += paths
    if untold is not None and not waiting:
        return untold
    order = {path: index for index, path in enumerate(files)}
    return tuple(sorted(waiting, key=lambda path: order[path]))


def _counts(one: Verdict, pull: Pull) -> bool:
    return (
        one.state == APPROVED
        and one.commit == pull.head_sha
        and one.login != pull.author
        and one.may_write is not False
    )


class _People:
    """Those who have approved, and the teams that they were asked about."""

    def __init__(self, forge: PullForge, approved: tuple[Verdict, ...]) -> None:
        self._forge = forge
        self._approved = approved
        self._teams: dict[tuple[str, str], bool | Unknown] = {}

    def approved(self, whose: tuple[str, ...]) -> bool | Unknown:
        """Whether one of the owners is among them: yes if one surely is, no if surely none is."""
        untold: Unknown | None = None
        for one in self._approved:
            for owner in whose:
                answer = self._is(one, owner)
                if answer is True:
                    return True
                if isinstance(answer, Unknown):
                    untold = untold or answer
        return untold if untold is not None else False

    def _is(self, one: Verdict, owner: str) -> bool | Unknown:
        """Whether this approval is that owner's."""
        if not owner.startswith("@"):
            return Unknown("GitHub doesn't show whose address that is")
        name = owner[1:]
        if "/" not in name:
            mine: bool | Unknown = name.casefold() == one.login.casefold()
        else:
            key = (name, one.login)
            if key not in self._teams:
                self._teams[key] = self._forge.in_team(name, one.login)
            mine = self._teams[key]
        return one.may_write if mine is True else mine
