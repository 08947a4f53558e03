"""What the real tools answer, and what their adapters make of it: several files at once, each state in one answer."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality.adapter import GarbledOutput, Remark, ToolAnswer, ToolExit
from gitflowguard.quality.isort import read as read_isort
from tests.budget import sampled
from tests.quality.ask import ask
from tests.quality.test_tools import EVIL, KEPT, PICKLE, SORTED, STRIPPED, UNSORTED
from tests.quality.world import BROKEN, DANGEROUS, GOOD, UGLY, UNUSED

NUL = "x = '\0'\n"


def test_black(tmp_path: Path) -> None:
    """One to change, one that is well, one that it cannot parse, one that its configuration leaves out."""
    files = {"a.py": UGLY, "dir/b.py": GOOD, "c.py": BROKEN, "out.py": UGLY}
    answer = ask(tmp_path, "black", files, ("pyproject.toml", "[tool.black]\nforce-exclude = 'out'\n"))
    said = "would reformat this file"
    assert answer == ToolAnswer(
        (
            Remark(path="a.py", code="", says=said, line=1, column=0, end=1),
            Remark(path="a.py", code="", says=said, line=3, column=0, end=3),
        ),
        (("c.py", "black cannot format it: cannot parse at 2:4"),),
        ("out.py",),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BROKEN, "cannot parse at 2:4"),
        (
            NUL,
            "cannot use --safe with this file; failed to parse source file AST: source code string cannot contain",
        ),
        ("# coding: no-such\n", "unknown encoding: no-such"),
    ],
    ids=["syntax", "nul", "encoding"],
)
def test_black_on_what_it_cannot_read(tmp_path: Path, text: str, why: str) -> None:
    """The reason in its own words, also where the file's name cannot be found again in them."""
    for name in ("a.py", "new\nline.py"):
        ((path, said),) = ask(tmp_path, "black", {name: text}).unchecked
        assert path == name
        assert name != "a.py" or said.startswith(f"black cannot format it: {why}")
        assert "Oh no" not in said and "\n" not in said


def test_black_on_one_file(tmp_path: Path) -> None:
    """A name that black prints in another form: the exit code tells."""
    name = "new\nline.py"
    assert ask(tmp_path, "black", {name: GOOD}) == ToolAnswer()
    answer = ask(tmp_path, "black", {name: UGLY})
    assert [(one.path, one.line) for one in answer.remarks] == [(name, 1), (name, 3)]
    left = ask(tmp_path, "black", {name: UGLY}, ("pyproject.toml", "[tool.black]\nforce-exclude = 'new'\n"))
    assert left == ToolAnswer(excluded=(name,))


def test_black_takes_no_configuration_of_the_user(tmp_path: Path, sealed: Path) -> None:
    """Where the project has none, one that lies around changes nothing."""
    home = sealed / ".config" / "black"
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("[tool.black]\nforce-exclude = 'a.py'\n")
    assert [one.line for one in ask(tmp_path, "black", {"a.py": UGLY}).remarks] == [1, 3]


def test_isort(tmp_path: Path) -> None:
    """One to sort, one that is well, one that its configuration skips."""
    files = {"a.py": UNSORTED, "dir/b.py": SORTED, "out.py": UNSORTED}
    answer = ask(tmp_path, "isort", files, (".isort.cfg", "[settings]\nextend_skip = out.py\n"))
    says = "would sort the imports of this file"
    assert answer == ToolAnswer(
        (
            Remark(path="a.py", code="", says=says, line=1, column=0, end=1),
            Remark(path="a.py", code="", says=says, line=2, column=0, end=2),
        ),
        (),
        ("out.py",),
    )
    assert ask(tmp_path, "isort", {"dir/b.py": SORTED}) == ToolAnswer()


def test_isort_on_what_it_skips_itself(tmp_path: Path) -> None:
    """isort counts a file that says of itself that it is to be skipped, and names it nowhere."""
    files = {"a.py": "# isort: skip_file\n" + UNSORTED, "b.py": SORTED, "c.py": UNSORTED}
    answer = ask(tmp_path, "isort", files)
    assert {one.path for one in answer.remarks} == {"c.py"}
    assert answer.unchecked == () and answer.excluded == ("a.py",)


def test_isort_that_counts_other_files_than_it_is_silent_about() -> None:
    """A file of which nothing was said may have been lost."""
    said = b"SUCCESS: a.py Everything Looks Good!\nSkipped 1 files\n"
    answer = read_isort(ToolExit(0, said, b""), ("a.py", "b.py", "c.py"))
    assert [path for path, _ in answer.unchecked] == ["b.py", "c.py"] and answer.excluded == ()


