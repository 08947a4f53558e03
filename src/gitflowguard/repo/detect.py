"""What a repository already says about its Gitflow: branches, settings, tags, hook frameworks, tools."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gitflowguard.model.address import address_of, on_github
from gitflowguard.model.adoptionfiles import LEFTHOOK_FILES
from gitflowguard.model.facts import Refs
from gitflowguard.model.names import REMOTES, parse_version
from gitflowguard.model.record import Record
from gitflowguard.policy.presets import DEVELOP_NAMES, MAIN_NAMES
from gitflowguard.repo.branchfetch import fetches_some
from gitflowguard.repo.git import Git, Place, text
from gitflowguard.repo.gitflowkeys import Keys, read_keys
from gitflowguard.repo.hookfiles import HooksPath, find_hooks, look
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.shim import STAGES
from gitflowguard.repo.toolsigns import Sign, has_python, signs

_FRAMEWORK_FILES = (
    ("pre-commit", (".pre-commit-config.yaml",)),
    ("prek", ("prek.toml",)),
    ("husky", (".husky",)),
    ("lefthook", LEFTHOOK_FILES),
)


class DetectedLine(Record):
    """A long-lived branch that was found. name "" for none; why: how it was found, for a person."""

    name: str
    why: str = ""


class Detected(Record):
    """Everything that `init` goes by.

    frameworks: those that a file or a hook of theirs gives away.
    tag_prefix: what stands before the number in version tags.
    narrow: whether this clone fetches only some of the remote's branches, as
        --single-branch and --depth leave it (git-clone(1)).
    tools: format, lint and security tools that the project keeps files for.
    python: whether there is any Python here.
    github: whether the team's remote is on github.com.
    default: the remote's default branch, "" if this clone does not know it.
    owner: whose repository the remote's address says it is, "" for a path.
    """

    place: Place
    refs: Refs
    keys: Keys
    main: DetectedLine
    develop: DetectedLine
    tag_prefix: str
    remote: str
    hooks: HooksPath
    frameworks: tuple[str, ...]
    narrow: bool = False
    tools: tuple[Sign, ...] = ()
    python: bool = False
    github: bool = False
    default: str = ""
    owner: str = ""

    def tip(self, branch: str) -> str:
        """Where a branch stands: here, else on the team's remote, else "" ."""
        return self.refs.heads.get(branch) or self.refs.remotes.get((self.remote, branch), "")

    @property
    def unborn(self) -> bool:
        """Whether the repository has no commit on any branch."""
        return not self.refs.heads and not self.refs.remotes


def detect(git: Git, place: Place) -> Detected:
    """Reads the repository; a number of git processes that does not grow with it."""
    keys = read_keys(git.config_all(r"^gitflow\."))
    refs = read_refs(git, place=place)
    remote = _remote(refs, keys)
    refs = refs._replace(upstream=remote)
    hooks = find_hooks(git, place)
    default = default_branch(git, remote)
    default = default if (remote, default) in refs.remotes else ""
    main = find_main(refs, keys, default, remote)
    develop = find_develop(refs, keys, main.name, remote)
    prefix = keys.tag_prefix or common_prefix(refs.tags)
    frameworks = find_frameworks(place.top, hooks)
    narrow = fetches_some(git, remote)
    tools = signs(place.top)
    python = has_python(place.top)
    url = git.config(f"remote.{remote}.url")
    address = address_of(url)
    owner = address.name.partition("/")[0] if address else ""
    return Detected(
        place=place,
        refs=refs,
        keys=keys,
        main=main,
        develop=develop,
        tag_prefix=prefix,
        remote=remote,
        hooks=hooks,
        frameworks=frameworks,
        narrow=narrow,
        tools=tools,
        python=python,
        github=on_github(url),
        default=default,
        owner=owner,
    )


def _remote(refs: Refs, keys: Keys) -> str:
    """The remote that the team shares: git-flow's, origin, or the only one."""
    present = {remote for remote, _ in refs.remotes}
    if keys.remote and (keys.remote in present or not present):
        return keys.remote
    return next(iter(present)) if len(present) == 1 else "origin"


def default_branch(git: Git, remote: str) -> str:
    """The branch that the remote's HEAD names (git-remote(1), set-head), "" if that is not known."""
    ref = f"{REMOTES}{remote}/HEAD"
    full = text(git.call("symbolic-ref", "--quiet", ref, codes=(0, 1)).out).strip()
    return full.removeprefix(f"{REMOTES}{remote}/") if full else ""


def _on(refs: Refs, remote: str) -> set[str]:
    """The branches that are here or on the team's remote; an unborn HEAD counts."""
    there = {name for where, name in refs.remotes if where == remote}
    return {*refs.heads, *there, *((refs.head,) if refs.head and not refs.heads else ())}


def find_main(refs: Refs, keys: Keys, default: str, remote: str) -> DetectedLine:
    """The production branch.

    A remote's HEAD that has an integration branch's name says nothing: many teams
    make develop the default of their pull requests.
    """
    names = _on(refs, remote)
    if keys.main in names and keys.main:
        return DetectedLine(keys.main, f"{keys.program}'s setting")
    if default in names and default and default not in DEVELOP_NAMES:
        return DetectedLine(default, f"{remote}'s default branch")
    for name in MAIN_NAMES:
        if name in names:
            return DetectedLine(name, "by its name")
    if len(names) == 1:
        return DetectedLine(next(iter(names)), "the only branch")
    return DetectedLine("")


def find_develop(refs: Refs, keys: Keys, main: str, remote: str) -> DetectedLine:
    """The integration branch."""
    names = _on(refs, remote) - {main}
    if keys.develop and keys.develop != main:
        return DetectedLine(keys.develop, f"{keys.program}'s setting")
    return next(
        (DetectedLine(name, "by its name") for name in DEVELOP_NAMES if name in names), DetectedLine("")
    )


def common_prefix(tags: Mapping[str, str]) -> str:
    """What most version tags start with: ``v`` for v1.2.3, "" for 1.2.3 or no tags; the shortest wins a tie."""
    counts: dict[str, int] = {}
    for tag in tags:
        start = next((index for index, letter in enumerate(tag) if letter.isdigit()), len(tag))
        if parse_version(tag[start:]) or parse_version(tag[start:], "pep440"):
            counts[tag[:start]] = counts.get(tag[:start], 0) + 1
    return min(counts, key=lambda prefix: (-counts[prefix], len(prefix), prefix), default="")


def find_frameworks(top: str, hooks: HooksPath) -> tuple[str, ...]:
    """The hook frameworks in use, by their files and by the hooks that they installed."""
    found = {
        name
        for name, files in _FRAMEWORK_FILES
        if any(os.path.exists(os.path.join(top, file)) for file in files)
    }
    if hooks.owner == "husky":
        found.add("husky")
    makers = {look(os.path.join(hooks.directory, stage)).maker for stage in STAGES}
    return tuple(name for name, _ in _FRAMEWORK_FILES if name in found | makers)
