"""The fifteen-minute recipe of CONTRIBUTING.md is true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.rules import registry
from tools import new_rule
from tools.new_rule import DIGITS, ROOT, Refused, make, next_code


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the recipe touches, with one new rule in each family."""
    top = tmp_path_factory.mktemp("tree")
    for part in ("src", "tests", "tools", "docs"):
        shutil.copytree(ROOT / part, top / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", ".flake8"):
        shutil.copy(ROOT / name, top)
    for family in DIGITS:
        make(top, family, f"made-up-{family}")
    return top


def run(tree: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Python, in the copy and with the copy's package."""
    env = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}", "PYTHONDONTWRITEBYTECODE": "1"}
    argv = (sys.executable, *args)
    return subprocess.run(argv, cwd=tree, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_new_rule_of_each_family_passes_the_catalogue_and_its_own_page(tree: Path) -> None:
    """The recipe's five files are enough, and the skeleton runs under both readers.

    Slow: that a rule by the recipe works is proved by the test of a commit, a push and a pull request below.
    """
    written = run(tree, "tools/rule_docs.py")
    assert "wrote docs/rules/made-up-merge.md" in written.stdout, written.stderr
    chosen = "test_catalogue or made-up"
    done = run(
        tree,
        "-m",
        "pytest",
        "tests/rules/test_catalogue.py",
        "tests/rules/test_pages.py",
        "-k",
        chosen,
        "-n",
        "0",
    )
    assert done.returncode == 0, done.stdout
    assert run(tree, "tools/rule_docs.py", "--check").returncode == 0


@pytest.mark.slow
def test_a_new_rule_of_each_family_speaks_at_every_moment_that_it_claims(tree: Path) -> None:
    """The skeleton is gathered for and heard, before a line of it is changed."""
    done = run(tree, "-m", "pytest", "tests/rules/test_moments.py", "-k", "made-up", "-n", "0", "-q")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "skipped" not in done.stdout


def test_what_is_written_passes_black_and_flake8(tree: Path) -> None:
    """Else the recipe ends green and `make test` doesn't."""
    made = [str(path) for path in (tree / "src/gitflowguard/rules").rglob("made_up_*.py")]
    assert len(made) == len(DIGITS)
    registry_of_tree = str(tree / "src/gitflowguard/rules/registry.py")
    for gate in (("black", "--check", "--quiet"), ("flake8",)):
        done = run(tree, "-m", *gate, *made, registry_of_tree)
        assert done.returncode == 0, f"{gate}: {done.stdout}{done.stderr}"


VAGUE = """
    subject = commit.message.strip().partition("\\n")[0]
    if len(subject.split()) == 1:
        yield Finding(f'the subject "{subject}" is one word', ref=commit.about, commit=commit.sha)
"""


def test_a_rule_by_the_recipe_blocks_a_commit_a_push_and_a_pull_request(tree: Path, tmp_path: Path) -> None:
    """`make new-rule`, a check of the message, and nothing else: at the commit, at the push, and at `pr check`."""
    rule = make(tree, "commit", "vague-subject")[0]
    text = rule.read_text()
    ours_is = text.partition('code="')[2].partition('"')[0]
    head, _, tail = text.partition('    elif commit.message.startswith("Example")')
    rule.write_text(f"{head}        return{VAGUE}\n\n{tail[tail.index('RULE ='):]}")
    origin, top = tmp_path / "origin.git", tmp_path / "work"

    def do(*argv: str, code: int = 0) -> str:
        env = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(argv, cwd=top, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{argv}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    subprocess.run(("git", "init", "-q", "--bare", str(origin)), check=True)
    top.mkdir()
    ours = (sys.executable, "-m", "gitflowguard")
    do("git", "init", "-q", "-b", "main")
    do("git", "remote", "add", "origin", "../origin.git")
    do("git", "commit", "-q", "--allow-empty", "-m", "the start")
    do("git", "branch", "-q", "develop")
    do("git", "push", "-q", "origin", "main", "develop")
    do(*ours, "init", "--yes")
    do("git", "switch", "-q", "-c", "feature/x", "develop")
    for severity, code in (("error", 1), ("warning", 0)):
        (top / ".gitflowguard.yaml").write_text(f"preset: gitflow\nrules: {{vague-subject: {severity}}}\n")
        said = do("git", "commit", "-q", "--allow-empty", "-m", "fix", code=code)
        assert said.count(f'{severity}[{ours_is}]: the subject "fix" is one word') == 1, said
    (top / ".gitflowguard.yaml").write_text("preset: gitflow\nrules: {vague-subject: error}\n")
    assert ours_is in do("git", "push", "-q", "origin", "feature/x", code=1)
    do("git", "switch", "-q", "-c", "feature/policy", "develop")
    do("git", "add", ".gitflowguard.yaml")
    do("git", "commit", "-q", "--no-verify", "-m", "adopt the policy")
    do("git", "push", "-q", "--no-verify", "origin", "feature/policy:develop")
    do("git", "switch", "-q", "feature/x")
    do("git", "fetch", "-q")
    asked = (*ours, "pr", "check", "--head", "feature/x", "--base", "develop")
    assert ours_is in do(*asked, code=1)


@pytest.mark.slow
def test_a_new_rule_without_its_docs_page_is_named(tree: Path) -> None:
    """`make docs-check` says which file is missing.

    Slow: that each rule has its page is proved by tests/rules/test_catalogue.py.
    """
    (tree / "docs/rules/made-up-push.md").unlink(missing_ok=True)
    done = run(tree, "tools/rule_docs.py", "--check")
    assert done.returncode == 1
    assert "docs/rules/made-up-push.md differs" in done.stdout


def test_no_other_page_changes(tree: Path) -> None:
    """A new rule touches its own files, the registry and the index."""
    theirs = {p.relative_to(ROOT).as_posix() for p in (ROOT / "tests/rules").rglob("*.md")}
    assert all((tree / p).read_text() == (ROOT / p).read_text() for p in theirs)


def test_the_next_code_is_above_every_code_that_was_ever_used() -> None:
    """A gap is not filled, and a retired code counts."""
    assert next_code('("GFG301", "merge", "x"),\nRETIRED = {"GFG309": "GFG301"}', "merge") == "GFG310"
    assert next_code("", "release") == "GFG601"
    with pytest.raises(Refused, match="no code left"):
        next_code('"GFG199"', "branch")


@pytest.mark.parametrize(
    ("family", "name", "why"),
    [
        ("pushes", "odd-push", "there is no family"),
        ("push", "Odd Push", "is no rule name"),
        ("push", "no-direct-push", "names the cure"),
        ("push", registry.NAMES[0], "already"),
    ],
)
def test_a_bad_name_is_refused(family: str, name: str, why: str) -> None:
    """Nothing is written for it."""
    with pytest.raises(Refused, match=why):
        make(ROOT, family, name)


def test_a_need_that_there_is_not_is_named() -> None:
    """Before anything is written."""
    with pytest.raises(Refused, match="a rule can't need luck; it is one of message"):
        make(ROOT, "push", "odd-push", "luck")


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    """Without its two words, or with a bad one, it is a usage error."""
    assert new_rule.main([]) == 2
    assert new_rule.main(["push", "no-push"]) == 2
    assert "make new-rule FAMILY=merge" in capsys.readouterr().out
