"""What the product asks a forge and orders from it, in model types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from gitflowguard.model.protection import (
    Classic,
    Clause,
    Live,
    PullHead,
    Repository,
    Ruleset,
)
from gitflowguard.protection.nouns.fleet import FleetRepository


class FileForge(Protocol):
    """A server that shows files of repositories. Every method raises ForgeError."""

    def commit_id(self, name: str, ref: str) -> str:
        """The full id of the commit that a branch, a tag or an id names; "" is the default branch."""

    def content_at(self, name: str, commit: str, path: str, limit: int) -> bytes:
        """A file's bytes at a commit. What isn't a plain file of at most ``limit`` bytes is an INVALID error."""


class Forge(FileForge, Protocol):
    """A server that keeps repositories. Every method raises ForgeError; a write's may be ``uncertain``.

    A repository is named ``owner/name``; ``place`` is one of these or an organisation's name.
    """

    def look(self, name: str, lines: tuple[str, ...], known: tuple[str, ...], full: bool) -> Live:
        """The present state. lines: branches whose classic protection and checks matter. known: actors' and apps'
        names that the policy uses. full: also what costs more than a request or two: everybody else's rulesets in
        all detail, classic protection, checks that have reported, CODEOWNERS.
        """

    def organisation(self, name: str, known: tuple[str, ...], property_name: str) -> Live:
        """An organisation's own rulesets of ours, as those of a repository without settings, once it is certain that
        the custom property by which they choose repositories exists.
        """

    def file(self, name: str, path: str) -> str | None:
        """The text of a file on the default branch; None if there is none, or it isn't text."""

    def repository(self, name: str) -> Repository:
        """The repository and its settings, asked for anew."""

    def rulesets(self, place: str, known: tuple[str, ...]) -> tuple[Ruleset, ...]:
        """Our rulesets of a repository or organisation, in all detail, asked for anew."""

    def ruleset(self, place: str, number: int) -> Ruleset | None:
        """One ruleset, asked for anew; None if there is none of that id."""

    def called(self, place: str, name: str) -> Ruleset | None:
        """The ruleset of that name, asked for anew; None if there is none."""

    def classic(self, name: str, branch: str) -> Classic | None:
        """Classic protection of a branch, asked for anew; None if it has none."""

    def create(self, place: str, ruleset: Ruleset) -> Ruleset:
        """Makes a ruleset; returns it as the server has it."""

    def replace(self, place: str, ruleset: Ruleset) -> Ruleset:
        """Puts a ruleset in place of the one with its id."""

    def remove(self, place: str, ruleset: int) -> None:
        """Removes a ruleset; one that is gone already isn't an error."""

    def settings(self, name: str, settings: tuple[tuple[str, bool | str], ...]) -> None:
        """Changes settings of a repository."""

    def protect(self, name: str, classic: Classic) -> Classic:
        """Puts a whole document of classic protection on a branch; returns it as the server has it."""

    def unprotect(self, name: str, branch: str) -> None:
        """Takes classic protection off a branch."""

    def rules_on(self, name: str, branch: str) -> tuple[Clause, ...]:
        """Every rule that is in force for a branch, whether it exists or not."""

    def heads(self, name: str, count: int) -> tuple[PullHead, ...]:
        """The heads of the newest pull requests, ``count`` at most, and the branches that are there, each once.

        A branch that is the head of one of them isn't listed again.
        """

    def repositories(self, organisation: str, topics: tuple[str, ...]) -> Iterator[str]:
        """The names of an organisation's repositories that are not archived; with topics: those that have one."""

    def listed(self, organisation: str, topics: tuple[str, ...]) -> Iterator[FleetRepository]:
        """An organisation's repositories, archived ones and forks too; with topics: those that have one."""

    def pause(self, seconds: float) -> None:
        """Waits: what was written is not always seen at once."""

    def strangers(self, organisation: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """A sentence for each of the names behind which there is nobody. organisation: "" for a person's repository."""
