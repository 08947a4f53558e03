"""A commit with tools in the policy: what is staged is judged, in every way that the guard can be installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import gitflowguard.hookmain
from tests import oracle
from tests.budget import sampled
from tests.e2e.world import WAYS, World
from tests.quality.world import (
    BROKEN,
    DANGEROUS,
    FLAKE8,
    GOOD,
    LAYOUT,
    LINT,
    UGLY,
    UNUSED,
    declared,
    guarded,
    program,
    stage,
)
from tests.test_budget import HEAVY

SCRIPT = str(Path(gitflowguard.hookmain.__file__))
# prek moves what a hook says to the right.
FINDING = re.compile(r"^ *((?:error|warning)\[.*)$", re.MULTILINE)


def hook(world: World, *flags: str) -> subprocess.CompletedProcess[str]:
    """The pre-commit stage as git starts it."""
    return subprocess.run(
        [sys.executable, "-I", "-S", *flags, SCRIPT, "pre-commit"],
        cwd=world.work,
        env={**os.environ, "GIT_INDEX_FILE": ".git/index"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", sampled(WAYS, "native"))
def test_good_work_is_committed(tmp_path: Path, way: str) -> None:
    """All three tools look, all three are content, and nothing is said.

    The frameworks are slow: test_every_way_says_the_same has both, and they start the same program.
    """
    world = guarded(tmp_path, way)
    world.write("good.py", GOOD)
    done = world.git("commit", "-m", "Work")
    assert done.code == 0, done.text
    assert "GFG8" not in done.text


@pytest.mark.parametrize(
    ("text", "code", "own"),
    [(UGLY, "GFG801", "black"), (UNUSED, "GFG802", "F401"), (DANGEROUS, "GFG803", "B301")],
    ids=["format", "lint", "security"],
)
def test_each_family_refuses(tmp_path: Path, text: str, code: str, own: str) -> None:
    """Under our code and the tool's own, at the file and line."""
    world = guarded(tmp_path)
    world.write("bad.py", text)
    done = world.git("commit", "-m", "Work")
    assert done.code == 1
    assert code in done.text and own in done.text and "bad.py:" in done.text
    assert world.do("log", "-1", "--format=%s") != "Work"


def test_every_way_says_the_same(tmp_path: Path) -> None:
    """Native, pre-commit and prek: the same findings in the same words."""
    said = {}
    for way in WAYS:
        world = guarded(tmp_path / way, way)
        world.write("bad.py", UGLY + UNUSED + DANGEROUS)
        done = world.git("commit", "-m", "Work")
        assert done.code == 1, done.text
        said[way] = sorted(set(FINDING.findall(done.text)))
        assert any("GFG801" in line for line in said[way]) and any("GFG803" in line for line in said[way])
    assert said["native"] == said["pre-commit"] == said["prek"]


@pytest.mark.parametrize("way", sampled(WAYS, "native"))
def test_only_what_is_staged_counts(tmp_path: Path, way: str) -> None:
    """Bad edits that are not staged are not judged; bad ones that are staged and mended since still are.

    The frameworks are slow: test_every_way_says_the_same has both, and they start the same program.
    """
    world = guarded(tmp_path, way, LAYOUT)
    world.write("a.py", GOOD)
    (world.work / "a.py").write_text(UGLY)
    (world.work / "untracked.py").write_text(BROKEN)
    assert world.git("commit", "-m", "Good").code == 0
    assert (world.work / "a.py").read_text() == UGLY
    world.write("b.py", UGLY)
    (world.work / "b.py").write_text(GOOD)
    assert world.git("commit", "-m", "Bad").code == 1
    assert (world.work / "b.py").read_text() == GOOD


