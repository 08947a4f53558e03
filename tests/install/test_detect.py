"""What a repository says of itself: git-flow's settings, branches, tags, tools."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.model.facts import Refs
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.detect import common_prefix, detect, find_develop, find_main
from gitflowguard.repo.git import Git
from gitflowguard.repo.gitflowkeys import AVH, NEXT, Keys, Topic, read_keys
from gitflowguard.repo.toolsigns import Sign, has_python, signs
from gitflowguard.rules.registry import CODES, NAMES
from tests.install.place import Shell, git, repository

AVH_CONFIG = """\
[gitflow "branch"]
\tmaster = production
\tdevelop = work
[gitflow "prefix"]
\tfeature = feat/
\tbugfix = bugfix/
\trelease = rel-
\thotfix = hotfix/
\tsupport = support/
\tversiontag = v
[gitflow "path"]
\thooks = /somewhere/.git/hooks
[gitflow "branch.feat/x"]
\tbase = work
[gitflow "branch.feat/with.dots"]
\tbase = work
"""
NEXT_CONFIG = """\
[gitflow]
\tversion = 1.0
\tinitialized = true
\torigin = upstream
[gitflow "branch.production"]
\ttype = base
\tupstreamStrategy = none
[gitflow "branch.work"]
\ttype = base
\tparent = production
\tautoUpdate = true
[gitflow "branch.feature"]
\ttype = topic
\tparent = work
\tprefix = feat/
[gitflow "branch.release"]
\ttype = topic
\tparent = production
\tstartPoint = work
\tprefix = release/
\ttag = true
\ttagprefix = v
[gitflow "branch.chore"]
\ttype = topic
\tparent = work
\tprefix = chore/
[gitflow "branch.feat/x"]
\tbase = work
"""


def _keys(folder: Path, config: str) -> Keys:
    repo = repository(folder, "production", "work")
    with (repo / ".git/config").open("a") as file:
        file.write(config)
    return read_keys(Git(str(repo)).config_all(r"^gitflow\."))


def test_avh_keys_are_read(tmp_path: Path) -> None:
    """Its nine, without taking a branch's base for a setting."""
    keys = _keys(tmp_path, AVH_CONFIG)
    assert (keys.program, keys.main, keys.develop, keys.tag_prefix) == (AVH, "production", "work", "v")
    assert Topic("feature", "feat/") in keys.topics and len(keys.topics) == 5


def test_next_keys_are_read(tmp_path: Path) -> None:
    """Types by `type`, notes by `base`; a base without a parent is production."""
    keys = _keys(tmp_path, NEXT_CONFIG)
    assert (keys.program, keys.main, keys.develop) == (NEXT, "production", "work")
    assert (keys.remote, keys.tag_prefix) == ("upstream", "v")
    assert keys.topics == (
        Topic("feature", "feat/", "work", "work"),
        Topic("release", "release/", "production", "work", True),
        Topic("chore", "chore/", "work", "work"),
    )


def test_next_wins_over_the_avh_settings_that_it_imported(tmp_path: Path) -> None:
    """Both in one file."""
    keys = _keys(tmp_path, AVH_CONFIG.replace("production", "old") + NEXT_CONFIG)
    assert (keys.program, keys.main) == (NEXT, "production")


def test_a_base_note_alone_is_no_setting() -> None:
    """What our own post-checkout writes does not look like a git-flow program."""
    assert read_keys([("gitflow.branch.feature/x.base", "develop")]) == Keys()


@pytest.mark.parametrize(("config", "chore"), [(AVH_CONFIG, False), (NEXT_CONFIG, True)])
def test_init_turns_the_settings_into_the_policy(
    tmp_path: Path, guard: Shell, config: str, chore: bool
) -> None:
    """Names, prefixes, tag prefix, and a kind of git-flow-next's own."""
    repo = repository(tmp_path / "r", "production", "work")
    with (repo / ".git/config").open("a") as file:
        file.write(config)
    assert guard(repo, "init", "--yes").code == 0
    flow = parse(
        (repo / ".gitflowguard.yaml").read_bytes(), ".gitflowguard.yaml", NAMES, CODES, tools=TOOLS
    ).flow
    assert (flow.production, flow.integration, flow.tag_prefix) == ("production", "work", "v")
    kind = flow.kind_of("feat/x")
    assert kind is not None and kind.id == "feature" and flow.kind_of("feature/x") is None
    own = flow.kind_of("chore/x")
    assert (own is not None) == chore and (own is None or own.targets == ("develop",))
    assert guard(repo, "init").out.endswith("No changes.\n")


