"""Tools that are on together agree out of the box: what the formatter writes, no other tool reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality import black, flake8, isort, key, ruff_format
from gitflowguard.quality.catalogue import agreed, known
from tests.budget import sampled
from tests.e2e.world import Ran, World
from tests.quality.world import THREE, UGLY, guarded

PAIR = "tools: {black: true, flake8: true}\n"
README = "tools:\n  black: true\n  flake8: true\n  bandit: true\n"


def call(columns: int, name: str = "total") -> str:
    """A line of so many columns that black leaves as it is."""
    return f'{name} = "{"x" * (columns - len(name) - 5)}"\n'


# 85 columns, and a slice of which pycodestyle says E203; both as black lays them out.
BLACKENED = call(85) + 'ham = "spam"\nlower, upper = 1, 2\npart = ham[lower + 1 : upper + 1]\n'
# black puts what follows an overlong call on lines of its own, isort by itself makes a grid of it.
IMPORTS = (
    "from collections import (\n    ChainMap,\n    Counter,\n    OrderedDict,\n    UserDict,\n    UserList,\n"
    "    UserString,\n    defaultdict,\n    deque,\n    namedtuple,\n)\n\n__all__ = [\n"
    + "".join(
        f'    "{name}",\n'
        for name in (
            *("ChainMap", "Counter", "OrderedDict", "UserDict", "UserList", "UserString"),
            *("defaultdict", "deque", "namedtuple"),
        )
    )
    + "]\n"
)


def judged(world: World, text: str, path: str = "a.py") -> Ran:
    """What the tools say of this file, staged; it is committed where they pass it.

    A commit with every hook on asks them the same, by four programs more: test_what_black_writes_is_committed.
    """
    world.write(path, text)
    done = world.guard("quality")
    if done.code == 0:
        world.do("commit", "-q", "-m", f"Add {path}")
    return done


def committed(world: World, text: str, path: str = "a.py") -> Ran:
    """A commit of this file with every hook on."""
    world.write(path, text)
    return world.git("commit", "-q", "-m", f"Add {path}")


@pytest.mark.parametrize(
    "policy", sampled([PAIR, README], 1), ids=["black and flake8", "the three of README"]
)
def test_what_black_writes_is_committed(tmp_path: Path, policy: str) -> None:
    """85 columns and a slice with spaces pass; 100 columns don't, because black can't part a string.

    black and flake8 alone are slow: the three of README hold both.
    """
    world = guarded(tmp_path, policy=policy)
    done = committed(world, BLACKENED)
    assert done.code == 0 and "GFG8" not in done.text, done.text
    done = committed(world, call(100), "b.py")
    assert done.code == 1 and "E501: line too long (100 > 88 characters)" in done.text, done.text


def test_fix_ends_clean(tmp_path: Path) -> None:
    """One command leads out of every finding of layout, with no settings to edit."""
    world = guarded(tmp_path, policy=THREE)
    world.write("a.py", BLACKENED + UGLY.replace("return 2*x", "return x[lower+1:upper+1]"))
    done = world.guard("quality", "--fix")
    assert done.code == 0 and "fixed a.py (black)" in done.text and "All clear" in done.text, done.text
    assert world.git("commit", "-q", "-m", "Work").code == 0


LENGTHS = [
    ("[tool.black]\nline-length = 100\n", "pyproject.toml", PAIR, 100),
    ('[tool.black]\nline_length = "100"\n', "pyproject.toml", PAIR, 100),
    ("", "pyproject.toml", "tools: {black: {args: [-l, '100']}, flake8: true}\n", 100),
    ("[tool.black]\nline-length = 60\n", "pyproject.toml", PAIR, 60),
    ("[tool.ruff]\nline-length = 100\n", "pyproject.toml", PAIR.replace("black", "ruff-format"), 100),
    ("line-length = 100\n", "ruff.toml", PAIR.replace("black", "ruff-format"), 100),
    ("", "ruff.toml", PAIR.replace("black", "ruff-format"), 88),
]


@pytest.mark.parametrize(("config", "name", "policy", "columns"), sampled(LENGTHS, 0, 5))
def test_the_formatter_s_length_is_the_linter_s(
    tmp_path: Path, config: str, name: str, policy: str, columns: int
) -> None:
    """From its file or its args; one column more is reported.

    The others are slow, args among them: test_settings_of_its_own_win has args.
    """
    world = guarded(tmp_path, policy=policy)
    world.write(name, config)
    assert judged(world, call(columns)).code == 0
    done = judged(world, call(columns + 1), "b.py")
    assert done.code == 1 and f"({columns + 1} > {columns} characters)" in done.text, done.text


OWN = {
    ".flake8": ("[flake8]\nextend-exclude = old\n", PAIR),
    "setup.cfg": ("[flake8]\n", PAIR),
    "tox.ini": ("[flake8]\nmax-complexity = 10\n", PAIR),
    "args": ("", "tools: {black: true, flake8: {args: [--max-complexity=10]}}\n"),
}


@pytest.mark.parametrize("name", sampled(OWN, 0, 3))
def test_settings_of_its_own_win(tmp_path: Path, name: str) -> None:
    """Whatever they say: flake8's own 79 columns hold then, as they do without us."""
    config, policy = OWN[name]
    world = guarded(tmp_path, policy=policy)
    if config:
        world.write(name, config)
    done = judged(world, BLACKENED)
    assert done.code == 1 and "E501: line too long (85 > 79" in done.text and "E203" in done.text, done.text


