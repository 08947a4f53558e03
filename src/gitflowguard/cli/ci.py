"""`gitflowguard ci`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable

import click

from gitflowguard.app.ci.detect import CiOptions
from gitflowguard.app.ci.files import (
    BY_ID,
    CURRENT,
    EDITED,
    FOREIGN,
    GITHUB,
    RETRAIN,
    CiFileState,
    inspect,
)
from gitflowguard.app.ci.require import policy_lines, unrequired
from gitflowguard.app.ci.tell import command_of, project_lines, replacing, sentence
from gitflowguard.app.policy import config
from gitflowguard.app.setup.blocks import block_lines
from gitflowguard.app.setup.closing import closing
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.console import write
from gitflowguard.cli.output import blocked, document, json_option
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import shell
from gitflowguard.model.project import MANAGERS
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.hookfiles import find_hooks
from gitflowguard.repo.install import apply
from gitflowguard.report.escape import terminal


@click.command("ci")
@click.option(
    "--tool", type=WordChoice(MANAGERS), help="What installs the project.  [default: what its files say]"
)
@click.option(
    "--python",
    "pythons",
    metavar="VERSION",
    multiple=True,
    help="A Python to test on, such as 3.12; repeat it for more.  [default: what the project supports]",
)
@click.option(
    "--directory", metavar="DIR", default="", help="Where the project lies.  [default: where its files are]"
)
@click.option(
    "--for",
    "service",
    type=WordChoice(tuple(BY_ID)),
    default="github",
    show_default=True,
    help="The CI service.",
)
@click.option(
    "--retrain",
    is_flag=True,
    help="The workflow that trains after a merge into the production branch (training in the policy).",
)
@click.option("--check", is_flag=True, help="Report whether the file is up to date; write nothing.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@json_option()
def command(
    tool: str | None,
    pythons: tuple[str, ...],
    directory: str,
    service: str,
    retrain: bool,
    check: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Write the CI configuration for this Python project.

    Finds pip, conda, Poetry or uv by the project's files, and writes a workflow that
    installs what the lock file says, runs flake8 or the policy's tools, and runs
    pytest on every Python that the project supports. Its job `ci` fails unless
    every other job succeeded: that is the check to require.

    With --retrain it writes .github/workflows/retrain.yml instead: each push to the
    production branch that is a legal merge and brings something to train on runs the
    policy's training, and the model is recorded, verified and attested.

    A file that you edited, or that isn't from gitflowguard, is left alone.

    Example: gitflowguard ci --python 3.11 --python 3.12
    """
    if retrain and service != GITHUB.id:
        raise click.UsageError("--retrain writes a workflow for GitHub; leave --for out")
    if as_json and not check:
        raise click.UsageError("--json goes with --check")
    form = RETRAIN if retrain else BY_ID[service]
    git = Git()
    place = git.place()
    if not place.top:
        raise GitError("this repository has no work tree; run this where the files are")
    flow = config.policy_in_force().flow
    try:
        found = inspect(Git(place.top), place.top, flow, form, CiOptions(tool or "", pythons, directory))
        if check:
            return _document(found) if as_json else _check(found, flow)
        _print(f"{what}: {value}" for what, value in project_lines(found.project))
        if dry_run:
            return _dry(found)
        if found.state in (FOREIGN, EDITED):
            return _left(found)
        return _write(git, place, found, flow)
    except SetupError as problem:
        return blocked(str(problem))


def _check(found: CiFileState, flow: Flow) -> int:
    """The state, and what helps."""
    lines = [f"{sentence(found)}."]
    if found.state in (FOREIGN, EDITED):
        lines += _ways(found)
    elif found.state != CURRENT:
        lines.append(f"To write it: {shell(command_of(found.form))}")
    _print((*lines, *(_requiring(flow) if found.form is GITHUB and found.state == CURRENT else ())))
    return exits.CLEAN if found.state == CURRENT else exits.VIOLATIONS


def _document(found: CiFileState) -> int:
    """The state for programs."""
    about = [{"what": what, "value": value} for what, value in project_lines(found.project)]
    fields = {"path": found.form.path, "state": found.state, "says": sentence(found), "found": about}
    write(document(**fields), sys.stdout)
    return exits.CLEAN if found.state == CURRENT else exits.VIOLATIONS


def _dry(found: CiFileState) -> int:
    """The change as a unified diff, also where the file would be left alone."""
    old = _lines(found.before)
    _print(difflib.unified_diff(old, _lines(found.wanted), *_names(found), lineterm=""))
    left = f" {sentence(found)} and would be left alone." if found.state in (FOREIGN, EDITED) else ""
    _print((f"Dry run: nothing was written.{left}",))
    return exits.CLEAN


def _names(found: CiFileState) -> tuple[str, str]:
    path = found.form.path
    return ("/dev/null" if found.before is None else f"a/{path}"), f"b/{path}"


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").splitlines()


def _left(found: CiFileState) -> int:
    """Nothing of the user's is replaced."""
    return blocked("\n".join((f"{sentence(found)}; nothing was written", *_ways(found))))


def _ways(found: CiFileState) -> tuple[str, str]:
    show, write_ = (shell(command_of(found.form, *more)) for more in (("--dry-run",), ()))
    return (
        f"To see how ours differs: {show}",
        f"To use ours and keep this file as {found.form.path}.old: {shell(replacing(found))} && {write_}",
    )


def _write(git: Git, place: Place, found: CiFileState, flow: Flow) -> int:
    if found.step is None:
        _print((f"{sentence(found)}.", *(_requiring(flow) if found.form is GITHUB else ())))
        return exits.CLEAN
    try:
        apply(place, (found.step,))
    except OSError as problem:
        write(
            terminal(f"gitflowguard: couldn't write {found.form.path}: {problem.strerror}") + "\n", sys.stderr
        )
        return exits.PARTLY
    _print((f"{'Updated' if found.before is not None else 'Wrote'} {found.form.path}.",))
    how = closing(git, flow, find_hooks(git, place))
    for index, block in enumerate(how.blocks):
        _print(("", *(("To share it with your team, paste this:",) if not index and not block.says else ())))
        _print(block_lines(block))
    _print((*(f"Note: {note}." for note in how.notes), *(_requiring(flow) if found.form is GITHUB else ())))
    return exits.CLEAN


def _requiring(flow: Flow) -> tuple[str, ...]:
    """The lines that make the check required, where the policy doesn't have them."""
    kinds = unrequired(flow)
    if not kinds:
        return ()
    return (
        "To have GitHub require the check `ci`, put this into the policy, then run gitflowguard protect plan:",
        "",
        *policy_lines(kinds),
        "",
    )


def _print(lines: Iterable[str]) -> None:
    write("".join(terminal(line) + "\n" for line in lines), sys.stdout)