def _refs(*names: str, remotes: tuple[str, ...] = (), head: str = "") -> Refs:
    return Refs({name: "1" for name in names}, {("origin", name): "1" for name in remotes}, {}, head)


@pytest.mark.parametrize(
    ("refs", "keys", "default", "name"),
    [
        (_refs("main", "master"), Keys(), "", "main"),
        (_refs("main", "master"), Keys(AVH, "master"), "", "master"),
        (_refs("main"), Keys(AVH, "gone"), "", "main"),
        (_refs("main", "live"), Keys(), "live", "live"),
        (_refs("develop", remotes=("main", "develop")), Keys(), "develop", "main"),
        (_refs("trunk", "x"), Keys(), "", "trunk"),
        (_refs("odd"), Keys(), "", "odd"),
        (_refs("one", "two"), Keys(), "", ""),
        (_refs(head="unborn"), Keys(), "", "unborn"),
        (_refs("x", head="x", remotes=("production",)), Keys(), "", "production"),
    ],
)
def test_production_is_found(refs: Refs, keys: Keys, default: str, name: str) -> None:
    """Settings first, then origin's HEAD (unless it names an integration branch), then names, then the only one."""
    assert find_main(refs, keys, default, "origin").name == name


@pytest.mark.parametrize(
    ("names", "keys", "name"),
    [
        (("main", "develop", "dev"), Keys(), "develop"),
        (("main", "dev"), Keys(), "dev"),
        (("main", "development"), Keys(), "development"),
        (("main", "integration", "int"), Keys(), "int"),
        (("main", "develop", "work"), Keys(AVH, "main", "work"), "work"),
        (("main", "develop"), Keys(AVH, "main", "main"), "develop"),
        (("main", "x"), Keys(), ""),
    ],
)
def test_integration_is_found(names: tuple[str, ...], keys: Keys, name: str) -> None:
    """Settings first, then names, here or on the remote."""
    assert find_develop(_refs(*names), keys, "main", "origin").name == name
    assert find_develop(_refs("main", remotes=names), keys, "main", "origin").name == name


@pytest.mark.parametrize(
    ("tags", "prefix"),
    [
        ((), ""),
        (("1.2.3",), ""),
        (("v1.2.3", "v1.3", "1.0.0"), "v"),
        (("v1.0.0", "2.0.0"), ""),
        (("release-1.0.0", "nightly", "build7"), "release-"),
        (("v1.0rc1", "v1.0"), "v"),
    ],
)
def test_the_tag_prefix_is_that_of_most_version_tags(tags: tuple[str, ...], prefix: str) -> None:
    """Other tags do not count."""
    assert common_prefix({tag: "1" for tag in tags}) == prefix


