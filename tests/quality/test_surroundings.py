"""What a tool reads beside the checked files: the same as in a checkout, and nothing that runs code of a branch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.repo.git import Git
from gitflowguard.repo.surroundings import is_setting, listing
from tests.budget import sampled
from tests.e2e.world import World
from tests.quality.world import declared, guarded, program, stage

LONG = "X = 1  # " + "y" * 100 + "\n"
WIDE = "[flake8]\nmax-line-length = 200\n"


def link(world: World, path: str, target: str) -> None:
    """A committed link."""
    (world.work / path).parent.mkdir(parents=True, exist_ok=True)
    (world.work / path).symlink_to(target)
    world.do("add", "--", path)


def a_link(world: World) -> None:
    world.write("cfg/shared.ini", WIDE)
    link(world, ".flake8", "cfg/shared.ini")


def a_link_to_a_name_of_no_kind(world: World) -> None:
    world.write("shared/style", WIDE)
    link(world, ".flake8", "shared/style")


def a_link_in_a_linked_folder(world: World) -> None:
    world.write("real/style.ini", WIDE)
    link(world, "conf", "real")
    link(world, "setup.cfg", "conf/style.ini")


@pytest.mark.parametrize(
    "way",
    sampled([a_link, a_link_to_a_name_of_no_kind, a_link_in_a_linked_folder], 0, 2),
    ids=lambda way: str(way.__name__),
)
def test_a_configuration_behind_a_link(tmp_path: Path, way: object) -> None:
    """It counts, and what it leads to is part of the key: another content there is another question.

    The second is slow: what a link leads to is found as for the others.
    """
    world = guarded(tmp_path, policy="tools: {flake8: true}\n")
    assert callable(way)
    way(world)
    world.write("a.py", LONG)
    done = stage(world)
    assert done.code == 0, done.text
    target = next(
        name for name in ("cfg/shared.ini", "shared/style", "real/style.ini") if (world.work / name).exists()
    )
    world.write(target, "[flake8]\nmax-line-length = 20\n")
    done = stage(world)
    assert done.code == 1 and "E501" in done.text, done.text


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.cfg", "loop"])
def test_a_link_that_leads_out_is_no_configuration(tmp_path: Path, target: str) -> None:
    """What lies outside of the repository is nobody's style."""
    world = guarded(tmp_path, policy="tools: {flake8: true}\n")
    (world.work.parent / "outside.cfg").write_text(WIDE)
    link(world, ".flake8", target)
    link(world, "loop", ".flake8")
    world.write("a.py", LONG)
    done = stage(world)
    assert done.code == 1 and "E501" in done.text, done.text


NESTED = [
    ("isort", "back/pyproject.toml", "[tool.isort]\nforce_single_line = true\n",
     "from os import path\nfrom os import sep\n\nprint(path, sep)\n"),
    ("isort", "back/own/__init__.py", "", "import os\n\nimport own\n\nprint(os, own)\n"),
    ("ruff", "back/ruff.toml", 'extend = "../cfg/base.toml"\n', LONG),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "path", "text", "code"), NESTED, ids=["settings", "packages", "extended"])
def test_settings_of_a_folder(tmp_path: Path, tool: str, path: str, text: str, code: str) -> None:
    """The nearest one counts, its own packages are first-party, and it may extend another one."""
    world = guarded(tmp_path, policy=f"tools: {{{tool}: true}}\n")
    world.write("cfg/base.toml", 'line-length = 200\n[lint]\nselect = ["E", "F"]\n')
    world.write("back/.isort.cfg", "[settings]\nforce_single_line = true\n")
    world.write(path, text)
    world.write("back/m.py", code)
    done = stage(world)
    assert done.code == 0, done.text
    assert world.run(str(tool), *(("check",) if tool == "ruff" else ("--check",)), "back/m.py").code == 0


BY_NAME = [
    ("bandit", "[-c, conf/b.yml]", "conf/b.yml", "skips: [B101]\n", "assert 1\n"),
    ("bandit", "['--configfile=conf/b.yml']", "conf/b.yml", "skips: [B101]\n", "assert 1\n"),
    ("black", "['--config=conf/black']", "conf/black", "[tool.black]\nline-length = 20\n", "x = f(\n    1111,\n    2222222222,\n)\n"),  # noqa: E501
    ("isort", "[--settings-file, conf/sort]", "conf/sort", "[isort]\nforce_single_line=1\n", "from os import path\nfrom os import sep\n"),  # noqa: E501
    ("ruff", "['--config=conf/r.toml']", "conf/r.toml", "lint.ignore = ['F401']\n", "import os\n"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "args", "path", "text", "code"), sampled(BY_NAME, 1, 2, 4))
def test_a_configuration_that_args_name(
    tmp_path: Path, tool: str, args: str, path: str, text: str, code: str
) -> None:
    """It counts as on the command line; another content of it is another question."""
    world = guarded(tmp_path, policy=f"tools: {{{tool}: {{args: {args}}}}}\n")
    world.write(path, text)
    world.write("a.py", code)
    done = stage(world)
    assert done.code == 0, done.text
    world.write(path, "" if tool != "bandit" else "skips: [B102]\n")
    assert stage(world).code == (0 if tool == "black" else 1)


