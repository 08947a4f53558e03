"""What a CI service tells in its variables of the pull request that its job runs for.

Variables name what is judged. They never change how: a draft, a label or a title in a variable excuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gitflowguard.hook.payload import EventError
from gitflowguard.hook.pulldocument import valid
from gitflowguard.model.credentials import without_credentials
from gitflowguard.model.names import HEADS, is_null, is_object_id
from gitflowguard.model.record import Record

Environ = Mapping[str, str]


class Named(Record):
    """The two ends of a pull request, as a person or a CI names them.

    ci: who says so, "" for a person. head, base: branches.
    head_sha, base_sha: commits, or what git takes for one; "" where only the branch is known.
    fork: whether the head lies in another repository.
    ref: the forge's own ref of the head, for a fetch; "" if not known.
    checkout: whether the head is what the job has checked out: the head itself, or a merge of it that the CI made.
    home: where the base's repository is, if ``origin`` is not it.
    """

    ci: str
    head: str
    base: str
    head_sha: str = ""
    base_sha: str = ""
    fork: bool = False
    ref: str = ""
    checkout: bool = False
    home: str = ""


class Service(Record):
    """One CI. id: as in ``--ci``. signs: variables one of which is set in a job for a pull request, and only there.
    reads: every variable that `read` looks at.
    """

    id: str
    label: str
    signs: tuple[str, ...]
    reads: tuple[str, ...]
    read: Callable[[Reader], Named]


class Reader:
    """A service's variables, each checked as it is read. Raises EventError that tells all that was read."""

    def __init__(self, service: Service, environ: Environ) -> None:
        self.label = service.label
        self._values = {name: environ.get(name, "") for name in service.reads}

    def text(self, name: str) -> str:
        """A variable's value, "" if it is not set."""
        return self._values[name].strip()

    def branch(self, name: str) -> str:
        """A branch, with or without ``refs/heads/``."""
        found = self.text(name).removeprefix(HEADS)
        if not found:
            raise self.wrong(f"{name} is not set")
        if not valid(found):
            raise self.wrong(f"{name} isn't the name of a branch")
        return found

    def commit(self, name: str) -> str:
        """A full commit id, "" if the variable is not set."""
        found = self.text(name).lower()
        if found and (not is_object_id(found) or is_null(found)):
            raise self.wrong(f"{name} isn't a full commit id")
        return found

    def number(self, name: str) -> str:
        """The digits of a number, "" if the variable is not set."""
        found = self.text(name)
        if found and not (found.isascii() and found.isdecimal()):
            raise self.wrong(f"{name} isn't a number")
        return found

    def wrong(self, why: str) -> EventError:
        """The error for variables that do not name a pull request."""
        read = ", ".join(
            f"{name}={without_credentials(value)}" for name, value in self._values.items() if value
        )
        return EventError(f"{self.label}'s variables don't name a pull request: {why} (read: {read})")
