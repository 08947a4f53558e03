"""The tools where the policy names none: those that the repository has settings or hooks for.

Only a person's `quality`, `baseline` and a framework's ids ask this; a hook runs what the policy names.
"""

from __future__ import annotations

import os

from gitflowguard.model.adoptionfiles import POLICY_TOML, POLICY_YAML
from gitflowguard.model.check import Tool
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import USUAL
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.toolsigns import FILES, Sign, has_python, on_disk, signs_in

# Judges files together, so that it would read the whole project for one changed file.
_SLOW = "mypy"
# A program of the team's own, as docs/policy.md has it, for a repository without Python.
_OWN_PROGRAM = 'tools: {yamllint: {run: [yamllint, --format, parsable], files: ["*.yaml", "*.yml"]}}'


class Chosen(Record):
    """tools: what is to run, () where nothing is configured. note: a sentence that says why these."""

    tools: tuple[Tool, ...]
    note: str


def chosen(git: Git, place: Place, policy: str, commit: str = "") -> Chosen:
    """What the repository has configured.

    policy: the file of the policy, "" if there is none. commit: whose files count; "" is the index, then the disk,
    so that a file that was made a minute ago counts too.
    """
    found = signs_in(_files(git, place, commit).get)
    used = tuple(sign for sign in found if sign.tool != _SLOW)
    slow = any(sign.tool == _SLOW for sign in found)
    if not used:
        return Chosen((), _none(place, policy, slow))
    return Chosen(tuple(Tool(sign.tool) for sign in used), _why(used, slow))


def _files(git: Git, place: Place, commit: str) -> dict[str, str]:
    """The files that are there, by name."""
    found = {}
    for name, data in zip(FILES, _blobs(git, tuple(f"{commit}:{name}" for name in FILES))):
        text = data.decode("utf-8", "replace") if data is not None else None
        if text is None and not commit and place.top:
            text = on_disk(place.top, name)
        if text is not None:
            found[name] = text
    return found


def _blobs(git: Git, specs: tuple[str, ...]) -> list[bytes | None]:
    """Each content, None where there is none; a partial clone without one of them has none for us."""
    try:
        return git.blobs(specs)
    except GitError:
        return [None] * len(specs)


def _why(used: tuple[Sign, ...], slow: bool) -> str:
    """Where the tools come from."""
    files = tuple(dict.fromkeys(sign.where or sign.hook for sign in used))
    names = tuple(sign.tool for sign in used)
    says = f"the policy names no tools; using {listed(names, 'and')} (from {listed(files, 'and')})"
    return says + (f". {_left_out()}" if slow else "")


def _none(place: Place, policy: str, slow: bool) -> str:
    """That there are none, and the line that adds some."""
    line = line_for(bool(place.top) and not has_python(place.top))
    where = POLICY_YAML
    if os.path.basename(policy.rpartition(":")[2]) == POLICY_TOML:
        where, line = (
            f"[tool.gitflowguard] of {POLICY_TOML}",
            "tools = {black = true, flake8 = true, bandit = true}",
        )
    says = f"no tools are configured; to add some, write this line into {where}: {line}"
    return f"{_left_out()}. {says[0].upper()}{says[1:]}" if slow else says


def line_for(other: bool = False) -> str:
    """The line of a policy that turns tools on. other: where the language isn't Python."""
    return _OWN_PROGRAM if other else f"tools: {{{', '.join(f'{tool.name}: true' for tool in USUAL)}}}"


def _left_out() -> str:
    return (
        "mypy did not run, because it reads the whole project (to run it: gitflowguard quality --tool mypy)"
    )
