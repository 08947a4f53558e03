"""Finding tools: the project's own, else ours, else PATH; versions and plug-ins without starting anything."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality.catalogue import KNOWN, NAMES, known
from gitflowguard.tooling import environments
from gitflowguard.tooling.environments import committed, places
from gitflowguard.tooling.find import find
from gitflowguard.tooling.found import FoundTool
from gitflowguard.tooling.installed import environment, order
from tests.conftest import executable

if TYPE_CHECKING:
    from gitflowguard.tooling.environments import Tracked

CFG = "home = /nowhere/bin\ninclude-system-site-packages = false\nversion = 3.11.7\n"
TOOLS = ("black-24.1.0", "flake8-7.1.0", "bandit-1.8.0")
STARTED = "#!/bin/sh\necho started >>'{}'\nexit 1\n"


class World:
    """A work tree, our own environment, a home; nothing of this machine."""

    def __init__(self, root: Path) -> None:
        self.root, self.top = root, root / "work"
        (self.top / ".git").mkdir(parents=True)
        self.ours = self.env("ours", *TOOLS)
        self.environ = {"HOME": str(root / "home"), "PATH": str(root / "path")}

    def env(self, name: str, *dists: str, cfg: str | None = CFG, python: str = "python3.11") -> Path:
        """An environment with distributions ``name-version`` and a program for each."""
        base = self.root / name
        self.site(base, python).mkdir(parents=True, exist_ok=True)
        if cfg is not None:
            (base / "pyvenv.cfg").write_text(cfg)
        for dist in ("python", *dists):
            executable(base / "bin" / dist.partition("-")[0], STARTED.format(self.root / "started"))
        for dist in dists:
            (self.site(base, python) / f"{dist}.dist-info").mkdir()
        return base

    @staticmethod
    def site(base: Path, python: str = "python3.11") -> Path:
        return base / "lib" / python / "site-packages"

    def find(
        self,
        tool: str | Tool = "black",
        tracked: Tracked = (),
        project: bool = True,
        top: Path | None = None,
        common: Path | None = None,
        env: dict[str, str] | None = None,
        **environ: str,
    ) -> FoundTool:
        """What is found; no tool is ever started for that."""
        tool = Tool(tool) if isinstance(tool, str) else tool
        top = self.top if top is None else top
        found = find(
            tool,
            known(tool),
            str(top),
            str(common or self.top / ".git"),
            {**self.environ, **(env or {}), **environ},
            str(self.ours / "bin"),
            tracked,
            project,
        )
        assert not (self.root / "started").exists()
        assert str(self.root) not in found.mark
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Our environment has the three tools; the project has none."""
    return World(tmp_path)


def of(found: FoundTool, base: Path) -> bool:
    """Whether the tool is the one of an environment."""
    return Path(found.program).parent == base / "bin" and not found.problem


def test_ours_where_the_project_has_none(world: World) -> None:
    """With its version and interpreter."""
    found = world.find()
    assert of(found, world.ours)
    assert (found.version, found.whose) == ("24.1.0", "ours")
    assert found.python == str(world.ours / "bin" / "python")


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_the_projects_own_goes_before_ours(world: World, name: str) -> None:
    """Its version, and that is said; a tool that it has not is still ours."""
    env = world.env(f"work/{name}", "black-23.1")
    found = world.find()
    assert of(found, env) and found.version == "23.1" and found.whose == f"the project's, {name}"
    assert found.python == str(env / "bin" / "python")
    assert of(world.find("flake8"), world.ours)


