"""What a job installs for the tools of the policy: by the policy at a commit, and what a workflow of ours installs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gitflowguard.app.policy.config import policy_in_force
from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME, has_table
from gitflowguard.app.policy.opening import flow_of
from gitflowguard.app.policy.trust import command, package_token, strange
from gitflowguard.model.adoptionfiles import POLICY_FILES, mentions_extends
from gitflowguard.model.check import Tool
from gitflowguard.model.extends import joined
from gitflowguard.model.finding import Argv
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.quality.requirements import extras, installed_for, lacking, requirements, unnamed
from gitflowguard.repo.files import SetupError, read
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.report.workflow import FILE, MARK
from gitflowguard.rules.registry import CODES, NAMES

Row = tuple[str, str, str, Argv]

_MEND = ("gitflowguard", "init", "--ci", "github")


class Packages(Record):
    """What a job installs. strange: those that nobody answers for (app.policy.trust), each with its command."""

    wanted: tuple[str, ...]
    strange: tuple[tuple[str, Argv], ...] = ()


def at_commit(revision: str, cwd: str = "") -> Packages:
    """What the policy at a commit needs; nothing where it has none. Raises GitError, PolicyError.

    Nothing of the work tree is read: it may be a pull request's, and what it names would run.
    """
    git = Git(cwd)
    answer = git.call(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", codes=(0, 1, 128)
    )
    sha = answer.out.decode("ascii", "replace").strip()
    if not sha:
        raise GitError(f"the commit {revision} isn't here; check out with fetch-depth: 0")
    own, shared, lock = git.blobs(tuple(f"{sha}:{name}" for name in POLICY_FILES))
    # Where both are a policy, a pull request that removes one is judged by the other (app.pull.judge.policy_at).
    tools = [] if own is None else list(installed_for(_flow(own, YAML_NAME, lock)))
    if shared is not None and has_table(shared):
        tools += installed_for(_flow(shared, TOML_NAME, lock))
    return _packages(git, tools, sha)


def in_force(cwd: str = "") -> Packages:
    """What the work tree's policy needs. Raises GitError, PolicyError."""
    return _packages(Git(cwd), installed_for(policy_in_force(cwd).flow), "")


def _packages(git: Git, tools: Sequence[Tool], commit: str) -> Packages:
    """The packages; that of a policy which isn't the team's may be anything, and it would run in the job."""
    wanted = requirements(tools)
    named = tuple(one for one in extras(tools) if one in wanted)
    if not named:
        return Packages(wanted)
    place = find_place(git)
    refs = read_refs(git, place=place)
    found = strange(git, place, refs, named, commit, flow_of)
    kept = tuple(one for one in wanted if one not in found)
    return Packages(kept, tuple((one, command(package_token(one))) for one in found))


def _flow(data: bytes, path: str, lock: bytes | None) -> Flow:
    return parse(joined(data, lock) if mentions_extends(data) else data, path, NAMES, CODES, tools=TOOLS).flow


def installed_by(text: str) -> tuple[str, ...] | None:
    """The requirements that a workflow of ours installs beside ours; None where it isn't ours."""
    if not text.startswith(MARK):
        return None
    words = (word for line in text.splitlines() if not line.lstrip().startswith("#") for word in line.split())
    return tuple(
        word.strip("'")
        for word in words
        if "==" in word.strip("'=")[1:-1] and not word.strip("'").startswith("gitflowguard==")
    )


def difference(flow: Flow, text: str) -> str:
    """How the tools of the policy differ from what a workflow of ours installs, "" if they don't."""
    there = installed_by(text)
    missing = lacking(requirements(installed_for(flow)), there) if there is not None else ()
    return f"{FILE} doesn't install {listed(missing, 'and')}, which the policy needs" if missing else ""


def check_tools(top: str, flow: Flow) -> Iterator[Row]:
    """doctor's lines (name, status, says, the fix); nothing where the workflow isn't there, or not ours."""
    try:
        data = read(os.path.join(top, FILE)).data
    except (SetupError, OSError):
        return
    if data is None or not data.startswith(MARK.encode()):
        return
    says = difference(flow, data.decode("utf-8", "replace"))
    if says:
        yield "workflow tools", "bad", f"{says}: pull requests end with exit code 3", _MEND
    for name in unnamed(flow.tools):
        says = f"the policy doesn't say which package brings {name} (tools.{name}.package), so no job can install it"
        yield "workflow tools", "warning", says, ()