@pytest.mark.parametrize("form", sampled(["./tests", "/tests", "*/tests/*", "tests"], 0, 2))
def test_forms_in_which_bandit_leaves_out(tmp_path: Path, form: str) -> None:
    """Those that fit `bandit -r .` do, and a file elsewhere is still looked at."""
    world = guarded(tmp_path, policy="tools: {bandit: true}\n")
    world.write("bandit.yaml", f"exclude_dirs: ['{form}']\n")
    world.write("tests/t.py", "assert 1\n")
    done = stage(world)
    assert done.code == 0 and "leaves out: 1 by bandit" in done.text, done.text
    world.write("a.py", "assert 1\n")
    done = stage(world)
    assert done.code == 1 and ": a.py:1" in done.text, done.text


READS = """
missing = [path for path in ('.ownrc', 'data/words.txt', 'link/words.txt', 'pkg/mod.py') if not os.path.exists(path)]
if missing or open('data/words.txt').read() != 'words\\n':
    print(sys.argv[1] + ':1:1: without', *missing)
    sys.exit(1)
"""


def test_a_program_of_the_team_sees_the_tree(tmp_path: Path) -> None:
    """The index of all of it, links too; what lies in the work tree alone isn't there."""
    world = guarded(tmp_path, policy=declared(program(tmp_path, "own", READS)))
    for path in (".ownrc", "pkg/mod.py"):
        world.write(path, "# of the tree\n")
    world.write("data/words.txt", "words\n")
    link(world, "link", "data")
    (world.work / "data/words.txt").write_text("unstaged\n")
    world.write("a.py", "x = 1\n")
    done = stage(world)
    assert done.code == 0, done.text
    world.do("commit", "-q", "-m", "Tree")
    ranged = world.guard("quality", "--from", "HEAD~1")
    assert ranged.code == 0, ranged.text  # a range is the tree of its end
    world.write("a.py", "x = 2\n")
    world.do("rm", "-q", "--cached", ".ownrc")
    done = stage(world)
    assert done.code == 1 and "without .ownrc" in done.text, done.text


def test_what_is_too_large_to_be_laid_out_is_reported(tmp_path: Path) -> None:
    """A program that may need it ran without it."""
    world = guarded(tmp_path, policy=declared(program(tmp_path, "own", "")))
    (world.work / "big.csv").write_bytes(b"1,2\n" * 2_200_000)
    world.do("add", "big.csv")
    world.write("a.py", "x = 1\n")
    done = stage(world)
    assert done.code == 0 and "own ran without 1 large file of the repository: big.csv" in done.text


def test_a_program_without_files_is_meant_for_text(tmp_path: Path) -> None:
    """A picture is no text, and a large file of any kind is reported and doesn't block."""
    path = program(tmp_path, "own", "for name in sys.argv[1:]: open(name, encoding='utf-8').read()")
    world = guarded(tmp_path, policy=f'tools: {{own: {{run: ["{path}"]}}}}\n')
    (world.work / "small.png").write_bytes(b"\x89PNG\0\xff" * 10)
    (world.work / "big.png").write_bytes(os.urandom(2_000_000))
    world.do("add", "-A")
    done = stage(world)
    assert done.code == 0, done.text
    assert "own did not check big.png: it has 1953 kB" in done.text and "small" not in done.text


def test_names_beyond_one_command_line(tmp_path: Path) -> None:
    """They are given in several calls."""
    path = program(tmp_path, "own", "for name in sys.argv[1:]: open(name)")
    world = guarded(tmp_path, policy=f'tools: {{own: {{run: ["{path}"], files: ["*.txt"]}}}}\n')
    folder = world.work / "/".join(["d" * 200] * 2)
    folder.mkdir(parents=True)
    for number in range(600):
        (folder / f"{'n' * 60}{number}.txt").write_text("x\n")
    world.do("add", "-A")
    done = stage(world)
    assert done.code == 0, done.text


def test_what_may_configure_a_tool() -> None:
    """By name, whatever the tool; code, prose and data are no settings."""
    yes = "setup.cfg a/b.toml .x a/.y/z.txt pylintrc .pre-commit-config.yaml words.txt a/base.json setup.py p/py.typed"
    no = "a.py a/b.py README.md docs/words.txt data/x.csv .hidden.py poetry.lock a/.venv/x.py"
    for names, answer in ((yes, True), (no, False)):
        for name in names.split():
            assert is_setting(f"100644 {'0' * 40}\t{name}") is answer, name


def test_the_listing_of_both_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index and the commit of it are the same tree, from a directory below the root, too."""
    world = guarded(tmp_path)
    world.write("a/x.cfg", "[x]\n")
    link(world, ".l", "a/x.cfg")
    world.do("commit", "-q", "-m", "Tree")
    monkeypatch.chdir(world.work / "a")
    index, commit = listing(Git()), listing(Git(), "HEAD")
    assert index == commit and index.links == {".l": "a/x.cfg"} and len(index.rows) >= 3