@pytest.mark.slow
def test_black_beside_the_preset_s_own_flake8(tmp_path: Path) -> None:
    """ml has flake8 with args of its own; where every finding fails, what black writes passes there too.

    Slow: what black writes passes in test_what_black_writes_is_committed, and flake8 has args of its own in
    test_settings_of_its_own_win.
    """
    world = guarded(tmp_path, policy="preset: ml\ntools: {black: true}\n")
    world.branch("release/1.0.0")
    assert judged(world, BLACKENED).code == 0
    assert "(130 > 127" in judged(world, call(130), "b.py").text


def test_a_file_for_others_is_no_setting(tmp_path: Path) -> None:
    """setup.cfg and tox.ini that say nothing of flake8; flake8 alone keeps its own defaults."""
    world = guarded(tmp_path, policy=PAIR)
    world.write("setup.cfg", "[metadata]\nname = x\n")
    world.write("tox.ini", "[tox]\nenvlist = flake8\n")
    assert judged(world, BLACKENED).code == 0
    world.policy("tools: {flake8: true}\n")
    assert "(85 > 79" in judged(world, BLACKENED, "b.py").text


def test_the_nearest_settings_count_for_each_file(tmp_path: Path) -> None:
    """A monorepo in which each package has a length of its own: both files in one commit."""
    world = guarded(tmp_path, policy=PAIR)
    for folder, columns in (("wide", 110), ("narrow", 70)):
        world.write(f"{folder}/pyproject.toml", f"[tool.black]\nline-length = {columns}\n")
        world.write(f"{folder}/deep/a.py", call(columns))
    world.write("a.py", call(88))
    assert world.git("commit", "-q", "-m", "Work").code == 0
    for folder in ("wide", "narrow"):
        world.write(f"{folder}/deep/b.py", call(100))
    done = world.git("commit", "-q", "-m", "Work")
    assert done.code == 1 and "narrow/deep/b.py" in done.text and "wide/deep" not in done.text, done.text


@pytest.mark.slow
def test_a_change_of_the_formatter_s_settings_looks_again(tmp_path: Path) -> None:
    """What passed at 100 columns has not passed at 88: the store knows the difference, both ways.

    Slow: that another configuration is another question is proved by tests/quality/test_commit.py,
    test_a_changed_configuration_is_another_question.
    """
    world = guarded(tmp_path, policy=PAIR)
    world.write("pyproject.toml", "[tool.black]\nline-length = 100\n")
    world.write("a.py", call(95))
    assert world.guard("quality").code == 0
    world.write("pyproject.toml", "[tool.black]\n")
    assert "(95 > 88" in world.guard("quality").text
    world.write("pyproject.toml", "[tool.black]\nline-length = 100\n")
    assert world.guard("quality").code == 0
    world.policy("tools: {black: {args: [-l, '90']}, flake8: true}\n")
    assert "(95 > 90" in world.guard("quality").text
    world.policy("tools: {flake8: true}\n")
    assert "(95 > 79" in world.guard("quality").text