def test_origins_default_branch_is_read_from_a_real_clone(tmp_path: Path) -> None:
    """refs/remotes/origin/HEAD, as clone sets it."""
    origin = repository(tmp_path / "origin", "live", "main", "develop")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    asked = Git(str(tmp_path / "clone"))
    found = detect(asked, asked.place())
    assert (found.main.name, found.develop.name) == ("live", "develop")
    git(origin, "switch", "-q", "develop")
    git(tmp_path / "clone", "remote", "set-head", "origin", "--auto")
    assert detect(asked, asked.place()).main.name == "main"  # develop says nothing


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ((), ()),
        ((".pre-commit-config.yaml",), ("pre-commit",)),
        (("prek.toml",), ("prek",)),
        ((".husky/pre-commit",), ("husky",)),
        (("lefthook.yml",), ("lefthook",)),
        ((".lefthook.toml", "prek.toml"), ("prek", "lefthook")),
    ],
)
def test_frameworks_are_known_by_their_files(
    tmp_path: Path, files: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """In a fixed order."""
    repo = repository(tmp_path)
    for file in files:
        (repo / file).parent.mkdir(exist_ok=True)
        (repo / file).write_text("")
    asked = Git(str(repo))
    assert detect(asked, asked.place()).frameworks == names


HOOKS = """\
repos:
  - repo: https://github.com/psf/black-pre-commit-mirror
    rev: 25.1.0
    hooks: [{id: black}, {"id": "ruff-check", args: [--fix]}]
  - repo: x
    hooks:
      - id: 'isort'  # id: bandit
      # - id: flake8
      - args: []
        id: ruff-format
      - id: trailing-whitespace
      - {id: my-flake8, name: id-flake8, grid: mypy}
"""


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ()),
        ({"pyproject.toml": "[tool.black]\nline-length = 99\n"}, (Sign("black", "pyproject.toml"),)),
        (
            {"pyproject.toml": "[tool]\nisort.profile = 'black'\n[tool.bandit]\n[tool.mypy]\n"},
            tuple(Sign(tool, "pyproject.toml") for tool in ("isort", "mypy", "bandit")),
        ),
        ({"pyproject.toml": "[tool.ruff.lint]\n"}, (Sign("ruff", "pyproject.toml"),)),
        (
            {"pyproject.toml": "[tool.ruff.format]\n"},
            (Sign("ruff-format", "pyproject.toml"), Sign("ruff", "pyproject.toml")),
        ),
        ({"ruff.toml": "line-length = 9\n"}, (Sign("ruff", "ruff.toml"),)),
        ({".ruff.toml": "[format]\n"}, (Sign("ruff-format", ".ruff.toml"), Sign("ruff", ".ruff.toml"))),
        ({"ruff.toml": "no = toml = at all"}, (Sign("ruff", "ruff.toml"),)),
        ({".flake8": ""}, (Sign("flake8", ".flake8"),)),
        ({"setup.cfg": "[metadata]\n[flake8]  \nmax-line-length = 9\n"}, (Sign("flake8", "setup.cfg"),)),
        ({"tox.ini": "[tox]\n[flake8]\n", ".flake8": ""}, (Sign("flake8", ".flake8"),)),
        ({"tox.ini": "[tox]\n# [flake8]\nx = [flake8]\n"}, ()),
        ({".isort.cfg": ""}, (Sign("isort", ".isort.cfg"),)),
        ({"setup.cfg": "[tool:isort]\n[mypy]\n"}, (Sign("isort", "setup.cfg"), Sign("mypy", "setup.cfg"))),
        ({".bandit": ""}, (Sign("bandit", ".bandit"),)),
        ({"bandit.yaml": ""}, (Sign("bandit", "bandit.yaml"),)),
        ({"mypy.ini": ""}, (Sign("mypy", "mypy.ini"),)),
        (
            {".pre-commit-config.yaml": HOOKS, ".flake8": ""},
            (
                *(Sign(tool, "", ".pre-commit-config.yaml") for tool in ("black", "isort", "ruff-format")),
                Sign("flake8", ".flake8"),
                Sign("ruff", "", ".pre-commit-config.yaml"),
            ),
        ),
        (
            {"prek.toml": '[[repos]]\nrepo = "x"\nhooks = [{ id = "bandit" }]\n', ".bandit": ""},
            (Sign("bandit", ".bandit", "prek.toml"),),
        ),
        ({"pyproject.toml": "[tool.black\n"}, ()),
        ({"pyproject.toml": "tool = 5\n"}, ()),
        ({"pyproject.toml": "[tool]\nblack = true\n"}, ()),
        ({"pyproject.toml": "x = " + "[" * 5000}, ()),
        ({"pyproject.toml": "# " + "x" * 1024 * 1024 + "\n[tool.black]\n"}, ()),
        ({"pyproject.toml": "\x00[tool.black]"}, ()),
        ({"docs/.flake8": ""}, ()),
    ],
)
def test_tools_are_known_by_their_files(
    tmp_path: Path, files: dict[str, str], found: tuple[Sign, ...]
) -> None:
    """Own files, tables, sections, hooks; what is a comment or cannot be read is no sign."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert signs(str(tmp_path)) == found


def test_what_is_no_ordinary_file_is_no_sign_and_nobody_waits_for_it(tmp_path: Path) -> None:
    """A FIFO, a directory, a link that leads nowhere."""
    os.mkfifo(tmp_path / "pyproject.toml")
    os.mkfifo(tmp_path / ".flake8")
    (tmp_path / ".isort.cfg").mkdir()
    (tmp_path / "setup.cfg").symlink_to("gone")
    assert signs(str(tmp_path)) == ()


def test_python_is_found_where_it_lies(tmp_path: Path) -> None:
    """Not in a virtual environment, a hidden directory or another language's packages, nor behind a link."""
    (tmp_path / "README").write_text("x")
    for name in ("env/pyvenv.cfg", "env/a.py", ".tox/a.py", "node_modules/gyp/a.py", "folder.py/x", "src/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "link.py").symlink_to("README")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert not has_python(str(tmp_path)) and not has_python(str(tmp_path / "gone"))
    (tmp_path / "src" / "a.py").write_text("")
    assert has_python(str(tmp_path))


def test_detect_carries_the_tools(tmp_path: Path) -> None:
    """From the root, wherever one stands."""
    repo = repository(tmp_path)
    (repo / ".flake8").write_text("")
    (repo / "sub").mkdir()
    (repo / "sub" / "a.py").write_text("")
    asked = Git(str(repo / "sub"))
    found = detect(asked, asked.place())
    assert (found.tools, found.python) == ((Sign("flake8", ".flake8"),), True)
