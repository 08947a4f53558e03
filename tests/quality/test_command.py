"""`gitflowguard quality` and `baseline`: what is looked at, what is rewritten, what is frozen."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.budget import sampled

from tests.e2e.world import Ran, World
from tests.quality.world import BOTH, BROKEN, FLAKE8, GOOD, LAYOUT, LINT, UGLY, UNUSED, guarded


def quality(world: World, *args: str, **env: str) -> Ran:
    return world.run("gitflowguard", "quality", *args, cwd=None, stdin=None, **env)


def committed(world: World, path: str, text: str) -> str:
    world.write(path, text)
    world.do("commit", "-q", "-m", f"Add {path}")
    return world.do("rev-parse", "HEAD")


def test_each_tool_of_the_policy_looks(tmp_path: Path) -> None:
    """Nothing staged: nothing to check. Something staged: black, flake8 and bandit."""
    world = guarded(tmp_path)
    assert (quality(world).code, quality(world).text) == (0, "Nothing to check.\n")
    world.write("a.py", UGLY)
    done = quality(world)
    assert done.code == 1 and all(name in done.text for name in ("black 2", "flake8 7", "bandit 1"))
    world.write("a.py", GOOD)
    assert "All clear" in quality(world).text


def test_all_paths_and_ranges(tmp_path: Path) -> None:
    """--all is the index, PATHS are the disk, --from the commits."""
    world = guarded(tmp_path, policy=BOTH)
    start = committed(world, "old.py", UGLY)
    end = committed(world, "src/new.py", UNUSED)
    committed(world, "src/later.py", GOOD)
    (world.work / "old.py").write_text(GOOD)
    (world.work / "untracked.py").write_text(UNUSED)
    everything = quality(world, "--all").text
    assert "old.py" in everything and "src/new.py" in everything and "untracked.py" not in everything
    assert quality(world, "old.py").code == 0
    assert "untracked.py" in quality(world, "untracked.py").text
    assert "src/new.py" in quality(world, "src").text
    ranged = quality(world, "--from", start)
    assert ranged.code == 1 and "src/new.py" in ranged.text and "old.py" not in ranged.text
    assert quality(world, "--from", end).code == 0
    assert quality(world, "--from", start, "--to", end).code == 1


def test_from_a_directory_below(tmp_path: Path) -> None:
    """Paths are meant from where a person stands; findings are named from the root."""
    world = guarded(tmp_path, policy=LINT)
    committed(world, "src/a.py", UNUSED)
    below = world.work / "src"
    assert "src/a.py:1" in world.run("gitflowguard", "quality", "a.py", cwd=below).text
    assert "src/a.py:1" in world.run("gitflowguard", "quality", "--all", cwd=below).text
    (below / "b.py").write_text(UNUSED)
    world.do("add", "-A")
    assert "src/b.py:1" in world.run("gitflowguard", "quality", cwd=below).text


@pytest.mark.parametrize(
    ("args", "said"),
    sampled(
        [
            (("--all", "a.py"), "exclude each other"),
            (("--to", "HEAD"), "--to needs --from"),
            (("--from", "nowhere"), "nowhere"),
            (("nowhere.py",), "nowhere.py"),
            (("--tool", "blak"), "blak"),
            (("--fix", "--from", "HEAD~1"), "--fix"),
            (("--all", "--new-only"), "--new-only"),
        ],
        every=2,
    ),
)
def test_what_cannot_be_asked(tmp_path: Path, args: tuple[str, ...], said: str) -> None:
    """One clear line and an exit code that is no verdict.

    Three are slow: those that stay have options that exclude each other, an unknown commit and an unknown tool.
    """
    world = guarded(tmp_path)
    done = quality(world, *args)
    assert done.code in (2, 3) and said in done.text and "Traceback" not in done.text, done.text


def test_only_one_tool_or_family(tmp_path: Path) -> None:
    """By name, and by what it is for."""
    world = guarded(tmp_path, policy=BOTH)
    world.write("a.py", UGLY + UNUSED)
    assert "GFG801" not in quality(world, "--tool", "ruff").text
    assert "GFG802" not in quality(world, "--family", "format").text


def test_fix_stages_what_it_rewrites(tmp_path: Path) -> None:
    """A fully staged file: index and work tree become the same, formatted; the mode stays."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", UGLY)
    (world.work / "a.py").chmod(0o755)
    world.do("add", "a.py")
    done = quality(world, "--fix")
    assert done.code == 0 and "fixed a.py (ruff-format)" in done.text, done.text
    assert (world.work / "a.py").read_text() == GOOD
    assert world.do("show", ":a.py") + "\n" == GOOD
    assert os.access(world.work / "a.py", os.X_OK)
    assert world.do("status", "--porcelain", "a.py") == "A  a.py"


