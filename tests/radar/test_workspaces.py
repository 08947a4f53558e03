"""Lock files of workspaces: what they are made from, where their tool runs, and the tools themselves where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.radar.natures import parts, regenerates
from gitflowguard.radar.nouns import LOCK, REGENERATE, Knot
from gitflowguard.radar.workspaces import Workspace, listing_of, members, read
from gitflowguard.report.radar import words as radarwords
from tests import oracle
from tests.radar.team import Team

UV = '[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [\n]\n'
UV_ROOT = '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
CARGO = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n'
PNPM = "packages:\n  # ours\n  - 'apps/*' # all\n  - \"!apps/old\"\ncatalog:\n  - b\n"
NODE = '{{\n  "name": "{name}",\n  "version": "1.0.0"\n}}\n'


@pytest.mark.parametrize(
    ("lock", "text", "has", "lacks"),
    [
        ("uv.lock", UV_ROOT, ["packages/a"], ["packages/old", "packages", "packages/a/b", "other"]),
        ("uv.lock", '[tool.uv.sources]\nx = {path = "../x"}\ny = {workspace = true}\n', ["../x"], ["x"]),
        ("poetry.lock", '[tool.poetry.dependencies]\nx = {path = "./x/"}\ny = "1"\n', ["x"], ["y"]),
        ("poetry.lock", '[tool.poetry.group.dev.dependencies]\nx = {path = "x"}\n', ["x"], []),
        ("poetry.lock", '[tool.poetry]\ngroup = {dev = 1}\n', [], ["x"]),
        ("Cargo.lock", '[workspace]\nmembers = ["crates/*", "app"]\n', ["crates/a", "app"], ["crates"]),
        ("Cargo.lock", '[dependencies]\nx = {path = "x"}\n', ["x"], []),
        ("package-lock.json", '{"workspaces": ["packages/**", "!packages/old"]}', ["packages/a/b"], ["packages/old"]),
        ("yarn.lock", '{"workspaces": {"packages": ["./a"]}}', ["a"], ["b"]),
        ("bun.lock", '{"workspaces": [1, "a"]}', ["a"], ["1"]),
        ("pnpm-lock.yaml", PNPM, ["apps/a"], ["apps/old", "b"]),
        ("uv.lock", "[[", [], ["a"]),
        ("package-lock.json", "[]", [], ["a"]),
        ("uv.lock", "tool = 1\n", [], ["a"]),
    ],
)  # fmt: skip
def test_a_workspace_is_read(lock: str, text: str, has: list[str], lacks: list[str]) -> None:
    found = read(lock, text.encode())
    assert all(found.has(one) for one in has) and not any(found.has(one) for one in lacks)


def test_a_file_that_is_not_there_lists_nothing() -> None:
    assert read("uv.lock", None) == Workspace() and listing_of("go.sum") == ("", "")


def test_members_are_found_from_the_folder_of_the_workspace() -> None:
    paths = (
        "pyproject.toml",
        "back/pyproject.toml",
        "back/packages/a/pyproject.toml",
        "packages/b/pyproject.toml",
    )
    found = read("uv.lock", UV_ROOT.encode())
    assert members("back", found, "pyproject.toml", paths) == ("back/packages/a/pyproject.toml",)
    assert members("", found, "pyproject.toml", paths) == ("packages/b/pyproject.toml",)


def test_the_command_runs_where_the_lock_file_lies() -> None:
    assert regenerates("uv.lock") == "uv lock"
    assert regenerates("my app/uv.lock") == "(cd 'my app' && uv lock)"
    assert regenerates("a/pylock.toml") == "" and regenerates("a/x.py") == ""
    assert "".join(parts(LOCK, "a/uv.lock")).endswith("completed: (cd a && uv lock)")


def workspace(root: Path, lock: str, manifest: str, text: str, listing: str, place: str = "") -> Team:
    """Four members, and three branches that each write the lock file anew and one member's manifest."""
    files = {
        f"{place}{lock}": "made 0\n",
        f"{place}{listing}": UV_ROOT if manifest == "pyproject.toml" else "",
    }
    for name in "abcd":
        files[f"{place}packages/{name}/{manifest}"] = text.format(name=name)
    made = Team(root, {path: data for path, data in files.items() if data})
    for number, name in enumerate("abc"):
        changed = text.format(name=name).replace("1", str(number + 2), 1)
        made.branch(
            f"feature/n{number}",
            {f"{place}{lock}": f"made {number + 1}\n", f"{place}packages/{name}/{manifest}": changed},
        )
    return made


def _knot(made: Team, path: str) -> Knot:
    return next(one for one in made.radar().knots if one.path == path)


def test_members_count_among_what_a_lock_file_is_made_from(tmp_path: Path) -> None:
    made = workspace(tmp_path / "a", "uv.lock", "pyproject.toml", UV, "pyproject.toml", "back/")
    knot = _knot(made, "back/uv.lock")
    assert (knot.cure, knot.line) == (REGENERATE, "(cd back && uv lock)")
    assert (knot.cured, knot.manifest, knot.members, knot.torn) == (3, "back/pyproject.toml", 4, 0)
    assert "back/pyproject.toml and those of its 4 members merge there, and" in radarwords.cure(knot)[1]