def test_the_order_of_environments(world: World) -> None:
    """The active one, uv's, .venv, venv, the main work tree's, poetry's, conda's, ours, PATH; each gone, the next."""
    mark = base64.urlsafe_b64encode(
        hashlib.sha256(os.fsencode(os.path.realpath(world.top / "tree"))).digest()
    )[:8]
    common = world.top / ".git"
    top = world.top / "tree"
    top.mkdir()
    (top / "environment.yml").write_text("name: science\n")
    envs = [
        world.env("active", "isort-6.0"),
        world.env("work/tree/uv-env", "isort-6.0"),
        world.env("work/tree/.venv", "isort-6.0"),
        world.env("work/tree/venv", "isort-6.0"),
        world.env("work/uv-env", "isort-6.0"),
        world.env("work/.venv", "isort-6.0"),
        world.env("work/venv", "isort-6.0"),
        world.env(f"home/.cache/pypoetry/virtualenvs/x-{mark.decode()}-py3.11", "isort-6.0"),
        world.env("conda/envs/active", "isort-6.0"),
        world.env("conda/envs/science", "isort-6.0"),
        world.env("ours", "isort-6.0"),
        world.env("path", "isort-6.0"),
    ]
    (world.root / "path" / "isort").symlink_to("bin/isort")
    environ = {
        "VIRTUAL_ENV": str(envs[0]),
        "UV_PROJECT_ENVIRONMENT": "uv-env",
        "CONDA_PREFIX": str(world.root / "conda/envs/active"),
        "CONDA_EXE": str(world.root / "conda/bin/conda"),
    }
    if sys.platform == "darwin":
        environ["POETRY_CACHE_DIR"] = str(world.root / "home/.cache/pypoetry")
    for env in envs:
        found = world.find("isort", top=top, common=common, env=environ)
        program = env / "isort" if env.name == "path" else env / "bin" / "isort"
        assert Path(found.program) == program, (found, env)
        program.unlink()
    assert "there is no isort here" in world.find("isort", top=top, common=common, env=environ).problem


def test_our_own_environment_is_not_the_projects(world: World) -> None:
    """Where we were started from an active environment, and through a link to it."""
    (world.root / "link").symlink_to(world.ours)
    for active in (world.ours, world.root / "link"):
        assert world.find(VIRTUAL_ENV=str(active)).whose == "ours"


def test_a_pull_request_uses_ours_only(world: World) -> None:
    """Neither the active environment, nor one in the work tree, nor PATH, nor a program by its path."""
    world.env("work/.venv", "black-23.1", "isort-6.0")
    active = world.env("active", "black-23.1", "isort-6.0")
    shutil.copytree(active / "bin", world.root / "path")
    assert of(world.find(project=False, VIRTUAL_ENV=str(active)), world.ours)
    assert world.find("isort", project=False, VIRTUAL_ENV=str(active)).problem
    for run in ("./tools/lint", "/bin/sh", "sh"):
        found = world.find(Tool("own", run=(run,)), project=False, PATH="/bin:/usr/bin")
        assert found.problem and not found.program


@pytest.mark.parametrize("form", ["set", "function"])
@pytest.mark.parametrize("active", [False, True])
def test_a_committed_environment_is_foreign_code(world: World, form: str, active: bool) -> None:
    """It is passed by, also where it is the active one, and that is said."""
    env = world.env("work/.venv", "black-23.1", "isort-6.0")
    tracked: Tracked = {".venv"} if form == "set" else (lambda path: path == ".venv")
    environ = {"VIRTUAL_ENV": str(env), "PATH": f"{env}/bin"} if active else {}
    found = world.find(tracked=tracked, env=environ)
    assert of(found, world.ours) and found.whose == "ours; .venv is committed and was not used"
    missing = world.find("isort", tracked=tracked, env=environ)
    assert not missing.program and ".venv is committed and was not used" in missing.problem
    (world.top / "venv").symlink_to("../other")
    other = world.env("other", "black-23.2")
    assert world.find(tracked=tracked).version == "23.2" and other.exists()


@pytest.mark.parametrize("tracked", [{"vendored"}, (), lambda path: path.startswith("vendored")])
def test_a_link_to_committed_code(world: World, tracked: Tracked) -> None:
    """.venv that leads to another place of the work tree: foreign where git tracks that, or where nobody can say."""
    world.env("work/vendored", "black-23.1")
    (world.top / ".venv").symlink_to("vendored")
    assert of(world.find(tracked=tracked), world.ours)


def test_a_link_that_git_does_not_track(world: World) -> None:
    """Where git can be asked and tracks neither the link nor its target, it is the user's own."""
    world.env("work/envs/a", "black-23.1")
    (world.top / ".venv").symlink_to("envs/a")
    assert world.find(tracked=lambda _: False).version == "23.1"


