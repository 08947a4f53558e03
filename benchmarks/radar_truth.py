"""Exactness on real branches: what the radar merges against every ordered pair merged whole, from true commits.

    python benchmarks/radar_truth.py REPOSITORY TARGET N [NAME]

REPOSITORY is a bare repository; its N newest tips that the target does not hold, among branches and pull heads, are
judged as branches of a repository made for it, which borrows the objects. A row of counts is printed. It ends
with 1 if a single verdict or a single conflicted path differs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gitflowguard.app.policy.opening import load_flow
from gitflowguard.app.radar.aims import RadarSelection, aims
from gitflowguard.app.radar.context import MergeContext
from gitflowguard.app.radar.look import look
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.app.radar.verdicts import TargetVerdicts
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import CLEAN, LANDED, STALE, UNTOLD
from gitflowguard.radar.screen import changes_rules
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.tooling.tree import Tree

HEAD = (
    "| repository | target | branches | stale / landed / clean / not told | directions | merged by the radar "
    "| conflicts | missed | invented | other paths |"
)


def set_up(source: Path, target: str, count: int, where: Path) -> None:
    """A bare repository with develop and the newest branches, whose objects are the source's."""
    git = ("git", "-C", str(source))
    tip = subprocess.check_output([*git, "rev-parse", f"refs/heads/{target}"], text=True).strip()
    form = ("for-each-ref", "--sort=-committerdate", "--format=%(objectname)", f"--no-merged={tip}")
    listed = subprocess.check_output([*git, *form, "refs/heads", "refs/pull/*/head"], text=True).split()
    tips = list(dict.fromkeys(listed))[:count]
    subprocess.run(["git", "init", "-q", "--bare", str(where)], check=True)
    (where / "objects" / "info" / "alternates").write_text(f"{source.resolve()}/objects\n")
    rows = {"refs/heads/develop": tip} | {f"refs/heads/feature/b{n}": sha for n, sha in enumerate(tips)}
    stdin = "".join(f"create {name} {sha}\n" for name, sha in rows.items())
    subprocess.run(["git", "-C", str(where), "update-ref", "--stdin"], input=stdin, text=True, check=True)


def every_pair(
    context: MergeContext, verdicts: TargetVerdicts
) -> dict[tuple[str, str], tuple[str, ...] | None]:
    """(first, second) -> conflicted paths of a whole merge of true commits, None for one that git cannot make."""
    clean = [stand for stand in verdicts.stands.values() if stand.state == CLEAN]
    found: dict[tuple[str, str], tuple[str, ...] | None] = {}
    for first in clean:
        landed = context.scratch.commit(first.tree, verdicts.tip, first.tip)
        facts = first.facts
        ruled = facts is not None and changes_rules(facts.landed)
        folder = (
            context.attributes(first.tree) if ruled and context.attributes is not None else context.folder
        )
        others = [stand.tip for stand in clean if stand.tip != first.tip]
        for tip, answer in zip(others, context.trials.merge(folder, [(landed, tip) for tip in others])):
            if isinstance(answer, Unknown):
                found[first.tip, tip] = None
            elif not answer.clean:
                found[first.tip, tip] = answer.paths
    return found


def targets_right(context: MergeContext, verdicts: TargetVerdicts) -> int:
    """How many branches have another verdict when their true commits are merged with the target's."""
    asked = [stand for stand in verdicts.stands.values() if stand.state != UNTOLD]
    wrong = 0
    for stand, answer in zip(
        asked, context.trials.merge(context.folder, [(verdicts.tip, one.tip) for one in asked])
    ):
        if isinstance(answer, Unknown):
            wrong += 1
            continue
        state = STALE if not answer.clean else LANDED if answer.tree == verdicts.tree else CLEAN
        paths = stand.conflict.answer.paths if stand.conflict is not None else ()
        wrong += state != stand.state or (state == STALE and _bare(paths) != _bare(answer.paths))
    return wrong


def _bare(paths: tuple[str, ...] | None) -> set[str] | None:
    """Paths without the names of commits that git puts into those it makes up."""
    return None if paths is None else {path.partition("~")[0] for path in paths}


def compare(source: Path, target: str, count: int, name: str) -> int:
    """Prints the row; returns how many differences there are."""
    with tempfile.TemporaryDirectory() as folder, Tree(os.environ) as tree:
        where = Path(folder) / "set.git"
        set_up(source, target, count, where)
        git = Git(str(where))
        place = find_place(git)
        flow, _ = load_flow(git, place, read_refs(git))
        aim = aims(git, flow, RadarSelection(target="develop", most=count), int(time.time())).aims[0]
        session = RadarSession(git, place, flow, tree.root, RadarRequest(cached=False))
        context = session.context(session.attributes(aim.target.tip), {})
        verdicts = look(context, aim.target.tip, list(dict.fromkeys(one.tip for one in aim.branches)))
        ours = {
            pair: None if isinstance(one, Unknown) else one.answer.paths
            for pair, one in verdicts.meetings.items()
        }
        whole = every_pair(context, verdicts)
        wrong = targets_right(context, verdicts)
    missed, invented = len(whole.keys() - ours.keys()), len(ours.keys() - whole.keys())
    other = sum(_bare(ours[pair]) != _bare(whole[pair]) for pair in ours.keys() & whole.keys())
    states = [stand.state for stand in verdicts.stands.values()]
    told = " / ".join(str(states.count(state)) for state in (STALE, LANDED, CLEAN, UNTOLD))
    row = (
        name,
        aim.target.tip[:10],
        len(states),
        told,
        verdicts.pairs_of,
        verdicts.merges,
        len(whole),
        missed,
        invented,
        other,
    )
    print("| " + " | ".join(map(str, row)) + " |", flush=True)
    if wrong:
        print(f"{name}: {wrong} branches have another verdict on the target", file=sys.stderr)
    return missed + invented + other + wrong


def main() -> int:
    """See the module."""
    if len(sys.argv) not in (4, 5):
        print(__doc__, file=sys.stderr)
        return 2
    source = Path(sys.argv[1])
    name = sys.argv[4] if len(sys.argv) == 5 else source.name
    print(HEAD + "\n" + "|---" * 10 + "|")
    return 1 if compare(source, sys.argv[2], int(sys.argv[3]), name) else 0


if __name__ == "__main__":
    sys.exit(main())