def test_ruff_format(tmp_path: Path) -> None:
    """One to change, one that is well, one that it cannot parse."""
    files = {"a.py": UGLY, "dir/b.py": GOOD, "c.py": BROKEN}
    answer = ask(tmp_path, "ruff-format", files, ("ruff.toml", "line-length = 100\n"))
    assert [(one.path, one.line, one.end) for one in answer.remarks] == [("a.py", 1, 1), ("a.py", 3, 3)]
    ((path, why),) = answer.unchecked
    assert path == "c.py" and why.startswith("ruff cannot format it: ")
    assert ask(tmp_path, "ruff-format", {"dir/b.py": GOOD}) == ToolAnswer()
    name, *_ = {one.path for one in ask(tmp_path, "ruff-format", {"new\nline.py": UGLY}).remarks}
    assert name == "new\nline.py"


def test_ruff(tmp_path: Path) -> None:
    """Findings with their codes and places, one for code that it cannot parse."""
    answer = ask(tmp_path, "ruff", {"a.py": UNUSED, "dir/b.py": GOOD, "c.py": BROKEN})
    assert (
        Remark(path="a.py", code="F401", says="`os` imported but unused", line=1, column=8, end=1)
        in answer.remarks
    )
    assert {(one.path, one.code) for one in answer.remarks} == {("a.py", "F401"), ("c.py", "invalid-syntax")}
    assert not answer.unchecked
    assert ask(tmp_path, "ruff", {"dir/b.py": GOOD}) == ToolAnswer()


def test_ruff_with_comments_refused_and_a_configuration(tmp_path: Path) -> None:
    """noqa counts unless it is refused; the configuration that applies is the nearest one."""
    hidden = {"a.py": "import os  # noqa: F401\n"}
    assert ask(tmp_path, "ruff", hidden) == ToolAnswer()
    assert [one.code for one in ask(tmp_path, "ruff", hidden, refuse=True).remarks] == ["F401"]
    own = ("pyproject.toml", "[tool.ruff.lint]\nselect = ['D']\n")
    assert [one.code for one in ask(tmp_path / "own", "ruff", hidden, own).remarks] == ["D100"]


def test_flake8(tmp_path: Path) -> None:
    """Findings at their places; a syntax error is one; suppressing comments count unless they are refused."""
    files = {"a.py": UNUSED, "dir/b.py": GOOD, "c.py": BROKEN}
    answer = ask(tmp_path, "flake8", files)
    assert answer.remarks[0] == Remark("a.py", "F401", "'os' imported but unused", 1, 1)
    assert {(one.path, one.code) for one in answer.remarks[1:]} == {("c.py", "E999")}
    hidden = {"a.py": "import os  # noqa\n"}
    assert ask(tmp_path, "flake8", hidden) == ToolAnswer()
    assert [one.code for one in ask(tmp_path, "flake8", hidden, refuse=True).remarks] == ["F401"]


def test_flake8_on_what_it_cannot_read(tmp_path: Path) -> None:
    """E902 is no finding."""
    answer = ask(tmp_path, "flake8", {"a.py": "# coding: no-such\nx = 1\n", "b.py": UNUSED})
    assert answer.unchecked == () or [path for path, _ in answer.unchecked] == ["a.py"]
    assert ("b.py", "F401") in [(one.path, one.code) for one in answer.remarks]


def test_flake8_under_a_configuration(tmp_path: Path) -> None:
    """What changes our output is dropped; what decides verdicts is kept, over several lines too."""
    text = (
        "[flake8]\nformat = pylint\nexit-zero = true\noutput_file = out.txt\nextend-ignore =\n    F401\n    E203\n"
        "per-file-ignores =\n    b.py: E501\n"
    )
    long = "x = '" + "y" * 90 + "'\n"
    answer = ask(tmp_path, "flake8", {"a.py": UNUSED + long, "b.py": long}, ("setup.cfg", text))
    assert [(one.path, one.line, one.code) for one in answer.remarks] == [("a.py", 2, "E501")]
    assert not (tmp_path / "out.txt").exists()


PLUGINS = "[flake8:local-plugins]\nextension =\n    X1 = own:Plugin\npaths =\n    ./plugins, other\n"
PLUGIN = (
    "class Plugin:\n    name, version = 'own', '1'\n\n    def __init__(self, tree):\n        pass\n\n"
    "    def run(self):\n        yield 1, 0, 'X1 ours', type(self)\n"
)


