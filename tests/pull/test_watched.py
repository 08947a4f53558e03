"""What a check reads at the base is watched: traced, missing, and changed in every form."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from gitflowguard.app.pull.judge import judge
from gitflowguard.cli.main import main
from gitflowguard.hook.payload import EventRequest
from gitflowguard.model.check import Tool
from gitflowguard.model.pull import Pull
from gitflowguard.process import Completed
from gitflowguard.quality.catalogue import KNOWN, agreed
from gitflowguard.repo.git import Git
from gitflowguard.repo.watched import (
    ATTRIBUTES,
    BASELINE,
    JOBS,
    OWNERS,
    POLICY,
    TOOLS,
    TRUSTED,
    WATCHED,
    watching,
)
from tests import oracle
from tests.budget import sampled

Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]
EVERY = agreed(tuple(Tool(row.name) for row in KNOWN))
# One file of each entry, at the root and where a nearer one counts.
BASE = {
    ".gitflowguard.yaml": "preset: gitflow\ntools: {flake8: true, black: true, bandit: true}\n",
    "pyproject.toml": "[tool.black]\nline-length = 79\n[project]\nname = 'x'\n",
    "pkg/pyproject.toml": "[tool.black]\nline-length = 78\n",
    ".flake8": "[flake8]\nmax-line-length = 79\n",
    "setup.cfg": "[metadata]\nname = x\n",
    "tox.ini": "[tox]\n",
    ".bandit": "[bandit]\nskips = B101\n",
    "bandit.yaml": "skips: [B101]\n",
    ".gitflowguard-baseline": "1\tflake8\tF401\tabc\told.py\n",
    ".gitattributes": "*.lock merge=binary\n",
    "pkg/.gitattributes": "*.lock -merge\n",
    ".github/CODEOWNERS": "* @ada\n",
    ".github/workflows/gitflowguard.yml": "jobs: {gitflow: {}}\n",
    ".github/workflows/test.yml": "jobs: {test: {name: unit}}\n",
    "app.py": '"""App."""\n',
    "pkg/mod.py": '"""Module."""\n',
    "pkg/__init__.py": "",
    "other.py": "X = 1\n",
    "README.md": "Read me.\n",
    "requirements.txt": "flake8==7.1\n",
    "sitecustomize.py": "raise SystemExit(9)\n",
}
BAD = '"""App."""\nimport os\n'


def git(top: Path, *args: str) -> str:
    """git in the scene, its output."""
    argv = ["git", "-C", str(top), *args]
    return subprocess.run(
        argv, executable=oracle.direct(), check=True, capture_output=True, text=True
    ).stdout.strip()


def put(top: Path, files: dict[str, str | None], subject: str) -> str:
    """A commit that writes the files; None takes one away."""
    for path, data in files.items():
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            file.unlink()
        else:
            file.write_text(data)
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", subject)
    return git(top, "rev-parse", "HEAD")


def scene(tmp: Path, change: dict[str, str | None], base: dict[str, str | None] | None = None) -> Path:
    """main and develop with the base's files, and feature/x with a change."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp)], check=True)
    put(tmp, {**BASE, **(base or {})}, "Base")
    git(tmp, "branch", "develop")
    git(tmp, "switch", "-q", "-c", "feature/x", "develop")
    put(tmp, change, "Change")
    return tmp


def judged(
    top: Path, monkeypatch: Patch, capsys: Said, *more: str
) -> tuple[int, list[tuple[str, str, str]], str]:
    """Exit code, (code, severity, message) of each finding, and all of the text."""
    monkeypatch.chdir(top)
    capsys.readouterr()
    words = ["pr", "check", "--head", "feature/x", "--base", "develop", "--output-format", "json", *more]
    code = main(words)
    out, err = capsys.readouterr()
    rows = json.loads(out)["findings"] if out else []
    return code, [(row["code"], row["severity"], row["says"]) for row in rows], out + err


def watched(paths: Iterable[str]) -> set[str]:
    """Those of the paths that an entry of the list holds."""
    return {path for path in paths if watching(path, EVERY)}