def test_the_temporary_index_of_a_commit_with_paths(tmp_path: Path) -> None:
    """`git commit -- path` commits from an index of its own: what else is staged is not judged (case 43)."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("good.py", GOOD)
    world.write("bad.py", UGLY)
    assert world.git("commit", "-m", "Good", "--", "good.py").code == 0
    assert world.git("commit", "-m", "Bad", "--", "bad.py").code == 1


def test_a_merge_is_not_asked_for_what_its_parents_hold(tmp_path: Path) -> None:
    """Old code that comes in with a merge was looked at where it was made, or is older than the guard."""
    world = guarded(tmp_path)
    world.do("switch", "develop")
    world.write("old.py", UGLY)
    world.do("commit", "-m", "Before the guard")
    world.do("switch", "feature/x")
    world.commit()
    done = world.git("merge", "--no-ff", "--no-edit", "develop")
    assert done.code == 0, done.text


@pytest.mark.parametrize(
    ("bar", "text", "code", "said"),
    [
        ("none", BROKEN, 0, ""),
        ("hard", UGLY + UNUSED, 0, ""),
        ("hard", BROKEN, 1, "E999"),
        ("warn", UNUSED, 0, "warning[GFG802"),
        ("warn", BROKEN, 1, "E999"),
        ("full", UNUSED, 1, "error[GFG802"),
    ],
)
def test_a_kind_of_branch_has_its_own_bar(tmp_path: Path, bar: str, text: str, code: int, said: str) -> None:
    """Nothing, what stops a build, the same with warnings, or everything."""
    world = guarded(tmp_path, policy=f"tools: {{flake8: true}}\nkinds: {{feature: {{quality: {bar}}}}}\n")
    world.write("a.py", text)
    done = stage(world)
    assert done.code == code, done.text
    assert said in done.text and ("GFG8" in done.text) is bool(said)


def test_the_ml_preset_warns_on_features(tmp_path: Path) -> None:
    """flake8 in two runs: lines of 127 letters, complexity 10, and only broken code stops a feature."""
    world = guarded(tmp_path, policy="preset: ml\n")
    world.write("a.py", f"x = '{'y' * 115}'\nimport os\n")
    done = world.git("commit", "-m", "Work")
    assert done.code == 0 and "F401" in done.text and "E501" not in done.text, done.text


def test_a_content_is_looked_at_once(tmp_path: Path) -> None:
    """By a program that counts: a second look at the same content under the same set-up starts nothing."""
    log = tmp_path / "log"
    own = program(tmp_path, "own", f"open({str(log)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n")
    world = guarded(tmp_path, policy=declared(own))
    world.write("a.py", GOOD)
    world.write("b.py", UNUSED)
    for _ in range(3):
        assert hook(world).returncode == 0
    assert log.read_text() == "a.py b.py\n"
    world.write("b.py", GOOD + "\n")
    assert hook(world).returncode == 0
    # A program of the team's own can read the whole tree, and that is another one now.
    assert log.read_text() == "a.py b.py\na.py b.py\n"
    own.write_text(own.read_text() + "# another version\n")
    assert hook(world).returncode == 0
    assert log.read_text() == "a.py b.py\n" * 3


def test_a_failure_is_told_again(tmp_path: Path) -> None:
    """Only passes are kept."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("bad.py", UGLY)
    first, second = stage(world), stage(world)
    assert first.code == second.code == 1
    assert first.text == second.text


def test_a_changed_configuration_is_another_question(tmp_path: Path) -> None:
    """The staged one counts, not the one in the work tree."""
    world = guarded(tmp_path, policy=FLAKE8)
    world.write("long.py", f'X = "{"y" * 100}"\n')
    assert stage(world).code == 1
    (world.work / ".flake8").write_text("[flake8]\nmax-line-length = 120\n")
    assert stage(world).code == 1
    world.do("add", ".flake8")
    assert stage(world).code == 0
    world.write(".flake8", "[flake8]\nmax-line-length = 99\n")
    assert stage(world).code == 1


def test_where_all_is_passed_the_hook_stays_light(tmp_path: Path, argv_oracle: Path) -> None:
    """No tool, no heavy module, at most six git processes."""
    world = guarded(tmp_path)
    world.write("good.py", GOOD)
    assert hook(world).returncode == 0
    argv_oracle.unlink(missing_ok=True)
    done = hook(world, "-X", "importtime")
    assert done.returncode == 0
    rows = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    names = {row.rsplit("|", 1)[1].strip() for row in rows}
    assert "gitflowguard.app.quality.look" in names and "gitflowguard.app.quality.run" not in names
    assert not {name.split(".")[0] for name in names} & HEAVY
    assert len(oracle.calls(argv_oracle)) <= 6