def test_flake8_and_plug_ins_of_the_repository(tmp_path: Path) -> None:
    """They run where the policy names them, and nowhere else: that is said."""
    from gitflowguard.quality.flake8 import prepare

    files = {"a.py": GOOD, "plugins/own.py": PLUGIN}
    allowed = Tool("flake8", plugins=True)
    assert prepare(("tox.ini", PLUGINS.encode()), allowed, False).needs == ("plugins", "other")
    answer = ask(tmp_path, allowed, files, ("tox.ini", PLUGINS))
    assert [(one.path, one.code, one.says) for one in answer.remarks if one.path == "a.py"] == [
        ("a.py", "X1", "ours")
    ]
    assert ask(tmp_path, "flake8", {"a.py": GOOD}, ("tox.ini", PLUGINS)) == ToolAnswer()
    prepared = prepare(("tox.ini", PLUGINS.encode()), Tool("flake8"), False)
    assert (
        len(prepared.notes) == 1 and "local plug-ins did not run" in prepared.notes[0] and not prepared.needs
    )


def test_mypy(tmp_path: Path) -> None:
    """Errors across files, notes left out, a syntax error at its place."""
    files = {
        "a.py": "from b import f\n\nx: str = f()\nreveal_type(x)\n",
        "b.py": "def f() -> int:\n    return 1\n",
    }
    answer = ask(tmp_path, "mypy", files)
    says = 'Incompatible types in assignment (expression has type "int", variable has type "str")'
    assert answer == ToolAnswer((Remark("a.py", "assignment", says, 3, 10),))
    assert ask(tmp_path, "mypy", {"b.py": files["b.py"]}) == ToolAnswer()


def test_mypy_on_what_it_cannot_go_on_from(tmp_path: Path) -> None:
    """A syntax error has a place; two modules of one name have none, and nothing was looked at."""
    answer = ask(tmp_path, "mypy", {"c.py": BROKEN})
    assert {(one.path, one.code) for one in answer.remarks} == {("c.py", "syntax")}
    assert all(one.line for one in answer.remarks)
    with pytest.raises(GarbledOutput, match="mypy could not go on: "):
        ask(tmp_path, "mypy", {"one/m.py": "x = 1\n", "two/m.py": "x = 1\n"})


@pytest.mark.slow
def test_mypy_under_a_configuration(tmp_path: Path) -> None:
    """Only the one that is named.

    Slow: tests/quality/test_configs.py, test_a_pull_request_brings_no_code, runs mypy under the configuration
    of the base.
    """
    loose = {"a.py": "def f(x):\n    return x\n"}
    assert ask(tmp_path, "mypy", loose) == ToolAnswer()
    answer = ask(tmp_path, "mypy", loose, ("mypy.ini", "[mypy]\ndisallow_untyped_defs = true\n"))
    assert [(one.code, one.line) for one in answer.remarks] == [("no-untyped-def", 1)]


def test_bandit(tmp_path: Path) -> None:
    """A finding, a clean file, one that it cannot parse (exit 0), one left out, comments that hide."""
    files = {
        "a.py": DANGEROUS,
        "dir/b.py": GOOD,
        "c.py": NUL,
        "out.py": DANGEROUS,
        "h.py": "exec(input())  # nosec\n",
    }
    answer = ask(tmp_path, "bandit", files, ("pyproject.toml", "[tool.bandit]\nexclude_dirs = ['out.py']\n"))
    assert [(one.path, one.code, one.line, one.column) for one in answer.remarks] == [
        ("a.py", "B403", 1, 1),
        ("a.py", "B301", 5, 12),
    ]
    assert [path for path, _ in answer.unchecked] == ["c.py"]
    assert answer.unchecked[0][1].startswith("bandit cannot read it: ")
    assert answer.excluded == ("out.py",)
    assert dict(answer.hidden) == {"a.py": 0, "dir/b.py": 0, "h.py": 1}


def test_bandit_under_each_configuration(tmp_path: Path) -> None:
    """.bandit is an INI file, the others are not; comments that hide may be refused."""
    code = {"a.py": "exec(input())\n"}
    assert [one.code for one in ask(tmp_path, "bandit", code).remarks] == ["B102"]
    for name, text in ((".bandit", "[bandit]\nskips = B102\n"), ("bandit.yaml", "skips: ['B102']\n")):
        assert ask(tmp_path, "bandit", code, (name, text)).remarks == ()
    hidden = {"a.py": "exec(input())  # nosec\n"}
    assert ask(tmp_path, "bandit", hidden).remarks == ()
    assert [one.code for one in ask(tmp_path, "bandit", hidden, refuse=True).remarks] == ["B102"]