def test_each_content_that_is_read_at_the_base_is_in_the_list(tmp_path: Path, monkeypatch: Patch) -> None:
    """The changed files aside: they are what is judged."""
    change: dict[str, str | None] = {"app.py": BAD, "pkg/mod.py": BAD, "new.py": BAD}
    top = scene(tmp_path, change)
    base, head = git(top, "rev-parse", "develop"), git(top, "rev-parse", "feature/x")
    tree = dict((row.split("\t")[1], row.split()[2]) for row in git(top, "ls-tree", "-r", base).splitlines())
    asked: list[str] = []
    real = Git.call

    def call(
        self: Git, *args: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,), magic: bool = False
    ) -> Completed:
        if args[0] == "cat-file" and "--batch" in args:
            asked.extend(stdin.decode().splitlines())
        return real(self, *args, stdin=stdin, codes=codes, magic=magic)

    monkeypatch.setattr(Git, "call", call)
    monkeypatch.chdir(top)
    judge(EventRequest(Pull("develop", "feature/x", base, head)), {})
    names = {oid: path for path, oid in tree.items()}
    read = {names.get(git(top, "rev-parse", "-q", "--verify", one), "") for one in asked if one} - {""}
    assert {".gitflowguard.yaml", ".flake8", "pyproject.toml", "pkg/pyproject.toml", ".bandit"} <= read
    # Laid out for plug-ins that look for it; to change a dependency is no change of what judges.
    read -= {"requirements.txt"}
    assert read - set(change) <= watched(tree), read - set(change) - watched(tree)


