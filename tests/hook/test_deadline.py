"""Every hook ends, whatever git or we ourselves do: where it enforces, without a pass."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitflowguard.model.moment import ADVICE, ALL_STAGES
from gitflowguard.model.names import Version, parse_version
from gitflowguard.model.suggest import plain_version
from gitflowguard.policy.presets import preset_flow
from tests.budget import sampled
from tests.conftest import executable
from tests.e2e.world import World, make

NULL = "0" * 40
START = """
import sys, time
from gitflowguard.repo import deadline
deadline.SECONDS = {seconds}
from gitflowguard import hookfront
{more}
sys.exit(hookfront.main(sys.argv[1:]))
"""
STUCK = """
def forever(*args, **named):
    while True:
        try:
            pass
        except Exception:
            pass
hookfront.hook.read_refs = forever
"""


def stage(
    world: World, *words: str, more: str = "", path: str = "", limit: float = 0.4
) -> tuple[int, str, float]:
    """(exit code, what it says, seconds) of one hook with a short deadline."""
    begin = time.monotonic()
    own = {"PATH": f"{path}:{world.env['PATH']}"} if path else {}
    text = START.format(more=more, seconds=limit)
    done = world.run(sys.executable, "-c", text, *words, cwd=None, stdin="", **own)
    return done.code, done.text, time.monotonic() - begin


ARGUMENTS = {
    "commit-msg": ("M",),
    "prepare-commit-msg": ("M",),
    "pre-push": ("origin", "url"),
    "pre-rebase": ("develop",),
    "post-checkout": (NULL, NULL, "1"),
    "reference-transaction": ("prepared",),
}


@pytest.mark.parametrize("name", sampled(ALL_STAGES, "pre-commit", "reference-transaction", "post-checkout"))
def test_a_hook_that_is_stuck_ends(tmp_path: Path, name: str) -> None:
    """At each stage, in a loop of its own; where it enforces, nothing passes. It says why and what to do.

    One that enforces, one that git runs under --no-verify too, and one that only reports; the others are slow:
    one clock serves all.
    """
    world = make(tmp_path, "native")
    got, said, seconds = stage(world, name, *ARGUMENTS.get(name, ()), more=STUCK)
    assert got == (0 if name in ADVICE else 3) and seconds < 100, said
    assert "nothing was judged: it took more than 0.4 s" in said and "help: gitflowguard check" in said, said


def test_a_git_that_hangs_is_ended(tmp_path: Path) -> None:
    """Ours goes with it."""
    world = make(tmp_path, "native")
    program = executable(tmp_path / "slow" / "git", "#!/bin/sh\nexec sleep 777.25\n")
    got, said, seconds = stage(world, "pre-commit", path=str(program.parent))
    assert got == 3 and "more than 0.4 s" in said and seconds < 100, said
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
    assert "sleep 777.25" not in running


def test_tools_and_former_hooks_take_their_time(tmp_path: Path) -> None:
    """The clock stands still for them. On a busy machine the rest of the hook may need a longer limit."""
    world = make(tmp_path, "native")
    tool = tmp_path / "tool"
    world.policy(f'tools:\n  slow: {{run: ["{tool}"], files: ["**"]}}\n')
    world.branch("feature/x")
    world.change()
    former = executable(tmp_path / "kept.chained", f'#!/bin/sh\n"{tool}"; echo FORMER\n')
    script = str(former).removesuffix(".chained")
    executable(tool, "#!/bin/sh\n")
    world.guard("check")  # the policy has its compiled form now
    for limit in (1.6, 6.4, 25.6):
        executable(tool, f"#!/bin/sh\nsleep {limit + 0.1:.1f}\n")
        got, said, seconds = stage(world, "pre-commit", "--hook", script, "--", limit=limit)
        if got == 0:
            break
    assert got == 0 and "FORMER" in said and seconds > 2 * limit, said


@pytest.mark.parametrize("names", ['"release/{version}", staging', "staging, 'release/{version}', next"])
def test_a_free_version_is_found_or_the_search_ends(tmp_path: Path, names: str) -> None:
    """A plain name beside the template is taken for ever; it says nothing about a version."""
    world = make(tmp_path, "native")
    world.policy(f"kinds:\n  release: {{names: [{names}]}}\n")
    for branch in ("staging", "next", "release/0.1.0"):
        world.do("branch", branch, "develop")
    world.do("switch", "-q", "-c", "release/x", "develop")
    world.change()
    done = world.git("commit", "-m", "Work")
    assert done.code == 1 and "git branch -m release/x release/0.2.0" in done.text, done.text


def test_numbers_that_no_python_reads() -> None:
    """In a branch's name or in a packed tag."""
    digits = "9" * 5000
    found = parse_version(f"1.0.0-{digits}")
    assert found is not None and found.rank() > Version((1, 0, 0), ("8",)).rank()
    ranks = [Version((1, 0, 0), (pre,)).rank() for pre in ("0", "2", "10", "010", "a", "b")]
    assert ranks == sorted(ranks)
    flow = preset_flow("gitflow")
    assert plain_version(digits, flow) == "" and plain_version("v01.2", flow) == "1.2"
