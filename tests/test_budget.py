"""What a hook may cost, counted: git processes and imports. Times are the benchmarks' business."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gitflowguard.hookmain
from gitflowguard import __version__
from gitflowguard.model.moment import ALL_STAGES as STAGES
from tests import oracle
from tests.budget import sampled
from tests.e2e.world import World, make

MOST = 6
HEAVY = {
    "click", "yaml", "msgspec", "dataclasses", "rich", "git", "github", "typing", "re", "enum", "json", "subprocess",
    "jsonschema", "ruamel", "logging", "inspect", "site", "functools",
}  # fmt: skip
START = 1_800_000_000  # later than the suite's commits: git walks history by dates
SCRIPT = str(Path(gitflowguard.hookmain.__file__))
POLICY = "rules: {malformed-message: error}\nmessage: {style: conventional}\n"
ARGUMENTS = {
    "commit-msg": ["MESSAGE"],
    "prepare-commit-msg": ["MESSAGE", "message"],
    "pre-push": ["origin", "url"],
    "pre-rebase": ["develop"],
    "post-checkout": ["0" * 40, "0" * 40, "1"],
    "reference-transaction": ["prepared"],
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A feature with a commit, a change staged, a message written, a policy that asks for much."""
    world = make(tmp_path, "native")
    world.policy(POLICY)
    world.branch("feature/x", commits=1)
    world.change()
    (world.work / "MESSAGE").write_text("feat: more\n")
    return world


def stdin_of(world: World, stage: str) -> str:
    tip = world.do("rev-parse", "HEAD")
    if stage == "pre-push":
        return f"refs/heads/feature/x {tip} refs/heads/feature/x {'0' * 40}\n"
    if stage == "reference-transaction":
        return f"{world.do('rev-parse', 'HEAD~1')} {tip} refs/heads/feature/x\n"
    return ""


def start(world: World, stage: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Starts the stage as its shim does."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *flags, SCRIPT, stage, *ARGUMENTS.get(stage, [])],
        cwd=world.work,
        input=stdin_of(world, stage),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("stage", STAGES)
def test_git_processes_of_a_stage(world: World, stage: str, argv_oracle: Path) -> None:
    """At most six, with the compiled policy at hand and with the policy just edited."""
    start(world, stage)
    for policy in ("", POLICY + "# edited\n"):
        if policy:
            world.policy(policy)
        argv_oracle.unlink(missing_ok=True)
        done = start(world, stage)
        assert done.returncode in (0, 1), done.stderr
        assert len(oracle.calls(argv_oracle)) <= (MOST if not policy else MOST + 2)


def crowd(work: Path, branches: int = 60, tags: int = 600, refs: int = 20_000) -> None:
    """What a team's clone holds: open branches, half of them cut long ago, annotated tags, names nobody pruned."""
    text: list[str] = []
    at = "from refs/heads/develop^0\n"
    for mark in range(1, 201):
        text.append(
            f"commit refs/remotes/origin/develop\nmark :{mark}\ncommitter T <t@example.invalid> {START + mark} +0000\n"
        )
        text.append(f"data 2\nx\n{at}M 100644 inline part{mark % 20}.txt\ndata 4\n{mark:03}\n\n")
        at = ""
    for number in range(branches):
        at = f"from :{200 if number % 2 else 1}\n"
        text.append(
            f"commit refs/remotes/origin/feature/n{number}\ncommitter T <t@example.invalid> {START} +0000\n"
        )
        text.append(f"data 2\nx\n{at}M 100644 inline n{number}.txt\ndata 2\nx\n\n")
    for number in range(tags):
        text.append(
            f"tag v0.{number}.0\nfrom :{number % 200 + 1}\ntagger T <t@example.invalid> {START} +0000\ndata 2\nx\n\n"
        )
    git = ["git", "-C", str(work)]
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(text), text=True, check=True)
    subprocess.run([*git, "pack-refs", "--all"], check=True)
    packed = work / ".git" / "packed-refs"
    tip = subprocess.run(
        [*git, "rev-parse", "develop"], capture_output=True, text=True, check=True
    ).stdout.strip()
    left = range(refs - branches - tags)
    # Not in order, and so without the word for it (refs/packed-backend.c): 20,000 loose refs take git 20 s to write.
    rows = packed.read_text().replace(" sorted ", " ")
    packed.write_text(rows + "".join(f"{tip} refs/remotes/origin/feature/left-{number}\n" for number in left))


@pytest.mark.parametrize("refs", sampled([700, 20_000], 0))
def test_git_processes_of_a_push_in_a_team(world: World, argv_oracle: Path, refs: int) -> None:
    """As many where others have work open, old and new, as where nobody has: what these meet isn't looked for here.

    20,000 are slow: with 700 a process for each of them would be seen as well.
    """
    crowd(world.work, refs=refs)
    world.do("commit", "-q", "--amend", "-m", "feat: work")
    start(world, "pre-push")
    argv_oracle.unlink(missing_ok=True)
    done = start(world, "pre-push")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(oracle.calls(argv_oracle)) <= MOST


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_heavy_is_imported(world: World, stage: str) -> None:
    """`python -X importtime` names every module; a hook that has nothing to say loads none of these."""
    start(world, stage)
    done = start(world, stage, "-X", "importtime")
    names = {
        line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")
    }
    assert "gitflowguard.hookfront" in names
    assert not {name.split(".")[0] for name in names} & HEAVY


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--version"], {"click", "yaml", "git", "rich", "msgspec", "jsonschema", "ruamel"}),
        (["--help"], {"yaml", "git", "rich", "msgspec", "jsonschema", "ruamel"}),
        (["rules"], {"yaml", "git", "rich", "msgspec", "jsonschema", "ruamel"}),
        (["check"], {"git", "rich", "jsonschema", "ruamel"}),
        (["status"], {"git", "jsonschema", "ruamel"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_load_what_they_need(world: World, words: list[str], absent: set[str]) -> None:
    """Heavy libraries are imported late, and only where they are used."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gitflowguard", *words],
        cwd=world.work,
        capture_output=True,
        text=True,
        check=False,
    )
    names = {
        line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")
    }
    assert not {name.split(".")[0] for name in names} & absent


def test_help_of_every_command_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands are loaded lazily, so a broken one would hide (click's own advice)."""
    from gitflowguard.cli.main import COMMANDS
    from gitflowguard.cli.main import main

    for name, short in COMMANDS:
        assert main([name, "--help"]) in (0, None), name
        assert f"Usage: gitflowguard {name}" in capsys.readouterr().out
        assert short.endswith((".", "?"))


def test_git_finds_the_command_as_its_own(world: World) -> None:
    """`git flowguard --version`, through the entry point git-flowguard."""
    ran = world.git("flowguard", "--version")
    assert ran.code == 0 and ran.text == f"gitflowguard {__version__}\n"