def test_one_tool_alone_keeps_the_agreement(tmp_path: Path) -> None:
    """--tool and --family leave the formatter out of the run, not out of the team's style."""
    world = guarded(tmp_path, policy=PAIR)
    world.write("a.py", BLACKENED)
    for args in (("--tool", "flake8"), ("--family", "lint")):
        done = world.guard("quality", "--no-cache", *args)
        assert done.code == 0 and "black" not in done.text, done.text


def test_new_only_asks_the_former_content_in_the_same_style(tmp_path: Path) -> None:
    """What was there stays old, what the change brought is new, by the formatter's style both times."""
    world = guarded(
        tmp_path, policy="tools: {black: true, isort: true, flake8: true}\nquality: {new-only: true}\n"
    )
    world.write("a.py", call(100))
    world.write("b.py", IMPORTS)
    world.do("commit", "-q", "-m", "Old")
    world.write("a.py", call(100) + call(85, "other"))
    assert world.guard("quality").code == 0
    world.write("a.py", call(100) + call(101, "other"))
    world.write("b.py", IMPORTS.replace("import (\n", "import (\n    Sized,\n"))
    done = world.guard("quality")
    assert done.code == 1 and "(101 > 88" in done.text and "(100 > 88" not in done.text, done.text
    assert "b.py:2: isort would sort" in done.text, done.text


@pytest.mark.parametrize("formatter", sampled(["black", "ruff-format"], "ruff-format"))
def test_isort_lays_imports_out_as_the_formatter_does(tmp_path: Path, formatter: str) -> None:
    """Alone it wants a grid, and an .editorconfig says nothing of that; its own settings win."""
    world = guarded(tmp_path, policy=f"tools: {{{formatter}: true, isort: true}}\n")
    assert judged(world, IMPORTS).code == 0
    world.write(".editorconfig", "[*.py]\nindent_size = 4\nmax_line_length = 60\n")
    assert judged(world, IMPORTS, "b.py").code == 0
    world.write(".isort.cfg", "[settings]\nline_length = 79\n")
    done = judged(world, IMPORTS, "c.py")
    assert done.code == 1 and "isort would sort the imports of this file" in done.text, done.text


@pytest.mark.slow
def test_fix_with_isort_and_black_comes_to_an_end(tmp_path: Path) -> None:
    """The two don't undo each other's work, also where only one of them is asked for.

    Slow: that isort writes what black leaves alone is proved by
    test_isort_lays_imports_out_as_the_formatter_does.
    """
    world = guarded(tmp_path, policy="tools: {black: true, isort: true, flake8: true}\n")
    scrambled = (
        "from collections import deque, ChainMap, Counter, OrderedDict, UserDict, UserList, namedtuple\n"
    )
    for args in ((), ("--tool", "isort")):
        world.write("a.py", scrambled + "\n__all__ = list(globals())\nprint(deque, ChainMap, Counter)\n")
        world.guard("quality", "--fix", *args)
        done = world.guard("quality", "--family", "format")
        assert done.code == 0, done.text


# ---- in memory


def test_who_follows_whom() -> None:
    """A tool without args follows the formatter that is on; black goes before ruff-format."""

    def leaders(*tools: Tool) -> dict[str, tuple[str, ...]]:
        return {tool.name: tool.leader for tool in agreed(tools)}

    args = ("-l", "100")
    assert leaders(Tool("flake8"), Tool("isort"), Tool("black", args)) == {
        "flake8": ("black", *args), "isort": ("black", *args), "black": (),
    }  # fmt: skip
    assert leaders(Tool("ruff-format"), Tool("black"), Tool("flake8"))["flake8"] == ("black",)
    assert leaders(Tool("black"), Tool("flake8", ("--doctests",)))["flake8"] == ()
    assert leaders(Tool("ruff"), Tool("flake8"), Tool("own", run=("x",))) == {
        "ruff": (),
        "flake8": (),
        "own": (),
    }
    assert not any(leaders(Tool("black"), Tool("ruff"), Tool("mypy"), Tool("bandit")).values())
    once = agreed((Tool("black"), Tool("flake8")))
    assert agreed(once) == once and agreed(once[1:]) == once[1:]