def test_the_main_work_trees_environment(world: World) -> None:
    """A linked work tree uses it; if it is committed, it is not used. A bare repository has none beside it."""
    linked = world.root / "linked"
    linked.mkdir()
    env = world.env("work/.venv", "black-23.1")
    assert of(world.find(top=linked), env)
    assert of(world.find(top=linked, tracked={".venv"}), world.ours)
    world.env(".venv", "black-23.9")
    assert of(world.find(top=linked, common=world.root / "bare.git"), world.ours)


def test_a_work_tree_behind_a_link(world: World) -> None:
    """The committed environment is known under every name of the work tree."""
    (world.root / "alias").symlink_to("work")
    env = world.env("work/.venv", "black-23.1")
    for top in (world.top, world.root / "alias"):
        for active in (env, world.root / "alias" / ".venv"):
            assert committed(str(active), str(top), str(top / ".git"), {".venv"})
            assert not committed(str(active), str(top), str(top / ".git"), {"venv"})


def test_no_work_tree(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a bare repository the working directory's .venv is nobody's."""
    world.env("work/.venv", "black-23.1")
    monkeypatch.chdir(world.top)
    tool = Tool("black")
    found = find(tool, known(tool), "", str(world.root / "bare.git"), world.environ, str(world.ours / "bin"))
    assert of(found, world.ours)


def test_the_path_of_the_work_tree_does_not_count(world: World) -> None:
    """A directory of PATH within the work tree, or one that is no absolute path, holds foreign code."""
    executable(world.top / "bin" / "isort", STARTED.format(world.root / "started"))
    (world.root / "sly").symlink_to("work/bin")
    for path in (str(world.top / "bin"), str(world.root / "sly"), "bin", ".", "", ":"):
        assert world.find("isort", PATH=path).problem


def test_poetrys_environments(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By poetry's own naming; the newest Python first, by number; another project's are not ours."""
    # poetry 2.5.1: EnvManager.generate_env_name("My Project", "/srv/project")
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    assert "my_project-" + environments._letters("/srv/project") == "my_project-Tz-R9rC0"
    monkeypatch.undo()
    mark = environments._letters(os.path.realpath(world.top))
    base = "elsewhere/virtualenvs"
    for python in ("3.9", "3.11", "3.10", "x"):
        world.env(f"{base}/work-{mark}-py{python}", f"black-23.{python[2:] or 0}")
    world.env(f"{base}/work-AAAAAAAA-py3.13", "black-23.99")
    assert world.find(POETRY_CACHE_DIR=str(world.root / "elsewhere")).version == "23.11"
    assert world.find(POETRY_VIRTUALENVS_PATH=str(world.root / base)).whose == "the project's, poetry"
    given = {"POETRY_CACHE_DIR": str(world.root), "POETRY_VIRTUALENVS_PATH": "{cache-dir}/" + base}
    assert world.find(env=given).version == "23.11"
    assert world.find(POETRY_VIRTUALENVS_PATH="relative").whose == "ours"


@pytest.mark.parametrize("name", ["../../evil", "a/b", ".", "..", "", "[x", "/abs", "a b", "*"])
def test_a_conda_name_that_is_none(world: World, name: str) -> None:
    """environment.yml is the repository's word; it may name an environment, not a place."""
    (world.top / "environment.yml").write_text(f"name: {name}\n")
    roots = [root for root, _ in places(str(world.top), "", {"CONDA_ROOT": "/conda", "HOME": "/home/x"})]
    assert not [root for root in roots if root.startswith(("/conda", "/home"))]


def test_condas_environments(world: World) -> None:
    """The active one unless it is the base; the named one, quoted or with a comment."""
    env = world.env("conda/envs/sci-1.0_x", "black-23.1")
    base = world.env("conda", "black-23.2")
    assert of(world.find(CONDA_PREFIX=str(env)), env)
    assert of(world.find(CONDA_PREFIX=str(base), CONDA_DEFAULT_ENV="base"), world.ours)
    (base / "condabin").mkdir()
    assert of(world.find(CONDA_PREFIX=str(base)), world.ours)
    for text in ("name: sci-1.0_x\n", "x: 1\r\nname: 'sci-1.0_x' # ours\r\n", 'name: "sci-1.0_x"'):
        (world.top / "environment.yml").write_text(text)
        assert of(world.find(CONDA_ROOT=str(base)), env)


VERSIONS = [
    "0", "19.10b0", "22.1.dev3", "22.1a1", "22.1", "22.1.1", "22.2", "22.10", "23", "24.1.0", "100.0",
]  # fmt: skip


def test_versions_are_compared_by_number() -> None:
    """One in front of a release comes before it; zeros, epochs, posts and local parts change nothing."""
    assert sorted(reversed(VERSIONS), key=order) == [
        "0",
        "19.10b0",
        *sorted(VERSIONS[2:4], reverse=True),
        *VERSIONS[4:],
    ]
    for same in ("22.1.0", "22.01", "22.1.0.0", "1!22.1", "22.1+local.1", "22.1.post1"):
        assert order(same) == order("22.1")
    for before in ("22.1rc1", "22.1.0-rc.1", "22.1.dev0", "22.1b2.dev1", "22.1.0a0"):
        assert order("22.0.9") < order(before) < order("22.1")
    for strange in ("", "unknown", "x.y", "²", "1" * 5000, "-", "1..2"):
        order(strange)
    assert order("unknown") < order("0.1")


@pytest.mark.parametrize(
    ("version", "old"), [("19.10b0", True), ("22.1.dev1", True), ("22.1", False), ("22.10", False)]
)
def test_too_old(world: World, version: str, old: bool) -> None:
    """The project means that version, so ours does not step in; the command that helps is named."""
    world.env("work/.venv", f"black-{version}")
    found = world.find()
    assert found.version == version
    if old:
        assert found.problem == (
            f"black was not run: {version} (the project's, .venv) is too old, 22.1 or newer is needed"
        )
        assert found.mend == (("pip", "install", "--upgrade", "black>=22.1"),) and not found.mark
    else:
        assert not found.problem and found.mark


def test_missing(world: World) -> None:
    """In the project's own manner; for a program that we know nothing of there is no command."""
    found = world.find("isort")
    assert (
        found.problem == "isort was not run: there is no isort here" and not found.program and not found.mark
    )
    assert found.mend == (("pip", "install", "--upgrade", "isort>=5.10"),)
    (world.top / "poetry.lock").write_text("")
    assert world.find("isort").mend == (("poetry", "add", "--group", "dev", "isort>=5.10"),)
    (world.top / "uv.lock").write_text("")
    assert world.find("isort").mend == (("uv", "add", "--dev", "isort>=5.10"),)
    assert world.find(Tool("own", run=("own",))) == FoundTool(
        "own", problem="own was not run: there is no own here"
    )


def test_the_mark_is_the_same_on_two_machines(tmp_path: Path) -> None:
    """Equal environments in other places, of other files and times; venv's and virtualenv's spelling of a version."""
    one, other = World(tmp_path / "one"), World(tmp_path / "elsewhere" / "other")
    (other.ours / "pyvenv.cfg").write_text("version_info = 3.11.7.final.0\nhome=/x\n")
    # Ours has the running Python's version, whatever its pyvenv.cfg says.
    assert one.find("flake8").mark == other.find("flake8").mark != ""
    for world in (one, other):
        world.env("work/.venv", *TOOLS, "mccabe-0.7.0")
    (other.top / ".venv" / "pyvenv.cfg").write_text("version_info = 3.11.7.final.0\nhome=/x\n")
    for tool in ("black", "flake8", "bandit"):
        mark = one.find(tool).mark
        assert mark and mark == other.find(tool).mark


def test_ours_and_the_projects_of_one_kind_have_one_mark(world: World) -> None:
    """What has passed on one machine in a project's environment has passed in ours of the same versions."""
    version = ".".join(str(number) for number in sys.version_info[:3])
    kind = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    shutil.rmtree(world.ours)
    world.env("ours", *TOOLS, cfg=f"version = {version}\n", python=kind)
    ours = world.find().mark
    env = world.env("work/.venv", *TOOLS, cfg=f"version = {version}\n", python=kind)
    assert of(world.find(), env) and world.find().mark == ours


@pytest.mark.parametrize("tool", ["flake8", "bandit", "isort", "mypy", "nbstripout", "picklescan"])
def test_every_plug_in_changes_the_mark(world: World, tool: str) -> None:
    """Newly installed, upgraded, removed; in a dist-info or an egg-info."""
    env = world.env("work/.venv", f"{tool}-9.0")
    marks = [world.find(tool).mark]
    for name in (
        "flake8_bugbear-24.1.dist-info",
        "flake8_bugbear-24.2.dist-info",
        "old-1.0-py3.11.egg-info",
        "x.egg-info",
    ):
        (world.site(env) / name).mkdir()
        marks.append(world.find(tool).mark)
        (world.site(env) / name).rmdir()
        assert world.find(tool).mark == marks[0]
    assert len(set(marks)) == len(marks) and all(marks)


def test_what_decides_for_a_tool_without_plug_ins(world: World) -> None:
    """black: itself, its tokenizer, its Python; not whatever else is installed."""
    env = world.env("work/.venv", "black-24.1.0", "pytokens-0.1")
    mark = world.find().mark
    world.env("work/.venv", "numpy-2.0")
    assert world.find().mark == mark
    (world.site(env) / "pytokens-0.1.dist-info").rename(world.site(env) / "pytokens-0.2.dist-info")
    assert world.find().mark != mark
    (world.site(env) / "pytokens-0.2.dist-info").rename(world.site(env) / "pytokens-0.1.dist-info")
    assert world.find().mark == mark
    (env / "pyvenv.cfg").write_text(CFG.replace("3.11.7", "3.11.8"))
    assert world.find().mark != mark


@pytest.mark.parametrize("way", ["dist-info", "egg-link"])
@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("[flake8.extension]\nXX = mine:Plugin\n", False),
        ("[console_scripts]\nflake8 = flake8.main.cli:main\n", False),
        ("[console_scripts]\nmine = mine:main\n", True),
        ("[bandit.plugins]\nmine = mine:main\n", True),
        ("", True),
    ],
)
def test_code_that_somebody_works_on(world: World, way: str, points: str, told: bool) -> None:
    """A plug-in installed as a pointer to a work tree changes under one version, so its tool has no mark."""
    env = world.env("work/.venv", "flake8-7.1.0")
    source = world.root / "source" / "mine.egg-info"
    if way == "dist-info":
        source = world.site(env) / "mine-1.0.dist-info"
        (world.site(env) / "_editable_impl_mine.pth").write_text("/source\n")
    else:
        (world.site(env) / "mine.egg-link").write_text(f"{source.parent}\n.")
    source.mkdir(parents=True)
    (source / "entry_points.txt").write_text(points)
    (source / "direct_url.json").write_text('{"dir_info":{"editable":true},"url":"file:///source"}')
    found = world.find("flake8")
    assert found.program and not found.problem and bool(found.mark) == told