def test_two_work_trees_commit_at_once(tmp_path: Path) -> None:
    """One store serves both; neither sees what the other has staged."""
    world = guarded(tmp_path, policy=LAYOUT)
    other = tmp_path / "other"
    world.do("worktree", "add", "-q", "-b", "feature/y", str(other), "develop")
    (other / ".gitflowguard.yaml").write_text(LAYOUT)
    world.write("good.py", GOOD)
    (other / "bad.py").write_text(UGLY)
    subprocess.run(["git", "-C", str(other), "add", "bad.py"], check=True)
    argv = ["git", "commit", "-q", "-m", "Work"]
    env = {**os.environ, **world.env}
    both = [
        subprocess.Popen(
            argv, cwd=place, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for place in (world.work, other)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 1], said
    assert "good.py" not in said[1] and "bad.py" in said[1]


def test_comments_that_hide_findings_are_counted(tmp_path: Path) -> None:
    """On the first look and on later ones, where nothing is started."""
    world = guarded(tmp_path, policy=LINT)
    world.write("a.py", "import os  # noqa: F401\nimport sys  # noqa\n")
    for _ in range(2):
        done = stage(world)
        assert done.code == 0 and "2 of ruff" in done.text, done.text


def test_comments_are_refused_where_the_policy_says_so(tmp_path: Path) -> None:
    """The same content fails."""
    world = guarded(tmp_path, policy=LINT + "quality: {suppressions: refuse}\n")
    world.write("a.py", "import os  # noqa: F401\n")
    done = stage(world)
    assert done.code == 1 and "F401" in done.text


def test_new_only(tmp_path: Path) -> None:
    """Old findings of a file that is touched are left in peace; new ones are not."""
    world = guarded(tmp_path, policy=LINT + "quality: {new-only: true}\n")
    world.write("a.py", "import os\nX = 1\nY = 2\n")
    world.do("commit", "-m", "Before the guard")
    world.write("a.py", "import os\nX = 1\nY = 3\n")
    assert stage(world).code == 0
    world.write("a.py", "import os\nX = 1\nY = undefined\n")
    done = stage(world)
    assert done.code == 1 and "F821" in done.text and "F401" not in done.text


def test_a_push_is_looked_at_where_the_policy_says_so(tmp_path: Path) -> None:
    """What --no-verify let through is met again before it leaves the machine."""
    world = guarded(tmp_path, policy=LAYOUT + "quality: {stages: [pre-commit, pre-push]}\n")
    world.do("add", "-f", ".gitflowguard.yaml")
    world.write("bad.py", UGLY)
    world.do("commit", "-m", "Hidden")
    done = world.git("push", "origin", "feature/x")
    assert done.code == 1 and "GFG801" in done.text, done.text


def test_json_has_both_codes_and_the_column(tmp_path: Path) -> None:
    """By the command, for programs."""
    world = guarded(tmp_path, policy=FLAKE8)
    world.write("bad.py", UNUSED)
    done = world.guard("quality", "--output-format", "json")
    assert done.code == 1
    finding = next(one for one in json.loads(done.text)["findings"] if one["tool"] == "flake8")
    assert (finding["code"], finding["tool_code"], finding["path"]) == ("GFG802", "F401", "bad.py")
    assert (finding["line"], finding["column"]) == (1, 1)


def test_the_tools_stay_loaded_for_the_next_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody who reads a pipe of the first commit waits for what stays."""
    world = guarded(tmp_path, policy=FLAKE8)
    # A short name: the path of a socket has a limit.
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        folder = Path(short, f"gitflowguard-{os.getuid()}-stay")
        monkeypatch.setenv("TMPDIR", short)
        world.write("none.py", GOOD)
        assert world.git("commit", "-m", "Off").code == 0 and not folder.exists()
        monkeypatch.delenv("GITFLOWGUARD_BACKGROUND")
        world.write("a.py", GOOD)
        world.run("sh", "-c", "git commit -m One 2>&1 | cat")
        assert world.do("log", "-1", "--format=%s") == "One"
        for _ in range(1000):
            if os.listdir(folder):
                break
            time.sleep(0.02)
        (socket,) = folder.iterdir()
        inode = socket.lstat().st_ino
        world.write("b.py", UNUSED)
        done = world.git("commit", "-m", "Two")
        assert done.code == 1 and "F401" in done.text
        assert [one.lstat().st_ino for one in folder.iterdir()] == [inode]
        # Without its socket the worker leaves by itself.
        socket.unlink()