def test_fix_keeps_unstaged_edits(tmp_path: Path) -> None:
    """Where the two do not touch, both are kept; where they do, nothing is changed and the reason is told."""
    world = guarded(tmp_path, policy=LAYOUT)
    rest = "".join(f"A{n} = {n}\n" for n in range(20))
    committed(world, "a.py", "X = 1\n" + rest)
    world.write("a.py", "X=2\n" + rest)
    (world.work / "a.py").write_text("X=2\n" + rest + "MORE=1\n")
    done = quality(world, "--fix")
    assert "fixed a.py" in done.text and "not fixed" not in done.text, done.text
    assert (world.work / "a.py").read_text() == "X = 2\n" + rest + "MORE=1\n"
    assert world.do("show", ":a.py") + "\n" == "X = 2\n" + rest
    world.write("b.py", "X=2\n")
    (world.work / "b.py").write_text("X=3\n")
    done = quality(world, "--fix")
    assert done.code == 1 and "not fixed b.py (ruff-format): its unstaged edits" in done.text
    assert (world.work / "b.py").read_text() == "X=3\n" and world.do("show", ":b.py") == "X=2"


def test_fix_keeps_line_ends(tmp_path: Path) -> None:
    """CRLF in the work tree, LF in the index, by git's own attributes."""
    world = guarded(tmp_path, policy=LAYOUT)
    committed(world, ".gitattributes", "*.py text eol=crlf\n")
    (world.work / "a.py").write_bytes(UGLY.replace("\n", "\r\n").encode())
    world.do("add", "a.py")
    assert quality(world, "--fix").code == 0
    assert (world.work / "a.py").read_bytes() == GOOD.replace("\n", "\r\n").encode()
    assert world.do("show", ":a.py") + "\n" == GOOD


def test_fix_while_another_git_is_at_work(tmp_path: Path) -> None:
    """The lock of the index is somebody's: nothing is changed."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", UGLY)
    lock = world.work / ".git" / "index.lock"
    lock.touch()
    done = quality(world, "--fix")
    assert done.code == 1 and "index.lock" in done.text
    assert (world.work / "a.py").read_text() == UGLY
    lock.unlink()
    (world.work / "a.py").unlink()
    assert "not in the work tree" in quality(world, "--fix").text
    (world.work / "a.py").symlink_to("README.md")
    assert "isn't a regular file" in quality(world, "--fix").text


def test_the_mend_that_is_told_mends(tmp_path: Path) -> None:
    """Word for word from the report."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a b.py", UGLY)
    finding = json.loads(quality(world, "--output-format", "json").text)["findings"][0]
    assert world.run(*finding["mend"][0]).code == 0
    assert quality(world).code == 0


def test_new_only_for_one_run(tmp_path: Path) -> None:
    """On a range."""
    world = guarded(tmp_path, policy=LINT)
    start = committed(world, "a.py", UNUSED)
    committed(world, "a.py", UNUSED + "\nX = 1\n")
    assert quality(world, "--from", start).code == 1
    assert quality(world, "--from", start, "--new-only").code == 0
    committed(world, "a.py", UNUSED + "\nX = undefined\n")
    done = quality(world, "--from", start, "--new-only")
    assert done.code == 1 and "F821" in done.text and "F401" not in done.text