def test_an_ordinary_install_from_a_directory_has_a_mark(world: World) -> None:
    """direct_url.json alone says nothing of the kind."""
    env = world.env("work/.venv", "flake8-7.1.0", "mine-1.0")
    info = world.site(env) / "mine-1.0.dist-info"
    (world.site(env) / "other.pth").write_text("")
    (info / "entry_points.txt").write_text("[flake8.extension]\nXX = mine:Plugin\n")
    (info / "direct_url.json").write_text('{"dir_info": {}, "url": "file:///source"}')
    assert world.find("flake8").mark


def test_a_program_outside_of_any_environment(world: World) -> None:
    """Its size and time stand for its version; a link to it is the same."""
    program = executable(world.root / "path" / "ruff", "\x7fELF 1")
    found = world.find("ruff")
    assert (found.whose, found.version, found.python) == ("on PATH", "", "") and found.mark
    program.rename(world.root / "real")
    program.symlink_to(world.root / "real")
    assert world.find("ruff").mark == found.mark
    (world.root / "real").write_text("\x7fELF 22")
    assert world.find("ruff").mark != found.mark
    before = world.find("ruff").mark
    os.utime(world.root / "real", ns=(1, 1))
    assert world.find("ruff").mark != before


def test_a_script_in_front_of_a_tool(world: World) -> None:
    """What pyenv, asdf and others put on PATH stays the same when the tool behind it changes: no mark."""
    executable(world.root / "path" / "isort", '#!/usr/bin/env bash\nexec pyenv exec isort "$@"\n')
    found = world.find("isort")
    assert found.program and not found.problem and found.mark == ""