def test_nbstripout(tmp_path: Path) -> None:
    """The notebook that still holds its outputs, whatever it is called; one that is no notebook is no pass."""
    files = {"a.ipynb": json.dumps(KEPT), "dir/b.ipynb": json.dumps(STRIPPED), "c.nb": json.dumps(KEPT)}
    answer = ask(tmp_path, "nbstripout", files)
    assert [one.path for one in answer.remarks] == ["a.ipynb", "c.nb"]
    assert ask(tmp_path, "nbstripout", {"dir/b.ipynb": json.dumps(STRIPPED)}) == ToolAnswer()
    with pytest.raises(GarbledOutput, match="nbstripout ended with exit code 1: No valid notebook detected"):
        ask(tmp_path, "nbstripout", {"a.ipynb": "{"})


def test_picklescan(tmp_path: Path) -> None:
    """One file a call: harmless, dangerous, no pickle, a kind that it does not read."""
    assert ask(tmp_path, "picklescan", {"a.pkl": PICKLE}) == ToolAnswer()
    assert ask(tmp_path, "picklescan", {"a.pkl": EVIL}).remarks == (
        Remark("a.pkl", "dangerous-import", "dangerous import 'posix system'"),
    )
    ((path, why),) = ask(tmp_path, "picklescan", {"a.pkl": b"hello"}).unchecked
    assert path == "a.pkl" and why.startswith("picklescan cannot read it: could not parse ")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "no pickle in here")
    assert ask(tmp_path, "picklescan", {"a.pt": packed.getvalue()}).unchecked == (
        ("a.pt", "picklescan does not read this kind of file"),
    )


# tool -> what it speaks of, and configurations: one that leaves nothing out, one that does, in its own words.
DEFAULTS = {
    "ruff": (UNUSED, ("ruff.toml", "line-length = 100\n"), ("ruff.toml", 'exclude = ["dist"]\n')),
    "ruff-format": (
        UGLY,
        ("pyproject.toml", "[tool.ruff]\nextend-exclude = ['vendored']\n"),
        ("pyproject.toml", "[tool.ruff]\nexclude = ['dist']\n"),
    ),
    "isort": (
        UNSORTED,
        (".isort.cfg", "[settings]\nextend_skip = vendored\n"),
        ("setup.cfg", "[isort]\nskip = dist\n"),
    ),
}


@pytest.mark.parametrize("tool", DEFAULTS)
@pytest.mark.parametrize("folder", sampled(["dist", ".tox", "_build", "node_modules/x", "venv"], 0, 4))
def test_only_what_somebody_configured_is_left_out(tmp_path: Path, tool: str, folder: str) -> None:
    """Each tool has a list of its own; a package of such a name is code like any other.

    The other folders are slow: one list holds them all.
    """
    bad, plain, left = DEFAULTS[tool]
    path = f"{folder}/evil.py"
    assert {one.path for one in ask(tmp_path / "none", tool, {path: bad}).remarks} == {path}
    assert {one.path for one in ask(tmp_path / "own", tool, {path: bad}, plain).remarks} == {path}
    answer = ask(tmp_path / "left", tool, {path: bad}, left)
    assert answer.excluded == ((path,) if folder == "dist" else ()), answer


@pytest.mark.parametrize("tool", ["ruff", "isort"])
def test_options_of_the_policy_leave_out_as_ever(tmp_path: Path, tool: str) -> None:
    """And a configuration that extends another may hold such words there."""
    word = {"ruff": "--exclude", "isort": "--skip"}[tool]
    answer = ask(tmp_path, Tool(tool, args=(word, "dist")), {"dist/evil.py": DEFAULTS[tool][0]})
    assert answer.excluded == ("dist/evil.py",)


def test_a_configuration_that_extends_another(tmp_path: Path) -> None:
    """Its words may stand there."""
    (tmp_path / "base.toml").write_text('exclude = ["dist"]\n')
    answer = ask(tmp_path, "ruff", {"dist/evil.py": UNUSED}, ("ruff.toml", 'extend = "base.toml"\n'))
    assert answer.excluded == ("dist/evil.py",)
