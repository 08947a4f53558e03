"""The state from before the last apply, kept for `protect undo`.

It lies under the user's state directory (XDG Base Directory Specification), one file for each repository and server,
readable by its owner alone. An apply that was cut off leaves it open: the next one then keeps it, so that undo leads
back to before the first of them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

from gitflowguard.atomic import put
from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Live, Ruleset
from gitflowguard.protection.livefile import read_live, written
from gitflowguard.protection.nouns.plan import ProtectionPlan
from gitflowguard.protection.planfile import PlanError

_MOST = 16 << 20
_APART = Unknown("the apply did not touch it")


class KeptError(Exception):
    """The state cannot be kept or read; the text says where and why."""


def state_folder(environ: Mapping[str, str]) -> str:
    """``$XDG_STATE_HOME/gitflowguard/protect``; "" where there is no home."""
    home = environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(home):
        home = (
            os.path.join(environ["HOME"], ".local", "state") if os.path.isabs(environ.get("HOME", "")) else ""
        )
    return os.path.join(home, "gitflowguard", "protect") if home else ""


def touched(live: Live, plan: ProtectionPlan) -> Live:
    """Of a state what the plan may change: our rulesets or classic protection, and the settings that a step names."""
    keys = {key for step in plan.steps for key, _ in step.settings}
    settings = {key: value for key, value in live.repository.settings.items() if key in keys}
    found = live._replace(repository=live.repository._replace(settings=settings))
    if plan.level == "classic":
        return found._replace(rulesets=_APART)
    return found._replace(classic=_APART)


def _whole(rulesets: tuple[Ruleset, ...] | Unknown, name: str) -> tuple[Ruleset, ...] | Unknown:
    """Rulesets under the repository's name, as they are written again."""
    return rulesets if isinstance(rulesets, Unknown) else tuple(one._replace(source=name) for one in rulesets)


class States:
    """folder: where they lie. server: the address of the API."""

    def __init__(self, folder: str, server: str) -> None:
        self._folder = folder
        self._server = server

    def before(self, live: Live, plan: ProtectionPlan) -> bool:
        """Keeps what the plan is about to touch; False if an apply that was cut off has kept it. Raises KeptError.

        What an open state holds stays: it is older. What this plan touches beside it is added.
        """
        name, mine = live.repository.name, touched(live, plan)
        try:
            old, ended = self._read(name)
        except (KeptError, PlanError):
            old, ended = mine, True
        if ended or old.repository.id != live.repository.id:
            self._write(name, written(mine, finished=False))
            return True
        settings = {**mine.repository.settings, **old.repository.settings}
        classic = mine.classic if isinstance(old.classic, Unknown) else old.classic
        rulesets = mine.rulesets if isinstance(old.rulesets, Unknown) else old.rulesets
        repository = old.repository._replace(settings=settings)
        self._write(name, written(Live(repository, _whole(rulesets, name), classic), finished=False))
        return False

    def finished(self, name: str) -> None:
        """Notes that the apply has come to its end."""
        live, _ = self._read(name)
        self._write(name, written(live, finished=True))

    def last(self, name: str) -> Live:
        """The state from before the last apply; raises KeptError, PlanError."""
        return self._read(name)[0]

    def forget(self, name: str) -> None:
        """Removes the state: it has been restored."""
        try:
            os.unlink(self.path(name))
        except OSError:
            pass

    def path(self, name: str) -> str:
        """The file of a repository."""
        if not self._folder:
            raise KeptError("there is no place to keep the present state in: set HOME or XDG_STATE_HOME")
        word = hashlib.sha256(f"{self._server}\n{name.lower()}".encode()).hexdigest()[:16]
        return os.path.join(self._folder, f"{name.lower().replace('/', '--')}-{word}.json")

    def _read(self, name: str) -> tuple[Live, bool]:
        path = self.path(name)
        try:
            with open(path, encoding="utf-8") as file:
                return read_live(file.read(_MOST))
        except FileNotFoundError:
            raise KeptError(f"no apply from this machine has kept a state of {name}") from None
        except (OSError, UnicodeDecodeError) as problem:
            raise KeptError(f"{path} cannot be read: {getattr(problem, 'strerror', problem)}") from None

    def _write(self, name: str, text: str) -> None:
        path = self.path(name)
        try:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            put(path, text.encode(), mode=0o600, durable=True)
        except OSError as problem:
            says = f"the present state cannot be kept in {path}: {problem.strerror}"
            raise KeptError(f"{says}; nothing was sent, because it could not be undone") from None