def test_a_baseline_freezes_what_is_there(tmp_path: Path) -> None:
    """Old findings are silent, also after they have moved; one more of the kind is told."""
    world = guarded(tmp_path, policy=BOTH)
    committed(world, "old.py", UNUSED + UGLY)
    assert quality(world, "--all").code == 1
    dry = world.run("gitflowguard", "baseline", "--dry-run")
    assert dry.code == 0 and not (world.work / ".gitflowguard-baseline").exists()
    done = world.run("gitflowguard", "baseline")
    assert done.code == 0 and "old.py" not in done.text and "in 1 file frozen" in done.text, done.text
    assert quality(world, "--all").code == 1, "what is not staged does not count yet"
    world.do("add", ".gitflowguard-baseline")
    assert quality(world, "--all").code == 0
    assert quality(world, "--all", "--no-baseline").code == 1
    world.write("old.py", "import sys\n" + UNUSED + UGLY)
    told = quality(world)
    assert told.code == 1 and "`sys`" in told.text and "`os`" not in told.text
    assert world.git("commit", "-m", "Work").code == 1


def test_a_baseline_survives_odd_names(tmp_path: Path) -> None:
    """One line a finding, whatever the file is called; lines of others freeze nothing."""
    from gitflowguard.app.quality.baseline import read, write
    from gitflowguard.model.check import Check

    names = ["a\tb.py", "a\nb.py", "\udcff.py", "é.py", "a\\tb.py"]
    checks = [
        Check(about="", tool="t", family="lint", path=name, code="E1", says="x", line=1) for name in names
    ]
    data = write(checks, {name: b"x\n" for name in names})
    assert {key[2] for key in read(data)} == set(names)
    assert read(b"garbage\n1\tt\tE1\tmark\n\xff\t\t\t\t\n# 1\ta\tb\tc\td\n") == {}


def test_another_configuration_for_a_pull_request(tmp_path: Path) -> None:
    """The change brings a milder one with it: the base's counts."""
    world = guarded(tmp_path, policy=FLAKE8)
    base = committed(world, ".flake8", "[flake8]\nmax-line-length = 60\n")
    world.write(".flake8", "[flake8]\nmax-line-length = 200\n")
    committed(world, "a.py", f"X = '{'x' * 100}'\n")
    assert quality(world, "--from", base).code == 0
    assert quality(world, "--from", base, "--config-from", base).code == 1


def test_the_command_line_form_says_the_same(tmp_path: Path) -> None:
    """The tools as the programs that they are, and inside of one process: one verdict."""
    world = guarded(tmp_path)
    for number in range(5):
        committed(world, f"p/a{number}.py", (UGLY, UNUSED, GOOD, BROKEN, "import pickle\n")[number])
    fast = quality(world, "--all", "--no-cache", "--output-format", "json")
    plain = quality(world, "--all", "--no-cache", "--output-format", "json", GITFLOWGUARD_TOOLS="command")
    assert fast.code == plain.code == 1
    assert key(fast) == key(plain)


def key(done: Ran) -> list[tuple[object, ...]]:
    data = json.loads(done.text)
    rows = [
        (one["path"], one["line"], one["tool"], one["tool_code"], one["says"]) for one in data["findings"]
    ]
    return sorted(map(repr, rows)) + sorted(map(repr, data["skipped"]))  # type: ignore[return-value]