@pytest.mark.parametrize("crowded", [False, True])
def test_a_link_into_an_environment(world: World, crowded: bool) -> None:
    """pipx and uv put a link on PATH; the version is the one behind it, whatever lies beside the link."""
    env = world.env("tools/isort", "isort-6.0")
    (world.root / "local" / "bin").mkdir(parents=True)
    if crowded:
        world.env("local", "requests-2.0", cfg=None)
    (world.root / "local" / "bin" / "isort").symlink_to(env / "bin" / "isort")
    found = world.find("isort", PATH=str(world.root / "local" / "bin"))
    assert (found.version, found.whose, found.python) == ("6.0", "on PATH", str(env / "bin" / "python"))


def test_a_system_of_several_pythons(world: World) -> None:
    """The program's first line says whose it is; its user's and Debian's libraries count; its `python` does not."""
    base = world.env("system", "isort-6.0", cfg=None)
    for kind in ("python3.9", "python3.13"):
        world.env("system", cfg=None, python=kind)
        executable(base / "bin" / kind, "")
    (world.site(base, "python3.9") / "isort-5.0.dist-info").mkdir()
    (base / "bin" / "isort").write_text(f"#!{base}/bin/python3.11\n")
    executable(base / "bin" / "python3.11", "")
    path = str(base / "bin")
    found = world.find("isort", PATH=path)
    assert (found.version, found.python) == ("6.0", "")
    marks = {found.mark}
    for folder in ("home/.local/lib/python3.11/site-packages", "system/lib/python3/dist-packages"):
        (world.root / folder / "isort_plugin-1.0.dist-info").mkdir(parents=True)
        marks.add(world.find("isort", PATH=path).mark)
    assert len(marks) == 3
    (base / "bin" / "isort").write_text(f"#!{base}/bin/python3.9\n")
    assert world.find("isort", PATH=path).problem == (
        "isort was not run: 5.0 (on PATH) is too old, 5.10 or newer is needed"
    )


