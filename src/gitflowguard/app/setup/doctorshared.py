"""Whether the team gets what adoption wrote: the files of the list (model.adoptionfiles), one row a fault."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.app.setup import husky, lefthook, precommit
from gitflowguard.app.setup.adoptioncommit import unshared
from gitflowguard.app.setup.doctorhooks import Row
from gitflowguard.model.adoptionfiles import HUSKY_FOLDER, PRE_COMMIT_FILE
from gitflowguard.model.flow import Flow
from gitflowguard.model.moment import PRE_COMMIT
from gitflowguard.model.names import listed
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.hookfiles import HooksPath

_INIT = ("gitflowguard", "init", "--yes")


def check_shared(git: Git, place: Place, hooks: HooksPath, flow: Flow) -> Iterator[Row]:
    """(name, status, says, fix) for what is not committed, and for files of hook tools that lack our part."""
    left = unshared(place, hooks, git.commit_of("HEAD"))
    files = (*left.ready, *left.mixed)
    if files:
        yield "shared", "warning", f"not committed yet: {listed(files, 'and')}", ("gitflowguard", "init")
    if left.ignored:
        says = f"git ignores {listed(left.ignored, 'and')}, so your team doesn't get what is in there"
        yield "shared", "warning", says, ("git", "check-ignore", "--verbose", *left.ignored)
    yield from _husky(place, hooks, flow)
    yield from _lefthook(place, hooks, flow)
    yield from _pre_commit(place)


def _husky(place: Place, hooks: HooksPath, flow: Flow) -> Iterator[Row]:
    folder = husky.husky_folder(hooks, place.top)
    if not os.path.isdir(folder):
        return
    try:
        steps = tuple(husky.husky_steps(folder, flow.missing))
    except SetupError as problem:
        yield "husky", "warning", str(problem), ()
        return
    if steps:
        names = listed(tuple(f"{HUSKY_FOLDER}/{os.path.basename(step.path)}" for step in steps), "and")
        yield "husky", "warning", f"not as this policy asks: {names}", _INIT
    else:
        yield "husky", "ok", f"every script calls ours ({HUSKY_FOLDER})", ()


def _lefthook(place: Place, hooks: HooksPath, flow: Flow) -> Iterator[Row]:
    name = lefthook.main_file(place.top)
    if not name:
        return
    stages, there = lefthook.taken(place.top, hooks), lefthook.called(place.top)
    lacking = tuple(stage for stage in stages if stage not in there)
    try:
        step = lefthook.lefthook_step(place.top, flow.missing, stages)
    except SetupError as problem:
        yield "lefthook", "warning", str(problem), ()
        return
    if step or lacking:
        what = (
            f"{name} doesn't start ours at {listed(lacking, 'and')}"
            if lacking
            else f"{name} is not as this policy asks"
        )
        yield "lefthook", "warning", what, _INIT if step else ()
    else:
        yield "lefthook", "ok", f"each of its hooks starts ours ({name})", ()


def _pre_commit(place: Place) -> Iterator[Row]:
    """A file with our ids and without default stages runs the user's own hooks at each of them."""
    try:
        with open(os.path.join(place.top, PRE_COMMIT_FILE), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return
    more = precommit.repeats(text)
    if more:
        says = f"{PRE_COMMIT_FILE} has no default_stages, so {more} runs at every hook type; add "
        says += f"default_stages: [{PRE_COMMIT}, manual]"
        yield "pre-commit", "warning", says, ()
