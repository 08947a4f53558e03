"""The policy of a work tree for the command line: parsed in full, with where each value is from."""

from __future__ import annotations

import os

from gitflowguard.app.policy.file import Source, locked, read
from gitflowguard.app.policy.load import assumed, here
from gitflowguard.app.policy.nearfile import absent
from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.names import shell
from gitflowguard.policy.errors import refuse
from gitflowguard.policy.form import schema
from gitflowguard.policy.limits import MAX_LOCK, MAX_TOML, MAX_YAML
from gitflowguard.policy.origins import of_preset, show
from gitflowguard.policy.published import published
from gitflowguard.policy.parse import Policy, parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.rules.registry import CODES, NAMES


def source_in_force(cwd: str = "") -> Source | None:
    """The policy file that the hooks would read here; None if the repository has none. Raises GitError."""
    git = Git(cwd)
    place = find_place(git)
    return here(git, place, read_refs(git, place=place))


def absence(cwd: str = "") -> str:
    """That there is no policy file, and which file was meant to be one, with the command that makes it so."""
    says, mend = absent(find_place(Git(cwd)).top)
    return says + (f": {shell(mend[0])}" if mend else "")


def policy_in_force(cwd: str = "") -> Policy:
    """The policy that the hooks would judge by here, the assumed preset included. Raises PolicyError, GitError."""
    source = source_in_force(cwd)
    if source is not None:
        return parsed(source)
    flow = assumed(read_refs(Git(cwd)))
    return Policy(flow, of_preset(flow))


def parsed(source: Source) -> Policy:
    """A policy file's meaning, under the rules that we have. Raises PolicyError."""
    return parse(source.data, source.path, NAMES, CODES, tools=TOOLS)


def source_of(path: str) -> Source:
    """A file that the user named, with the lock beside it; raises PolicyError if it is not there or no plain file."""
    limit = MAX_TOML if path.endswith(".toml") else MAX_YAML
    found = read(path, path, limit)
    if found is None:
        raise refuse(path, "there is no such file")
    beside = os.path.join(os.path.dirname(path), LOCK_FILE)
    return locked(found, lambda: read(beside, beside, MAX_LOCK)) or found


def shown(policy: Policy, with_origin: bool) -> str:
    """The whole policy as a policy file that means the same, with each value's source if asked."""
    return show(policy.origins, with_origin)


def rendered_schema() -> str:
    """The JSON Schema as a file's text, with every rule's name and code, and every known tool."""
    import json

    return json.dumps(published(schema((*NAMES, *CODES), TOOLS)), indent=2) + "\n"