def test_an_environment_that_is_open_to_the_system(world: World) -> None:
    """Then plug-ins of the system's count as well."""
    base = world.env("base", cfg=None)
    open_to = CFG.replace("false", "true").replace("/nowhere", str(base))
    env = world.env("work/.venv", "flake8-7.1.0", cfg=open_to)
    mark = world.find("flake8").mark
    (world.site(base) / "flake8_bugbear-24.1.dist-info").mkdir()
    assert world.find("flake8").mark != mark
    (env / "pyvenv.cfg").write_text(open_to.replace("true", "false"))
    assert world.find("flake8").mark == mark


def test_a_declared_program(world: World) -> None:
    """By path, from the work tree; by name, from the project's environment or PATH; its files are in the mark."""
    script = executable(world.top / "tools" / "lint", "#!/bin/sh\n")
    found = world.find(Tool("own", run=("./tools/lint", "--fast")))
    assert (found.program, found.whose, found.python) == (str(script), "the project's", "") and found.mark
    assert world.find(Tool("own", run=(str(script),))).program == str(script)
    assert (
        world.find(Tool("own", run=("tools/missing",))).problem
        == "own was not run: tools/missing isn't a program"
    )
    assert world.find(Tool("own", run=("./tools",))).problem
    script.chmod(0o644)
    assert world.find(Tool("own", run=("./tools/lint",))).problem
    env = world.env("work/.venv", "pylint-3.0")
    pylint = world.find(Tool("pylint", run=("pylint",)))
    assert of(pylint, env) and "pylint-3.0" in pylint.mark


def test_files_that_arguments_name_are_in_the_mark(world: World) -> None:
    """A program's own configuration decides what it says."""
    executable(world.top / "tools" / "lint", "#!/bin/sh\n")
    rules = world.top / "rules.json"
    for tool in (
        Tool("own", run=("./tools/lint", "--rules", "rules.json")),
        Tool("own", run=("./tools/lint",), args=("--rules=rules.json",)),
    ):
        rules.write_text("{}")
        before = world.find(tool).mark
        rules.write_text("{ }")
        assert world.find(tool).mark != before != ""