def test_whom_it_follows_is_in_the_key() -> None:
    """By name and args in the set-up, by settings in each file's part."""
    row = known(Tool("flake8"))
    leaders = ((), ("black",), ("black", "-l"), ("black", "-l", "100"), ("ruff-format",))
    setups = [key.setup(Tool("flake8", leader=one), row, "7.1", (), False) for one in leaders]
    setups.append(key.setup(Tool("flake8"), row, "7.1", (("black", "-l"),), False))
    assert len(set(setups)) == len(setups)
    led: tuple[tuple[tuple[str, str], ...], ...] = (
        (),
        (("p", "1"),),
        (("p", "2"),),
        (("p", "1"), ("q", "1")),
    )
    assert len({key.part(row, "a.py", one) for one in led}) == len(led)
    assert key.part(row, "a.py") == "a.py"


BLACK_LENGTHS = [
    ("", (), 88),
    ("[tool.black]\nline-length = 99\n", (), 99),
    ("[tool.black]\nline_length = 99\n", (), 99),
    ("[tool.black]\n--line-length = '99'\n", (), 99),
    ("[tool.black]\nline-length = 99\n", ("--line-length=70",), 70),
    ("[tool.black]\nline-length = 99\n", ("--line-length", "70", "-l71"), 71),
    ("[tool.black]\nline-length = 99\n", ("--preview", "-t", "py311", "-l=70"), 70),
    ("[tool.black]\nline-length = true\n", (), 88),
    ("[tool.black]\nline-length = [1]\n", (), 88),
    ("[tool]\nblack = 5\n", (), 88),
    ("[tool.black\n", (), 88),
    ("[tool.black]\nline-length = 99\n", ("--line-length",), 99),
]


@pytest.mark.parametrize(("text", "args", "columns"), BLACK_LENGTHS)
def test_black_s_line_length(text: str, args: tuple[str, ...], columns: int) -> None:
    """As black reads its table and its command line; what can't be read is black's own to complain of."""
    assert black.columns(("pyproject.toml", text.encode()), args, {}) == columns
    assert black.columns(None, (), {}) == 88


RUFF_LENGTHS = [
    ("pyproject.toml", "[tool.ruff]\nline-length = 99\n", (), 99),
    ("pkg/ruff.toml", 'extend = "../pyproject.toml"\n', (), 120),
    ("pkg/ruff.toml", 'extend = "../pyproject.toml"\nline-length = 77\n', (), 77),
    ("pkg/ruff.toml", 'extend = "ruff.toml"\n', (), 88),
    ("pkg/ruff.toml", 'extend = "gone.toml"\n', (), 88),
    ("ruff.toml", "line-length = 99\n", ("--line-length", "70"), 70),
    ("ruff.toml", "line-length = 99\n", ("--config", "line-length = 71"), 71),
    ("ruff.toml", "line-length = 99\n", ("--config=other.toml",), 99),
    ("ruff.toml", "[lint\n", (), 88),
]


@pytest.mark.parametrize(("path", "text", "args", "columns"), RUFF_LENGTHS)
def test_ruff_s_line_length(path: str, text: str, args: tuple[str, ...], columns: int) -> None:
    """Also from the file that another one extends, in whatever circle."""
    files = {"pyproject.toml": b"[tool.ruff]\nline-length = 120\n", path: text.encode()}
    assert ruff_format.columns((path, text.encode()), args, files) == columns


def test_what_a_follower_is_given() -> None:
    """black's own documents say these; settings of the project's own leave no room for them."""
    assert flake8.following(None, 88) == ("--max-line-length=88", "--extend-ignore=E203,E701")
    assert isort.following(None, 100) == ("--profile=black", "--line-length=100")
    assert isort.following(("a/.editorconfig", b"[*.py]\n"), 88) == isort.following(None, 88)
    assert flake8.following((".flake8", b"[flake8]\n"), 88) == () == isort.following((".isort.cfg", b""), 88)
