"""`init`: what is here, what to do about it, and doing it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from gitflowguard.app.ci.require import required_part
from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME
from gitflowguard.app.policy.load import here
from gitflowguard.app.policy.nearfile import absent, near_file
from gitflowguard.app.setup import husky, lefthook, precommit
from gitflowguard.app.setup.closing import Closing, closing
from gitflowguard.app.setup.defaultbranch import default_notes
from gitflowguard.app.setup.hookplan import hook_steps
from gitflowguard.app.setup.options import SetupOptions
from gitflowguard.app.setup.proposing import (
    Ask,
    PolicyProposal,
    Preview,
    ProposalOptions,
    is_none,
    propose,
)
from gitflowguard.app.setup.words import found_lines, look_command, ways_note
from gitflowguard.app.setup.workflow import workflow_notes, workflow_steps
from gitflowguard.model.adoptionfiles import FRAMEWORK, POLICY
from gitflowguard.model.distribution import newest
from gitflowguard.model.flow import DEVELOP, Flow
from gitflowguard.model.names import HEADS, REMOTES, listed, shell
from gitflowguard.model.record import Record
from gitflowguard.policy.parse import parse
from gitflowguard.policy.proposal import AS_IS, ASKED_FOR, TRUNK, USUAL
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.detect import Detected, DetectedLine, detect
from gitflowguard.repo.environment import passing
from gitflowguard.repo.files import FileState, SetupError, read
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.hookfiles import MIGRATING, HooksPath, look
from gitflowguard.repo.install import FileWrite, NewBranch, Step, apply
from gitflowguard.rules.registry import CODES, NAMES


class SetupPlan(Record):
    """What `init` would do.

    found: (what, value) lines. steps: in order; none means that all is as wished. notes: for the user to do.
    flow: of the policy that is here or is written. hooks: where git looks for them.
    preview: what a new policy says of the branches that are there; None where the policy is there already.
    look: the command that lists the branches that a new policy doesn't fit.
    """

    found: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    top: str
    flow: Flow
    hooks: HooksPath
    preview: Preview | None = None
    look: str = ""


def make_plan(git: Git, wish: SetupOptions, ask: Ask | None = None) -> SetupPlan:
    """Looks, and decides; writes nothing.

    ask: puts the question which way to take (app.setup.proposing.propose).

    Raises GitError outside a work tree, PolicyError for a policy that cannot be read, SetupError where
    something of the user's stands in the way.
    """
    place = git.place()
    if not place.top:
        raise GitError("this repository has no work tree; run this where the files are")
    found = detect(git, place)
    # A branch that is older than the policy goes by the one on the lines, as its hooks do.
    source = here(git, place, found.refs)
    proposed: PolicyProposal | None = None
    if source:
        source = source._replace(path=source.path.removeprefix(HEADS).removeprefix(REMOTES))
        flow = _flow(source.data, source.path)
        found = _declared(found, source.path, flow, wish)
    else:
        _not_misnamed(place.top)
        asked = ProposalOptions(wish.main, wish.develop, wish.preset, wish.way, wish.names)
        proposed = propose(git, found, asked, ask)
        found, flow = proposed.found, proposed.flow
    steps: list[Step] = []
    notes = [*_notes(found), *default_notes(git, flow, source is None)]
    if proposed is not None and ask is None and proposed.choice.why not in (ASKED_FOR, USUAL):
        notes.append(ways_note(proposed.choice))
    steps += _branch(found, notes)
    # Before the policy: while there is none, a run after a kill offers the workflow again.
    checks = tuple(workflow_steps(found, flow, wish.ci, source is None))
    steps += checks
    notes += workflow_notes(found, flow, wish.ci, bool(checks))
    if proposed is not None:
        text = proposed.text + required_part(place.top, flow)
        steps.append(FileWrite(os.path.join(place.top, YAML_NAME), POLICY, text, FileState(None)))
    steps += _framework(found, wish, notes)
    if wish.hooks:
        shared = source is None or source.path in (YAML_NAME, TOML_NAME)
        steps += _hooks(found, flow, wish, notes, shared)
    return SetupPlan(
        found=tuple(found_lines(found, source.path if source else "", wish.hooks, proposed)),
        steps=tuple(steps),
        notes=tuple(notes),
        top=place.top,
        flow=flow,
        hooks=found.hooks,
        preview=proposed.preview if proposed else None,
        look=look_command(wish, proposed.choice) if proposed else "",
    )


def _not_misnamed(top: str) -> None:
    """Raises SetupError where a file lies there that was meant to be the policy, so that there won't be two."""
    says, mend = absent(top)
    if near_file(top):
        raise SetupError(says + (f": {shell(mend[0])}" if mend else ""))


def carry_out(git: Git, plan: SetupPlan) -> None:
    """Takes the steps. Raises SetupError before the first, OSError or GitError from one of them."""
    apply(git.place(), plan.steps)


def share(git: Git, plan: SetupPlan) -> Closing:
    """How to share what is in the work tree now; raises GitError where git cannot answer."""
    return closing(git, plan.flow, plan.hooks)


def _flow(data: bytes, path: str) -> Flow:
    return parse(data, path, NAMES, CODES, tools=TOOLS).flow