def test_nothing_outside_of_the_list_is_needed(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """The contents that only the base has and that the list doesn't hold are taken out of the repository."""
    top = scene(tmp_path, {"app.py": BAD, "pkg/mod.py": BAD})
    before = judged(top, monkeypatch, capsys)
    assert before[0] == 1
    gone = [path for path in BASE if path not in watched(BASE) and path not in ("app.py", "pkg/mod.py")]
    assert "other.py" in gone and "sitecustomize.py" in gone
    for path in gone:
        oid = git(top, "rev-parse", f"develop:{path}")
        (top / ".git" / "objects" / oid[:2] / oid[2:]).unlink(missing_ok=True)
    assert judged(top, monkeypatch, capsys)[:2] == before[:2]


def test_the_list_is_whole() -> None:
    """Every tool that has a configuration is in it, with each name that its adapter reads."""
    assert set(WATCHED) == {POLICY, OWNERS, JOBS, BASELINE, TRUSTED, ATTRIBUTES, *TOOLS}
    for row in KNOWN:
        for name in row.configs:
            assert any(one.tool == row.name for one in watching(name, EVERY)), (row.name, name)
            assert not row.nested or any(one.tool == row.name for one in watching(f"a/b/{name}", EVERY))


DECIDES = "feature/x changes {}; after the merge, it decides {}"
DEPENDS = "feature/x changes what the check depends on ({}); let 2 people approve it"
JOB = "a job whose name is made at run time, which may be the check's"


@pytest.mark.parametrize(
    ("change", "says"),
    sampled([
        ({".flake8": "[flake8]\nignore = F\n"}, DECIDES.format(".flake8", "what flake8 reports")),
        ({"setup.cfg": "[metadata]\nname = x\n[flake8]\n"}, DECIDES.format("setup.cfg", "what flake8 reports")),
        ({"tox.ini": "[tox]\n[ flake8 ]\n"}, DECIDES.format("tox.ini", "what flake8 reports")),
        ({"pkg/pyproject.toml": None}, DECIDES.format("pkg/pyproject.toml", "what black reports")),
        ({"pyproject.toml": "tool.black.line-length=200\n"}, DECIDES.format("pyproject.toml", "what black reports")),
        (
            {"pyproject.toml": BASE["pyproject.toml"] + "[tool.bandit]\nskips = ['B404']\n"},
            DECIDES.format("pyproject.toml", "what bandit reports"),
        ),
        (
            {"pyproject.toml": BASE["pyproject.toml"] + "requires-python = '>=3.11'\n"},
            DECIDES.format("pyproject.toml", "what black reports"),
        ),
        ({"bandit.yml": "skips: [B404]\n"}, DECIDES.format("bandit.yml", "what bandit reports")),
        ({"docs/.gitattributes": "* merge=union\n"}, DECIDES.format("docs/.gitattributes", ATTRIBUTES.says)),
        ({".gitflowguard-baseline": "2\tflake8\tF401\tabc\told.py\n"}, DEPENDS.format(".gitflowguard-baseline")),
        ({".gitflowguard-baseline": "9\tbandit\tB605\tabc\tevil.py\n"}, DEPENDS.format(".gitflowguard-baseline")),
        (
            {".github/workflows/z.yml": "jobs: {x: {name: gitflow (develop)}}\n"},
            DEPENDS.format(".github/workflows/z.yml"),
        ),
        (
            {".github/workflows/z.yaml": 'jobs: {x: {name: "GIT\\x46low (develop)"}}\n'},
            DEPENDS.format(".github/workflows/z.yaml"),
        ),
        (
            {".github/workflows/z.yml": "jobs: {x: {name: 'git${{ matrix.x }}'}}\n"},
            DECIDES.format(".github/workflows/z.yml", JOB),
        ),
        ({".github/workflows/z.yml": "a: [\n"}, DECIDES.format(".github/workflows/z.yml", JOB)),
        (
            {".github/actions/guard/action.yml": "runs: {steps: [{run: pip install gitflowguard}]}\n"},
            DEPENDS.format(".github/actions/guard/action.yml"),
        ),
        ({".gitlab-ci.yml": "a: {script: gitflowguard pr check}\n"}, DEPENDS.format(".gitlab-ci.yml")),
        ({".github/CODEOWNERS": None}, DEPENDS.format(".github/CODEOWNERS")),
        (
            {".gitflowguard.yaml": "preset: gitflow\n"},
            "feature/x changes the policy (.gitflowguard.yaml); let 2 people approve it",
        ),
        ({".flake8": "# " + "x" * (1 << 20)}, DECIDES.format(".flake8", "what flake8 reports")),
        # What honest teams change every day.
        ({"pyproject.toml": BASE["pyproject.toml"] + "dependencies = ['flake8']\n"}, ""),
        ({"setup.cfg": "[metadata]\nname = y\n"}, ""),
        ({".gitflowguard-baseline": "# fewer\n"}, ""),
        ({".gitflowguard-baseline": None}, ""),
        ({".github/workflows/test.yml": "jobs: {test: {name: 'unit (${{ matrix.python }})'}}\n"}, ""),
        ({".github/dependabot.yml": "version: 2\n"}, ""),
        ({".gitlab-ci.yml": "a: {script: make}\n"}, ""),
        ({"ruff.toml": "line-length = 9\n", "mypy.ini": "[mypy]\n"}, ""),
        ({"docs/.flake8": "[flake8]\n"}, ""),
        ({"README.md": "gitflow (develop)\n"}, ""),
    ], every=2),
)  # fmt: skip
def test_a_change_of_each_form(
    change: dict[str, str | None], says: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """A warning that says what it decides, and nothing for what decides nothing.

    Every other form is slow: what a policy, a tool or git reads is in one list, which
    test_each_content_that_is_read_at_the_base_is_in_the_list compares with what is read.
    """
    _, found, text = judged(scene(tmp_path, change), monkeypatch, capsys, "--no-quality", "--no-radar")
    mine = [row for row in found if row[0] == "GFG505"]
    assert mine == ([("GFG505", "warning", says)] if says else []), text


def test_a_baseline_freezes_only_files_that_the_base_has(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """Else one pull request could freeze the findings of a file that the next one brings."""
    import hashlib

    digest = hashlib.sha256(b"import os").hexdigest()[:12]
    rows = "".join(f"9\tflake8\tF401\t{digest}\t{path}\n" for path in ("evil.py", "app.py"))
    top = scene(
        tmp_path, {"evil.py": '"""E."""\n\nimport os\n', "app.py": BAD}, {".gitflowguard-baseline": rows}
    )
    code, found, text = judged(top, monkeypatch, capsys)
    assert code == 1 and [row[0] for row in found if "F401" in row[2] or "imported" in row[2]] == [
        "GFG802"
    ], text
