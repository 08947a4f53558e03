"""`gitflowguard init`."""

from __future__ import annotations

import sys

import click

from gitflowguard.app.setup.blocks import block_lines
from gitflowguard.app.setup.closing import Closing
from gitflowguard.app.setup.init import (
    SetupPlan,
    carry_out,
    make_plan,
    share,
)
from gitflowguard.app.setup.options import SetupOptions
from gitflowguard.app.setup.proposing import is_none
from gitflowguard.app.setup.words import fit_lines, shown, step_rows
from gitflowguard.app.setup.workflow import ASKED, DECLINED
from gitflowguard.cli import exits
from gitflowguard.cli.choice import WordChoice
from gitflowguard.cli.complete import branches
from gitflowguard.cli.console import write
from gitflowguard.cli.initask import ask_way, at_terminal
from gitflowguard.cli.output import blocked, document, json_option, unasked
from gitflowguard.output import release
from gitflowguard.policy.presets import NAMES, PRESETS
from gitflowguard.policy.proposal import AS_IS, TRUNK
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git, GitError
from gitflowguard.report.escape import terminal

CONVENTIONAL = "conventional"


@click.command("init")
@click.option(
    "--main",
    metavar="NAME",
    default="",
    shell_complete=branches,
    help="The branch that holds official releases.",
)
@click.option(
    "--develop",
    metavar="NAME",
    default="",
    shell_complete=branches,
    help="The branch where new work starts and ends, or none for none.",
)
@click.option(
    "--as-is", is_flag=True, help="Block no names: guard the long-lived branches and conflicts only."
)
@click.option(
    "--names",
    type=WordChoice(NAMES),
    help="The names to begin with: Conventional Branch's, or the preset's.  [default: what the branches fit]",
)
@click.option(
    "--preset",
    type=WordChoice(PRESETS),
    help="The model to begin with.  [default: what the repository shows]",
)
@click.option(
    "--pre-commit", "precommit", is_flag=True, help="Add ours to .pre-commit-config.yaml too, or make it."
)
@click.option(
    "--pre-commit-repo",
    type=WordChoice(("published", "local")),
    default="published",
    show_default=True,
    help="Where pre-commit takes our hooks from: GitHub, or the program on PATH.",
)
@click.option("--strict", is_flag=True, help="Also guard fast-forwards, `git branch` and `git update-ref`.")
@click.option(
    "--ci",
    type=WordChoice((ASKED, DECLINED)),
    help="Write the workflow that checks pull requests, or do not offer it.  [default: offered on GitHub]",
)
@click.option("--no-hooks", is_flag=True, help="Leave hook files alone, husky's and lefthook's too.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--verbose", "-v", is_flag=True, help="List the branches that don't fit the policy, and why.")
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@json_option()
def command(
    main: str,
    develop: str,
    as_is: bool,
    names: str | None,
    preset: str | None,
    precommit: bool,
    pre_commit_repo: str,
    strict: bool,
    ci: str | None,
    no_hooks: bool,
    dry_run: bool,
    verbose: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Guard this repository: policy file, hooks, integration branch.

    Learns from branches, tags and merges how this team works, shows the policy and
    what it would say of the branches that are here, and writes after `y`. Options
    overrule what it finds. It ends with the commands that share all of it with
    your team, ready to paste. A second run changes nothing.

    Example: gitflowguard init --main master --develop dev
    """
    unasked(as_json, dry_run, yes)
    local = pre_commit_repo == "local"
    way = _way(develop, as_is, preset, names)
    wish = SetupOptions(
        main=main,
        develop=develop,
        preset=preset or "",
        precommit=precommit,
        local=local,
        strict=strict,
        hooks=not no_hooks,
        ci=ci or "",
        way=way,
        names=names or "",
    )
    git = Git()
    try:
        plan = make_plan(git, wish, ask_way if at_terminal() and not (yes or dry_run) else None)
        if as_json and (dry_run or not plan.steps):
            return _document(git, plan, False)
        if not as_json:
            _show(plan, verbose, yes and not dry_run)
        if not plan.steps:
            _share(git, plan)
            return _say("No changes.")
        if dry_run:
            return _say("Dry run: nothing was written.")
        if not yes and not _agreed():
            return blocked(
                "nothing was written" + ("" if at_terminal() else "; run again with --yes to write")
            )
    except SetupError as problem:
        return blocked(str(problem))
    return _write(git, plan, as_json)


def _way(develop: str, as_is: bool, preset: str | None, names: str | None) -> str:
    """The way that the options name, "" for none; raises UsageError where they contradict each other."""
    plain = as_is or preset == AS_IS
    if as_is and preset not in (None, AS_IS):
        raise click.UsageError(f"--as-is and --preset {preset} contradict each other")
    if plain and names == CONVENTIONAL:
        raise click.UsageError("--as-is blocks no names, so --names has nothing to say")
    if plain:
        return AS_IS
    return TRUNK if is_none(develop) else ""


def _show(plan: SetupPlan, verbose: bool, yes: bool) -> None:
    """What was found and what is to happen. yes: it is written without a question, so the policy is there then."""
    width = max(len(what) for what, _ in plan.found)
    lines = ["Found:", *(f"  {what:<{width}}  {value}" for what, value in plan.found)]
    if plan.steps:
        lines += ["", "Plan:", *shown(plan.steps, plan.top)]
    look = "gitflowguard check --all" if yes else plan.look
    fit = tuple(fit_lines(plan.preview, verbose, look)) if plan.preview is not None else ()
    if fit:
        lines += ["", *fit]
    if plan.notes:
        lines += ["", *(f"Note: {note}." for note in plan.notes)]
    write("".join(terminal(line) + "\n" for line in (*lines, "")), sys.stdout)


def _agreed() -> bool:
    """`y` or `yes`; anything else, and no terminal to ask at, is no."""
    if not at_terminal():
        return False
    release()  # whoever is asked sees the plan, --quiet or not
    write("Write this? [y/N] ", sys.stdout)
    line = sys.stdin.readline()
    if not line:  # Ctrl-D leaves the cursor behind the question
        write("\n", sys.stdout)
    return line.strip().lower() in ("y", "yes")


def _write(git: Git, plan: SetupPlan, as_json: bool) -> int:
    """Carries the plan out; whatever stops it, the journal leads on and back."""
    way = "run `gitflowguard init` again to finish, or `gitflowguard uninstall` to go back"
    try:
        carry_out(git, plan)
    except SetupError as problem:
        return blocked(str(problem))
    except KeyboardInterrupt:
        write(f"gitflowguard: interrupted; {way}\n", sys.stderr)
        return exits.INTERRUPTED
    except (OSError, GitError) as problem:
        write(f"gitflowguard: {terminal(_reason(problem))}; {way}\n", sys.stderr)
        return exits.PARTLY
    if as_json:
        return _document(git, plan, True)
    write("Done.\n", sys.stdout)
    _share(git, plan)
    return _say("See it work: gitflowguard doctor")


def _document(git: Git, plan: SetupPlan, written: bool) -> int:
    """All of it for programs. The commands to share it are there as soon as there is something to share."""
    how = share(git, plan) if written or not plan.steps else Closing()
    preview = plan.preview
    outside = preview.outside if preview is not None else ()
    fields = {
        "written": written,
        "found": [{"what": what, "value": value} for what, value in plan.found],
        "steps": list(step_rows(plan.steps, plan.top)),
        "branches": preview.total if preview is not None else None,
        "outside": [
            {"branch": one.name, "code": one.code, "rule": one.rule, "says": one.says} for one in outside
        ],
        "share": [
            {"says": one.says or None, "commands": one.lines, "after": one.after or None}
            for one in how.blocks
        ],
        "notes": [*plan.notes, *how.notes],
    }
    write(document(**fields), sys.stdout)
    return exits.CLEAN


def _share(git: Git, plan: SetupPlan) -> None:
    """The commands that bring all of it to the team, to be pasted as they are."""
    how = share(git, plan)
    text = [f"Note: {note}." for note in how.notes]
    for index, block in enumerate(how.blocks):
        first = not index and not block.says and block.lines
        text += ["To share it with your team, paste this:"] if first else []
        text += block_lines(block)
    write("".join(terminal(line) + "\n" for line in text), sys.stdout)


def _reason(problem: OSError | GitError) -> str:
    if isinstance(problem, OSError):
        return f"couldn't write {problem.filename or 'a file'}: {problem.strerror}"
    return str(problem)


def _say(text: str) -> int:
    write(text + "\n", sys.stdout)
    return exits.CLEAN