def _declared(found: Detected, path: str, flow: Flow, wish: SetupOptions) -> Detected:
    """The lines as the policy that is here names them; options may repeat it, not contradict it."""
    develop = flow.only(DEVELOP)
    said = {"main": flow.production, "develop": develop or "none", "preset": flow.preset, "names": flow.names}
    asked = {**wish._asdict(), **_of_way(wish.way)}
    asked["develop"] = "none" if is_none(asked["develop"]) else asked["develop"]
    for option, value in said.items():
        if asked[option] and asked[option] != value:
            raise SetupError(
                f"--{option} {asked[option]} contradicts {path}, which says {value}; change it there"
            )
    why = f"as {path} says"
    return found._replace(
        main=DetectedLine(flow.production, why),
        develop=DetectedLine(develop, why if develop else f"none, {why}"),
    )


def _of_way(way: str) -> dict[str, str]:
    """The options that say the same as a way."""
    return {TRUNK: {"develop": "none"}, AS_IS: {"preset": AS_IS}}.get(way, {})


def _branch(found: Detected, notes: list[str]) -> Iterator[Step]:
    """The integration branch, where there is none; nobody's work tree moves."""
    name, main = found.develop.name, found.main.name
    if name in ("", main) or name in found.refs.heads:
        return
    if found.tip(name):
        switch = shell(("git", "switch", name))
        notes.append(f"{name} is on {found.remote} only and stays there; to work on it: {switch}")
        return
    if found.narrow:
        fetch = shell(("git", "fetch", found.remote, f"{name}:{name}"))
        notes.append(
            f"this clone fetches one branch only, so {name} may be on {found.remote} unseen and is not made; "
            f"to get it: {fetch}"
        )
        return
    tip = found.tip(main)
    if not tip:
        why = "there isn't a commit yet" if found.unborn else f"there is no {main}"
        notes.append(f"{name} is not made, because {why}; run gitflowguard init again when there is")
        return
    rival = next(
        (head for head in found.refs.heads if head.startswith(f"{name}/") or name.startswith(f"{head}/")), ""
    )
    if rival:
        raise SetupError(f"branch {name} cannot be made beside {rival}; rename that, or say --develop NAME")
    yield NewBranch(name, tip, found.refs.shown(main))


def _framework(found: Detected, wish: SetupOptions, notes: list[str]) -> Iterator[Step]:
    """Our entries in `.pre-commit-config.yaml`, where they are asked for: the native hooks need none."""
    if not wish.precommit:
        return
    path = os.path.join(found.place.top, precommit.FILE)
    before = read(path)
    try:
        text = (before.data or b"").decode()
    except UnicodeDecodeError:
        raise SetupError(f"{precommit.FILE} is not UTF-8; save it as UTF-8, then run this again") from None
    fronts = (look(os.path.join(found.hooks.directory, stage)) for stage in precommit.TYPES_OF_HOOKS)
    installed = tuple(os.path.basename(hook.path) for hook in fronts if hook.maker in MIGRATING)
    done = precommit.splice(text, wish.local, installed)
    if done.inserted:
        mode = before.mode if before.data is not None else None
        yield FileWrite(
            path=path,
            role=FRAMEWORK,
            data=done.text.encode(),
            before=before,
            mode=mode,
            inserted=done.inserted,
        )
        if done.left:
            notes.append(
                f"{listed(done.left, 'and')} {'is' if len(done.left) == 1 else 'are'} left to the native hooks: "
                f"through {precommit.FILE} other hooks could start to run there, too"
            )


def _hooks(found: Detected, flow: Flow, wish: SetupOptions, notes: list[str], shared: bool) -> Iterator[Step]:
    """The native hooks, and ours in the files of husky and lefthook, which the team shares.

    shared: whether this branch has those files as they are now; an older one gets them when it is updated.
    """
    top, names = found.place.top, found.frameworks
    called = lefthook.called(top)
    if shared and "husky" in names:
        yield from husky.husky_steps(husky.husky_folder(found.hooks, top), flow.missing)
    if shared and "lefthook" in names:
        step, stages = None, lefthook.taken(top, found.hooks)
        try:
            step = lefthook.lefthook_step(top, flow.missing, stages)
        except SetupError as problem:
            notes.append(str(problem))
        notes += () if step else lefthook.by_hand(top, flow.missing, stages)
        called = called.union(stages) if step else called
        yield from (step,) if step else ()
    if passing(sys.prefix):
        notes.append(
            "this is a temporary environment, so the hooks look for gitflowguard-hook on PATH; "
            f"to put it there: uv tool install {newest()}, or pipx install {newest()}"
        )
    yield from hook_steps(found.hooks, wish.strict, called)


def _notes(found: Detected) -> Iterator[str]:
    """What a person should know that no step fixes."""
    names = found.frameworks
    if "husky" in names and found.hooks.owner != "husky":
        yield "husky is not active here yet; until it is, git runs the hooks in .git/hooks"
    if found.hooks.owner == "husky" and not os.path.isdir(found.hooks.directory):
        where = os.path.relpath(found.hooks.directory, found.place.top)
        yield f"git looks for hooks in {where}, which is not there, so no hook runs; to make it: npx husky"
    if "prek" in names and not os.path.exists(os.path.join(found.place.top, precommit.FILE)):
        yield "prek.toml is left as it is; the native hooks do not need it"
    if found.hooks.owner == "repository" and not found.hooks.directory.startswith(
        found.place.common + os.sep
    ):
        yield f"the hooks in {found.hooks.directory} will name this machine's Python; do not commit them"
    for topic in found.keys.topics:
        if not topic.prefix:
            yield f"{found.keys.program} has no prefix for {topic.name}; the preset's is used"