@pytest.mark.parametrize("name", ["python", "python3.11", "npx", "sh", "uvx", "poetry", "docker"])
def test_a_program_that_runs_others_has_no_mark(world: World, name: str) -> None:
    """What it runs may change from one commit to the next."""
    executable(world.root / "path" / name, "\x7fELF")
    found = world.find(Tool("own", run=(name, "-m", "linter")), PATH=str(world.root / "path"))
    assert found.program and not found.problem and found.mark == ""


def hostile(world: World, kind: str) -> dict[str, str]:
    """A world in which somebody has put something strange; returns variables."""
    env = world.env("work/.venv", "black-24.1.0")
    site = world.site(env)
    if kind == "pipes":
        for path in (
            env / "pyvenv.cfg",
            site / "flake8.egg-link",
            site / "x.pth",
            world.top / "environment.yml",
        ):
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        (site / "y-1.dist-info").mkdir()
        for name in ("direct_url.json", "entry_points.txt"):
            os.mkfifo(site / "y-1.dist-info" / name)
    elif kind == "names":
        for name in (
            "-.dist-info",
            ".dist-info",
            "--.dist-info",
            "a.dist-info",
            "\udcff-1.dist-info",
            "a\n-1.egg-info",
        ):
            (site / name).mkdir()
        (site / "black-.dist-info").mkdir()
    elif kind == "files":
        shutil.rmtree(site)
        site.write_text("")
        (env / "pyvenv.cfg").write_bytes(bytes(range(256)) * 1000)
    elif kind == "loops":
        shutil.rmtree(site)
        site.symlink_to(site)
        (env / "pyvenv.cfg").unlink()
        (env / "pyvenv.cfg").symlink_to("pyvenv.cfg")
        (env / "bin" / "black").unlink()
        (env / "bin" / "black").symlink_to("black")
    elif kind == "environ":
        wild = "/\udcff/\n" + "x" * 5000
        names = (
            "VIRTUAL_ENV",
            "CONDA_PREFIX",
            "CONDA_EXE",
            "UV_PROJECT_ENVIRONMENT",
            "POETRY_VIRTUALENVS_PATH",
            "HOME",
        )
        return {**{name: wild for name in names}, "PATH": f"{wild}:::\0:/"}
    elif kind == "huge":
        (env / "pyvenv.cfg").write_text("version = " + "9." * 100_000)
        (site / f"black-{'9' * 200}.dist-info").mkdir()
        (world.top / "environment.yml").write_text("name: " + "a" * 100_000)
    return {}


@pytest.mark.parametrize("tool", NAMES)
@pytest.mark.parametrize("kind", ["pipes", "names", "files", "loops", "environ", "huge"])
def test_nothing_strange_stops_it(world: World, kind: str, tool: str) -> None:
    """Pipes, loops, noise, wild names: an answer comes, at once and without an exception."""
    environ = hostile(world, kind)
    assert world.find(tool, env=environ).name == tool


@pytest.mark.parametrize("word", ["\0", "a\0/b", "", "/", "..", "\udcff", "x" * 5000, "./" + "x" * 5000])
def test_no_word_of_a_policy_stops_it(world: World, word: str) -> None:
    """A program's name or argument that is none."""
    assert world.find(Tool("own", run=(word, word), args=(word, f"--x={word}"))).problem
    assert world.find(Tool("black", args=(word, f"--x={word}"))).mark


def test_it_agrees_with_this_environment() -> None:
    """For the tools that are installed here: the versions that they name themselves, and marks."""
    own = os.path.dirname(sys.executable)
    for row in KNOWN:
        tool = Tool(row.name)
        found = find(tool, known(tool), "", "", {}, own)
        assert not found.problem and found.version and found.mark, row.name
        argv = (found.program, "--version")
        said = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert found.version in said.stdout + said.stderr or row.name in (
            "picklescan",
            "nbstripout",
        ), row.name
        assert found.python == sys.executable


def test_a_large_environment_takes_little_time(world: World) -> None:
    """400 distributions, some of them pointers: far below what one start of a tool costs."""
    env = world.env("work/.venv", *TOOLS, *(f"dist{number}-1.0" for number in range(400)))
    (world.site(env) / "mine.pth").write_text("")
    best = 1.0
    for _ in range(5):
        begun = time.process_time()
        world.find("flake8")
        best = min(best, time.process_time() - begun)
    assert best < 0.05
    assert len(environment(str(env / "bin"), False, {}).dists) == 403