def test_the_store_is_safe_and_of_one_clone(tmp_path: Path) -> None:
    """A secret that nobody else can read; in CI it may come from the environment."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", GOOD)
    quality(world)
    secret = world.work / ".git/gitflowguard/passed.key"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(secret.read_bytes()) == 32
    before = {path.name for path in (world.work / ".git/gitflowguard/passed").iterdir()}
    quality(world, GITFLOWGUARD_CACHE_KEY="of the CI")
    assert {path.name for path in (world.work / ".git/gitflowguard/passed").iterdir()} - before


def test_frameworks_that_name_files(tmp_path: Path) -> None:
    """The id gitflowguard-quality by hand: the named files, from the index; a family; a range of commits."""
    world = guarded(tmp_path, policy=BOTH)
    committed(world, "a.py", UGLY)
    base = world.do("rev-parse", "HEAD")
    committed(world, "b.py", UNUSED)
    (world.work / "a.py").write_text(GOOD)
    hook = ("gitflowguard-hook", "quality")
    assert "a.py" in world.run(*hook, "a.py").text and "b.py" not in world.run(*hook, "a.py").text
    assert world.run(*hook, "--family", "format", "b.py").code == 0
    assert world.run(*hook, "--family", "nothing", "b.py").code == 2
    # A framework names what the range brings and its own filters leave; only what is both is looked at.
    left_out = world.run(*hook, "a.py", PRE_COMMIT_FROM_REF=base, PRE_COMMIT_TO_REF="HEAD")
    assert left_out.code == 0, left_out.text
    ranged = world.run(*hook, "a.py", "b.py", PRE_COMMIT_FROM_REF=base, PRE_COMMIT_TO_REF="HEAD")
    assert ranged.code == 1 and "b.py" in ranged.text and "a.py" not in ranged.text


@pytest.mark.parametrize("framework", sampled(["pre-commit", "prek"], "prek"))
def test_the_ids_under_a_framework(tmp_path: Path, framework: str) -> None:
    """Staged content is judged, and `run --all-files` finds what was committed before.

    pre-commit is slow: tests/quality/test_ids.py has its filters, and tests/quality/test_commit.py,
    test_every_way_says_the_same, its findings.
    """
    world = guarded(tmp_path, policy=BOTH.replace("}", ", bandit: true}"))
    rows = "".join(
        f"      - {{id: q-{family}, name: q-{family}, entry: gitflowguard-hook quality --family {family}, "
        "language: system, require_serial: true}\n"
        for family in ("format", "lint", "security")
    )
    (world.work / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: local\n    hooks:\n{rows}")
    world.env["PRE_COMMIT_HOME"] = str(tmp_path / "pc")
    world.env["PREK_HOME"] = str(tmp_path / "prek")
    committed(world, "old.py", UGLY)
    world.write("new.py", UNUSED)
    (world.work / "new.py").write_text(GOOD)
    world.do("add", ".pre-commit-config.yaml")
    staged = world.run(framework, "run")
    assert staged.code == 1 and "F401" in staged.text and "old.py" not in staged.text, staged.text
    assert (world.work / "new.py").read_text() == GOOD
    everything = world.run(framework, "run", "--all-files")
    assert (
        everything.code == 1 and "old.py:1: ruff-format would reformat this file" in everything.text
    ), everything.text


@pytest.mark.slow
def test_two_commands_at_once(tmp_path: Path) -> None:
    """Both look, both keep, the store stays whole.

    Slow: that the store stays whole is proved by tests/tooling/test_store.py, test_eight_processes.
    """
    world = guarded(tmp_path)
    for number in range(8):
        world.write(f"a{number}.py", GOOD + f"\n\nX = {number}\n")
    argv = ["gitflowguard", "quality"]
    env = {**os.environ, **world.env}
    both = [
        subprocess.Popen(argv, cwd=world.work, env=env, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert all("All clear" in process.communicate(timeout=120)[0] for process in both)
    # Whatever was written at once is read again: no tool is needed any more.
    again = world.run("gitflowguard", "quality", "--output-format", "json")
    assert again.code == 0 and json.loads(again.text)["summary"]["checks"] == 24
