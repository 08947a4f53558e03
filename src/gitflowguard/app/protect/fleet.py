"""Which repositories are guarded, read from a forge: few requests for each, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from gitflowguard.app.policy.config import parsed
from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME, Source, has_table
from gitflowguard.app.protect.aims import Shard
from gitflowguard.app.protect.many import WORKERS
from gitflowguard.app.protect.scope import brief_plan, scope_of
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.port import Forge
from gitflowguard.model.adoptionfiles import LOCK_FILE, PRE_COMMIT_FILE, mentions_extends
from gitflowguard.model.checkname import check_name
from gitflowguard.model.extends import joined
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.policy.errors import PolicyError
from gitflowguard.protection.fleet import compared, digest, hooks_version, key_of, workflow_version
from gitflowguard.protection.nouns.fleet import Fleet, FleetRepository, FleetRow
from gitflowguard.report.workflow import FILE as WORKFLOW_FILE

_EXTENDS = "extends"


def chosen(
    listed: Iterable[FleetRepository], shard: Shard | None, forks: bool
) -> tuple[tuple[str, ...], int, int]:
    """(names, archived ones left out, forks left out) of an organization's list. forks: whether they count as well."""
    kept = [one for one in listed if shard is None or shard.holds(one.name)]
    alive = [one for one in kept if not one.archived]
    names = tuple(one.name for one in alive if forks or not one.fork)
    return names, len(kept) - len(alive), len(alive) - len(names)


def fleet(
    forge: Forge, names: tuple[str, ...], archived: int = 0, forks: int = 0
) -> Iterator[FleetRow | Fleet]:
    """A row for each repository as it is read, in the order of the names, and last the whole with its differences.

    Requests for a repository: 2 without a policy; with one 8 at most, one more where it extends another policy, and
    one for each ruleset of ours that has changed since the last look.
    """
    rows = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for row in pool.map(lambda name: inspect(forge, name), names):
            rows.append(row)
            yield row
    yield Fleet(compared(rows), archived, forks)


def inspect(forge: Forge, name: str) -> FleetRow:
    """What one repository has. What can't be read is unknown, and hides nothing else."""
    try:
        found = _policy_file(forge, name)
        if found is None:
            return FleetRow(name)
        path, text = found
        row = FleetRow(name, path, digest(text), key_of(text, _EXTENDS))
        lock = forge.file(name, LOCK_FILE) if row.extends else None
    except ForgeError as problem:
        return FleetRow(name, Unknown(str(problem)))
    row = row._replace(locked=key_of(lock or "", "commit"))
    try:
        flow = parsed(Source(path, _data(text, lock))).flow
    except PolicyError as problem:
        return row._replace(problem=str(problem).splitlines()[0])
    return row._replace(
        workflow=_version(forge, name, WORKFLOW_FILE),
        hooks=_version(forge, name, PRE_COMMIT_FILE),
        steps=_steps(forge, flow, name),
        required=_required(forge, flow, name),
    )


def _policy_file(forge: Forge, name: str) -> tuple[str, str] | None:
    """(path, text) of the policy on the default branch. Raises ForgeError."""
    text = forge.file(name, YAML_NAME)
    if text is not None:
        return YAML_NAME, text
    text = forge.file(name, TOML_NAME)
    there = text is not None and has_table(text.encode("utf-8", "surrogatepass"))
    return (TOML_NAME, text) if text is not None and there else None


def _version(forge: Forge, name: str, path: str) -> str | Unknown:
    """The version of ours that a file names, "" without the file or our entry."""
    try:
        text = forge.file(name, path)
    except ForgeError as problem:
        return Unknown(str(problem))
    if text is None:
        return ""
    return workflow_version(text) if path == WORKFLOW_FILE else hooks_version(text)


def _steps(forge: Forge, flow: Flow, name: str) -> int | Unknown:
    """How many steps `protect apply` would take."""
    try:
        made = brief_plan(scope_of(forge, flow), name)
    except ForgeError as problem:
        return Unknown(str(problem))
    if not made.level:
        return Unknown("; ".join(one.reason for one in made.unknown) or "no protection could be read")
    return len(made.steps)


def _required(forge: Forge, flow: Flow, name: str) -> bool | Unknown:
    """Whether the production branch requires our check, by a ruleset or by classic protection."""
    branch = flow.production
    wanted = check_name(flow, branch)
    try:
        for clause in forge.rules_on(name, branch):
            if _names(clause.parameters.get("required_status_checks"), wanted):
                return True
        classic = forge.classic(name, branch)
    except ForgeError as problem:
        hidden = problem.kind in (errors.ABSENT, errors.PERMISSION)
        return Unknown(f"this token can't see whether {wanted} is required" if hidden else str(problem))
    checks = classic.document.get("required_status_checks") if classic is not None else None
    return _names((checks or {}).get("checks"), wanted)


def _names(checks: object, wanted: str) -> bool:
    """Whether a list of required checks has one of this name."""
    return isinstance(checks, (list, tuple)) and any(one.get("context") == wanted for one in checks)


def _data(text: str, lock: str | None) -> bytes:
    """A policy as it is parsed: with its lock, where it extends another one."""
    data = text.encode("utf-8", "surrogatepass")
    if not mentions_extends(data):
        return data
    return joined(data, None if lock is None else lock.encode("utf-8", "surrogatepass"))
