"""What a project's own configuration may do to a verdict: leave files out, and be told; never run code, never pass
for another one where it cannot be read."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from tests.budget import sampled
from tests.conftest import executable
from tests.e2e.world import World
from tests.quality.world import GOOD, UGLY, UNUSED, guarded, stage

EXCLUDES = {
    "flake8": ("setup.cfg", "[flake8]\nexclude = old/*\n"),
    "ruff": ("ruff.toml", 'extend-exclude = ["old"]\n'),
    "ruff-format": ("pyproject.toml", '[tool.ruff]\nextend-exclude = ["old"]\n'),
    "black": ("pyproject.toml", "[tool.black]\nforce-exclude = 'old/'\n"),
    "isort": (".isort.cfg", "[settings]\nskip_glob = old/*\n"),
    "bandit": (".bandit", "[bandit]\nexclude = old/\n"),
}
BAD = "import sys\nimport os\nx=eval( input() )\n"


# Each form; what each adapter does with such a configuration is in tests/quality/test_adapters.py.
QUICK = [("flake8", ""), ("ruff", "command")]


@pytest.mark.parametrize(("tool", "form"), sampled(product(EXCLUDES, ["", "command"]), *QUICK))
def test_files_that_a_configuration_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, form: str
) -> None:
    """Beside others, and alone; counted on the first look and on the next; the others are looked at.

    The other tools are slow: tests/quality/test_adapters.py asks each of them directly, and bandit's end to end
    is test_bandit_leaves_out_what_somebody_configured_and_nothing_else.
    """
    if form:
        monkeypatch.setenv("GITFLOWGUARD_TOOLS", form)
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    world.write(*EXCLUDES[tool])
    for number in range(3):
        world.write(f"old/bad{number}.py", BAD + f"x = {number}\n")
    for _ in range(2):
        done = stage(world)
        assert done.code == 0 and f"leaves out: 3 by {tool}" in done.text, done.text
    world.write("new/bad.py", BAD)
    world.write("new/old.py", BAD)
    for _ in range(2):
        done = stage(world)
        assert done.code == 1 and f"leaves out: 3 by {tool}" in done.text, done.text
        assert "new/bad.py" in done.text and "new/old.py" in done.text


EVIL = "open({marker!r}, 'w')\nfrom mypy.plugin import Plugin\ndef plugin(version):\n    return Plugin\n"
CODE = [
    ("mypy.ini", "[mypy]\nplugins = evil.py\n"),
    ("setup.cfg", "[mypy]\nplugins =\n    mypy.plugins.proper_plugin,\n    ./evil.py:plugin\n"),
    ("pyproject.toml", '[tool.mypy]\nplugins = ["evil.py"]\n'),
    ("pyproject.toml", '[tool.mypy]\nplugins = "evil.py"\n'),
    ("mypy.ini", "[mypy]\npython_executable = ./evil.py\n"),
    ("pyproject.toml", '[tool.mypy]\npython_executable = "./evil.py"\n'),
]


@pytest.mark.parametrize(("name", "text"), sampled(CODE, 3, 4))
def test_code_that_mypy_would_run(tmp_path: Path, name: str, text: str) -> None:
    """It does not run, and that is told as unchecked; the policy may allow it.

    The others are slow: test_plugins_that_are_installed_are_nobody_s_trick has a plugin in mypy.ini, and
    tests/quality/test_truth.py, test_plugins_that_the_policy_names_run, what the policy allows.
    """
    marker = tmp_path / "marker"
    world = guarded(tmp_path, policy="tools: {mypy: true}\n")
    executable(world.work / "evil.py", f"#!/bin/sh\n: >{marker}\n")
    if "plugins" in text:
        (world.work / "evil.py").write_text(EVIL.format(marker=str(marker)))
    world.do("add", "evil.py")
    world.write(name, text)
    world.write("a.py", GOOD)
    done = stage(world)
    assert not marker.exists()
    assert done.code == 3 and f"{name} lets it run" in done.text and "plugins: true" in done.text
    if text == CODE[0][1]:
        world.policy("tools: {mypy: {plugins: true}}\n")
        assert stage(world).code == 0
        assert marker.exists()


def test_plugins_that_are_installed_are_nobody_s_trick(tmp_path: Path) -> None:
    """A module of the environment, and an interpreter by its whole path."""
    import sys

    world = guarded(tmp_path, policy="tools: {mypy: true}\n")
    world.write(
        "mypy.ini", f"[mypy]\nplugins = mypy.plugins.proper_plugin\npython_executable = {sys.executable}\n"
    )
    world.write("a.py", GOOD)
    done = stage(world)
    assert done.code == 0, done.text


UNREADABLE = {
    "black, no TOML": ("black", "pyproject.toml", "[tool.black\n", "pyproject.toml"),
    "black, another version": (
        "black",
        "pyproject.toml",
        "[tool.black]\nrequired-version = '1'\n",
        "required version",
    ),
    "black, an option": ("black", "pyproject.toml", "[tool.black]\nline-ranges = ['1-1']\n", "line-ranges"),
    "flake8, twice": ("flake8", "setup.cfg", "[flake8]\nignore = E1\nignore = E2\n", "already exists"),
    "bandit, no TOML": ("bandit", "pyproject.toml", "[tool.bandit\n", "bandit did not check"),
    "ruff, no TOML": ("ruff", "ruff.toml", "[lint\n", "ruff"),
    "isort, no TOML": ("isort", "pyproject.toml", "[tool.isort\n", "isort did not check"),
}


@pytest.mark.parametrize(
    "what", sampled(UNREADABLE, "black, another version", "flake8, twice", "bandit, no TOML")
)
def test_a_configuration_that_cannot_be_read(tmp_path: Path, what: str) -> None:
    """Its defaults are another configuration: told, with the tool's own reason.

    The others are slow: other tools with a file that isn't valid.
    """
    tool, name, text, said = UNREADABLE[what]
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    world.write(name, text)
    world.write("a.py", "x = 1\n")
    done = stage(world)
    assert done.code == 3 and said in done.text, done.text


SAYINGS = [
    ("black", "pyproject.toml", "[tool.black]\nquiet = true\ncolor = true\nworkers = 2\n"),
    ("isort", ".isort.cfg", "[settings]\nquiet = true\nformat_error = NO\nformat_success = YES\n"),
    (
        "flake8",
        ".flake8",
        "[flake8]\nformat = pylint\noutput-file = out\nquiet = 2\ncount = true\nexit-zero = true\n",
    ),
    ("ruff", "ruff.toml", 'output-format = "pylint"\nshow-fixes = true\nfix = true\n'),
    (
        "mypy",
        "mypy.ini",
        "[mypy]\npretty = true\nerror_summary = false\ncolor_output = true\nshow_error_codes = false\n",
    ),
    ("bandit", ".bandit", "[bandit]\nformat = txt\nverbose = true\n"),
]


@pytest.mark.parametrize(("tool", "name", "text"), sampled(SAYINGS, 0, 2, 3), ids=[row[0] for row in SAYINGS])
def test_a_configuration_of_how_a_tool_speaks(tmp_path: Path, tool: str, name: str, text: str) -> None:
    """Good is passed and bad is found all the same."""
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    world.write(name, text)
    world.write("a.py", "import os\n\nprint(os)\n")
    assert stage(world).code == 0, stage(world).text
    world.write("a.py", BAD + "y: int = ''\n")
    assert stage(world).code == 1, stage(world).text


@pytest.mark.parametrize("tool", sampled(["ruff", "mypy", "black", "flake8", "bandit"], "ruff", "mypy"))
def test_a_name_that_could_be_a_file_of_options(tmp_path: Path, tool: str) -> None:
    """``@file`` means to mypy: read your options there."""
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    world.write("@x.py", "import os\nimport sys\ny: int = eval( '' )\nz: int = ''\n")
    world.write("x.py", "x = 1\n")
    done = stage(world)
    assert done.code == 1 and ": @x.py:" in done.text, done.text


def test_a_baseline_is_for_every_branch(tmp_path: Path) -> None:
    """Made where nothing is asked for, it holds where everything is."""
    world: World = guarded(tmp_path, policy="tools: {flake8: true}\nkinds: {feature: {quality: none}}\n")
    world.write("a.py", UNUSED)
    done = world.guard("baseline")
    assert done.code == 0 and done.text.startswith("1 finding in 1 file frozen"), done.text
    world.do("add", "-A")
    world.policy("tools: {flake8: true}\n")
    assert world.guard("quality").code == 0


def test_what_a_bare_repository_cannot_be_asked(tmp_path: Path) -> None:
    """It has no index: told, and no pass. A range can be asked for."""
    world = guarded(tmp_path)
    world.write("bad.py", UGLY)
    world.do("commit", "-q", "-m", "Bad")
    world.do("push", "-q", "origin", "feature/x")
    for args in (("quality",), ("quality", "--all"), ("baseline",)):
        done = world.guard(*args, cwd=world.origin)
        assert done.code == 3 and "bare repository" in done.text, done.text
    done = world.run(
        "gitflowguard",
        "quality",
        "--from",
        "develop",
        "--to",
        "feature/x",
        "--tool",  # the policy was in the work tree alone
        "black",
        "--output-format",
        "json",
        cwd=world.origin,
    )
    assert done.code == 1 and json.loads(done.text)["findings"][0]["path"] == "bad.py", done.text


def test_proofs_that_are_accepted() -> None:
    """The counts by which flake8, ruff and mypy show that they looked; of none, all were left out."""
    from gitflowguard.quality import flake8, mypy, ruff
    from gitflowguard.quality.adapter import Partly, ToolExit

    files = ("old/a.py", "b.py")
    rows = b"0.01 seconds elapsed\n3 total logical lines processed\n9 logical lines processed per second\n"
    for count, excluded in ((2, ()), (0, files)):
        out = rows + b"%d          total files processed\n1          files processed per second\n" % count
        assert flake8.read(ToolExit(0, out, b""), files).excluded == excluded
    with pytest.raises(Partly):
        flake8.read(
            ToolExit(0, rows + b"1 total files processed\n1 files processed per second\n", b""), files
        )
    log = b'[DEBUG] Ignored path via `extend-exclude`: "/t/old"\n[DEBUG] Checked %d files in: 1ms\n'
    assert ruff.read(ToolExit(0, b"[]", log % 1), files).excluded == ("old/a.py",)
    with pytest.raises(Partly):
        ruff.read(ToolExit(0, b"[]", log % 2), files)
    assert mypy.read(ToolExit(0, b"Success: no issues found in 2 source files\n", b""), files).remarks == ()


def test_notebooks(tmp_path: Path) -> None:
    """Cells without an id (nbformat warns of them) are judged; black without its extra says which it is."""
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": ["x = 1"],
    }
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    world = guarded(tmp_path, policy='tools: {nbstripout: true, black: {files: ["*.ipynb"]}}\n')
    world.write("a.ipynb", json.dumps(book))
    done = stage(world)
    assert done.code == 1 and "a.ipynb: nbstripout would strip" in done.text, done.text
    try:
        import tokenize_rt  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        assert "black[jupyter]" in done.text, done.text


def test_new_only_leaves_a_moved_file_alone(tmp_path: Path) -> None:
    """Nothing in it is new."""
    world = guarded(tmp_path, policy="tools: {flake8: true}\nquality: {new-only: true}\n")
    world.write("old.py", UNUSED + "X = 1\nY = 2\n")
    world.do("commit", "-q", "-m", "Before the guard")
    world.do("mv", "old.py", "moved.py")
    assert world.git("commit", "-m", "Move").code == 0
    assert world.guard("quality", "--from", "HEAD~1").code == 0
    assert world.guard("quality", "--all").code == 1


@pytest.mark.slow
def test_what_judges_files_together_sees_all_that_is_asked(tmp_path: Path) -> None:
    """A new file beside the configuration of an older commit; an untracked one that is named.

    Slow: test_a_pull_request_brings_no_code judges a range by mypy under the configuration of an older commit,
    and tests/quality/test_chosen.py, test_mypy_is_left_out_unless_asked_for, what is staged.
    """
    world = guarded(tmp_path, policy="tools: {mypy: true}\n")
    base = world.do("rev-parse", "HEAD")
    (world.work / "named.py").write_text("y: int = ''\n")
    assert "named.py:1:10: mypy assignment" in world.guard("quality", "named.py").text
    (world.work / "named.py").unlink()
    world.write("new.py", "y: int = ''\n")
    assert "new.py:1:10: mypy assignment" in world.guard("quality", "--config-from", base).text
    world.do("commit", "-q", "-m", "New")
    for args in (("--from", base), ("--from", base, "--config-from", base)):
        done = world.guard("quality", *args)
        assert done.code == 1 and "new.py:1:10: mypy assignment" in done.text, done.text


@pytest.mark.parametrize("tool", ["flake8", "mypy"])
def test_a_pull_request_brings_no_code(tmp_path: Path, tool: str) -> None:
    """The base allows plug-ins and names one; the change rewrites it."""
    marker = tmp_path / "marker"
    world = guarded(tmp_path, policy=f"tools: {{{tool}: {{plugins: true}}}}\n")
    world.write(
        "setup.cfg",
        "[mypy]\nplugins = evil.py\n[flake8:local-plugins]\nextension = X = evil:Plugin\npaths = .\n",
    )
    world.write("evil.py", "class Plugin: ...\n")
    world.do("commit", "-q", "-m", "Base")
    base = world.do("rev-parse", "HEAD")
    world.write("evil.py", f"open({str(marker)!r}, 'w')\n")
    world.do("commit", "-q", "-m", "Change")
    world.guard("quality", "--from", base, "--config-from", base)
    assert not marker.exists()
    world.guard("quality", "--from", base)
    assert marker.exists(), "the plug-in would have run"


STARTER = "[--count, --select=E9, --show-source, --statistics, --exit-zero, --format, pylint, --output-file=x, -j, '4']"
ARGS = [
    ("flake8", STARTER, "def (\n", "E999"),
    ("ruff", "[--exit-zero, --output-format=github, --fix, --statistics]", UNUSED, "F401"),
    ("bandit", "[--exit-zero, -r, -f, txt, -ll]", "import os\nos.system(input())\nexec(input())\n", "B605"),
]


@pytest.mark.parametrize(("tool", "args", "bad", "code"), ARGS, ids=[row[0] for row in ARGS])
def test_options_that_a_workflow_would_give(
    tmp_path: Path, tool: str, args: str, bad: str, code: str
) -> None:
    """How a tool prints and ends is ours; what it looks for is the policy's."""
    world = guarded(tmp_path, policy=f"tools: {{{tool}: {{args: {args}}}}}\n")
    world.write("a.py", bad)
    done = stage(world)
    assert done.code == 1 and f"{tool} {code}" in done.text, done.text
    world.write("a.py", GOOD)
    assert stage(world).code == 0


FOLDERS = ["CVS", ".tox", ".eggs", "__pycache__", "a.egg", ".hg"]


@pytest.mark.parametrize("folder", sampled(FOLDERS, ".tox"))
def test_bandit_leaves_out_what_somebody_configured_and_nothing_else(tmp_path: Path, folder: str) -> None:
    """It has a list of its own; an importable package of such a name is code like any other.

    The other folders are slow: one list holds them all.
    """
    world = guarded(tmp_path, policy="tools: {bandit: true}\n")
    path = world.work / folder / "evil.py"
    path.parent.mkdir()
    path.write_text("import os\n\nos.system(input())\n")
    world.do("add", "-f", str(path))
    assert "B605" in world.guard("quality").text
    world.write(".bandit", "[bandit]\nskips = B101\n")
    assert "B605" in world.guard("quality").text
    world.write(".bandit", f"[bandit]\nexclude = {folder}\n")
    done = world.guard("quality")
    assert done.code == 0 and "configuration leaves out: 1 by bandit" in done.text, done.text