def test_a_members_manifest_that_can_not_be_read_once_it_is_merged_is_said(tmp_path: Path) -> None:
    """Two branches add the same key to one member at two places; a third conflicts with both in it."""
    path, text = "packages/a/pyproject.toml", UV.format(name="a") + "\n[tool.a]\nx = 1\n\n\n[tool.b]\ny = 1\n"
    made = Team(tmp_path / "team", {"uv.lock": "made 0\n", "pyproject.toml": UV_ROOT, path: text})
    for number, (old, new) in enumerate(
        [
            ("[project]\n", '[project]\ndescription = "x"\n'),
            ("= [\n]\n", '= [\n]\ndescription = "x"\n'),
            ("y = 1", "y = 2"),
        ]
    ):
        made.branch(
            f"feature/n{number}", {"uv.lock": f"made {number + 1}\n", path: new.join(text.split(old, 1))}
        )
    knot = _knot(made, "uv.lock")
    assert (knot.conflicts, knot.cured, knot.torn, knot.members) == (3, 2, 1, 1)
    said = radarwords.cure(knot)
    assert "pyproject.toml and that of its member merge there" in said[1]
    assert (
        "in 1 of them, pyproject.toml or a member's conflicts, too, or can't be read once it is merged"
        in said[2]
    )


@pytest.mark.parametrize("lies", ["packages/a/uv.lock", "other/uv.lock"])
def test_nothing_is_promised_for_a_lock_file_that_no_tool_reads(tmp_path: Path, lies: str) -> None:
    """A member's own, left from before it joined: `uv lock` there completes the workspace's."""
    files = {
        "pyproject.toml": UV_ROOT,
        f"{lies.rpartition('/')[0]}/pyproject.toml": UV.format(name="a"),
        lies: "0\n",
    }
    made = Team(tmp_path / "team", files)
    for number in range(3):
        made.branch(f"feature/n{number}", {lies: f"made {number + 1}\n"})
    assert (_knot(made, lies).cure == REGENERATE) is lies.startswith("other")


def _tool(name: str) -> str:
    """Its folder; one that is only a launcher for something that isn't installed counts as missing."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"there is no {name} that runs on this machine")
    return str(Path(found).parent)


def _made(root: Path, lock: str, place: str) -> dict[str, str]:
    """The files of a workspace with two members, by the folder of its root."""
    if lock == "uv.lock":
        files = {
            "pyproject.toml": UV_ROOT,
            **{f"packages/{n}/pyproject.toml": UV.format(name=n) for n in "ab"},
        }
    elif lock == "Cargo.lock":
        files = {"Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["packages/*"]\n'}
        for name in "ab":
            files |= _crate(name)
    else:
        files = {
            "package.json": '{\n  "name": "root",\n  "private": true,\n  "workspaces": ["packages/*"]\n}\n'
        }
        files |= {f"packages/{name}/package.json": NODE.format(name=name) for name in "ab"}
    return {f"{place}{path}": text for path, text in files.items()}


def _crate(name: str) -> dict[str, str]:
    return {f"packages/{name}/Cargo.toml": CARGO.format(name=name), f"packages/{name}/src/lib.rs": ""}


def _member(lock: str, name: str) -> dict[str, str]:
    if lock == "Cargo.lock":
        return _crate(name)
    text, file = (UV, "pyproject.toml") if lock == "uv.lock" else (NODE, "package.json")
    return {f"packages/{name}/{file}": text.format(name=name)}


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "back end/"])
@pytest.mark.parametrize(
    ("lock", "tool"), [("uv.lock", "uv"), ("Cargo.lock", "cargo"), ("package-lock.json", "npm")]
)
def test_a_real_tool_completes_the_lock_file_of_a_workspace(
    tmp_path: Path, lock: str, tool: str, place: str
) -> None:
    """Each branch adds a member; merged as printed, the lock file has all of them."""
    path = _tool(tool)
    settings = {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "CARGO_NET_OFFLINE": "true"}
    settings |= {
        "npm_config_offline": "true",
        "npm_config_audit": "false",
        "npm_config_update_notifier": "false",
    }
    env = {**oracle.unrecorded(), **settings, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
    command = regenerates(f"{place}{lock}").replace("update --workspace", "generate-lockfile")

    def run(text: str) -> None:
        done = subprocess.run(
            ["sh", "-e", "-c", text], cwd=made.root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"

    made = Team(tmp_path / "team", {**_made(tmp_path, lock, place), ".gitignore": "node_modules\n"})
    run(command)
    made.commit({f"{place}{lock}": (made.root / place / lock).read_text()})
    start = made.git("rev-parse", "HEAD")
    for number, name in enumerate(("m1", "m2", "m3")):
        made.git("switch", "-q", "-c", f"feature/n{number}", start)
        made.commit({f"{place}{one}": text for one, text in _member(lock, name).items()})
        run(regenerates(f"{place}{lock}"))
        made.commit({f"{place}{lock}": (made.root / place / lock).read_text()})
    made.git("switch", "-q", "develop")
    knot = _knot(made, f"{place}{lock}")
    assert knot.cure == REGENERATE and knot.cured == 3, knot
    made.git("merge", "-q", "--no-edit", "feature/n0")
    for number in (1, 2):
        merging = ["git", "merge", "-q", "--no-edit", f"feature/n{number}"]
        assert subprocess.run(merging, cwd=made.root, env=env, capture_output=True, check=False).returncode
        assert made.git("diff", "--name-only", "-z", "--diff-filter=U") == f"{place}{lock}\0"
        made.git("checkout", "--theirs", "--", f"{place}{lock}")
        run(knot.line)
        made.git("commit", "-q", "--no-edit", "-a")
    text = (made.root / place / lock).read_text()
    assert all(name in text for name in ("m1", "m2", "m3")), text
