"""`init`: finds, shows, asks, writes; twice is once; what is the user's stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.hookfiles import baked
from gitflowguard.repo.shim import STAGES, STRICT, is_ours
from gitflowguard.repo.write import create_branch
from gitflowguard.rules.registry import CODES, NAMES
from tests import budget
from tests.conftest import executable
from tests.e2e import world as e2e
from tests.install.place import Shell, git, picture, repository

POLICY = ".gitflowguard.yaml"


def test_init_writes_policy_hooks_and_develop(tmp_path: Path, guard: Shell) -> None:
    """The whole of the ordinary case, on main."""
    repo = repository(tmp_path / "r")
    ran = guard(repo, "init", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert (
        parse((repo / POLICY).read_bytes(), POLICY, NAMES, CODES, tools=TOOLS).flow.integration == "develop"
    )
    for stage in STAGES:
        hook = repo / ".git/hooks" / stage
        assert stat.S_IMODE(hook.stat().st_mode) == 0o755 and is_ours(hook.read_bytes())
        assert all(os.path.isabs(path) for path in baked(hook.read_bytes()))
    assert not (repo / ".git/hooks" / STRICT).exists()
    assert git(repo, "rev-parse", "develop") == git(repo, "rev-parse", "main")
    assert git(repo, "branch", "--show-current") == "main"
    assert git(repo, "log", "-g", "--format=%gs", "develop") == "branch: Created from main"
    assert not (repo / ".pre-commit-config.yaml").exists()


def test_a_second_run_says_no_changes_and_makes_none(tmp_path: Path, guard: Shell) -> None:
    """Idempotent, with and without the options of the first run."""
    repo = repository(tmp_path / "r")
    guard(repo, "init", "--yes", "--pre-commit", "--strict")
    before = picture(repo)
    for options in ((), ("--yes",), ("--dry-run",), ("--yes", "--pre-commit", "--strict", "--main", "main")):
        ran = guard(repo, "init", *options)
        assert ran.code == 0 and ran.out.endswith("No changes.\n")
    assert picture(repo) == before


def test_a_dry_run_writes_nothing_and_shows_all(tmp_path: Path, guard: Shell) -> None:
    """Not a byte in .git or the tree, for a plan with every sort of step."""
    repo = repository(tmp_path / "r")
    (repo / ".pre-commit-config.yaml").write_text("repos: []\n")
    executable(repo / ".git/hooks/pre-push", "#!/bin/sh\nexit 0\n")
    before = picture(repo)
    ran = guard(repo, "init", "--dry-run", "--strict", "--pre-commit")
    assert ran.code == 0 and picture(repo) == before
    for words in (
        "make branch develop at ",
        "+++ b/.gitflowguard.yaml",
        "+preset: gitflow",
        "--- a/.pre-commit-config.yaml",
        "install .git/hooks/reference-transaction",
        "keep your own hook as .git/hooks/pre-push.chained",
        "put ours in place of .git/hooks/pre-push",
        "Dry run: nothing was written.",
    ):
        assert words in ran.out


def test_without_yes_and_without_a_terminal_the_plan_is_shown_and_nothing_written(
    tmp_path: Path, guard: Shell
) -> None:
    """Exit 2 with one line."""
    repo = repository(tmp_path / "r")
    before = picture(repo)
    ran = guard(repo, "init")
    assert ran.code == 2 and "make branch develop" in ran.out
    assert ran.err == "gitflowguard: nothing was written; run again with --yes to write\n"
    assert picture(repo) == before


@pytest.mark.parametrize(
    ("answer", "written"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False)]
)
def test_at_a_terminal_only_yes_is_yes(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    """One question, y or N."""
    repo = repository(tmp_path / "r")

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    monkeypatch.setattr("sys.stdin", Terminal())
    ran = guard(repo, "init")
    assert "Write this? [y/N] " in ran.out and ran.code == (0 if written else 2)
    assert (repo / POLICY).exists() == written


def test_the_policy_says_only_what_differs(tmp_path: Path, guard: Shell) -> None:
    """Ordinary names: the preset, two lines of comment, nothing else."""
    repo = repository(tmp_path / "r", "main", "develop")
    guard(repo, "init", "--yes")
    lines = (repo / POLICY).read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["preset: gitflow"]


def test_names_tags_and_preset_of_the_repository_go_into_the_policy(tmp_path: Path, guard: Shell) -> None:
    """master, dev, v1.2.3, and --preset."""
    repo = repository(tmp_path / "r", "master", "dev")
    for tag in ("v1.0.0", "v1.1.0", "2.0.0", "nightly"):
        git(repo, "tag", tag)
    assert guard(repo, "init", "--yes", "--preset", "ml").code == 0
    flow = parse((repo / POLICY).read_bytes(), POLICY, NAMES, CODES, tools=TOOLS).flow
    assert (flow.production, flow.integration, flow.tag_prefix, flow.preset) == ("master", "dev", "v", "ml")


def test_options_overrule_what_is_found(tmp_path: Path, guard: Shell) -> None:
    """--main of a branch that is there, --develop of one that is not."""
    repo = repository(tmp_path / "r", "main", "live")
    assert guard(repo, "init", "--yes", "--main", "live", "--develop", "next").code == 0
    flow = parse((repo / POLICY).read_bytes(), POLICY, NAMES, CODES, tools=TOOLS).flow
    assert (flow.production, flow.integration) == ("live", "next")
    assert git(repo, "log", "-g", "--format=%gs", "next") == "branch: Created from live"


@pytest.mark.parametrize(
    ("branches", "options", "says"),
    [
        (("main",), ("--main", "nope"), "there is no branch nope"),
        (("main",), ("--develop", "main"), "name the same branch"),
        (("main",), ("--develop", "a..b"), "isn't a branch name that git allows"),
        (("main",), ("--develop=--upload-pack=x",), "starts with - like an option"),
        (
            ("a", "b"),
            (),
            "say which one is: gitflowguard init --main NAME; the branches are, the likeliest first, a and b",
        ),
        (("main", "develop/x"), (), "cannot be made beside develop/x"),
    ],
)
def test_impossible_names_are_refused_in_one_line(
    tmp_path: Path, guard: Shell, branches: tuple[str, ...], options: tuple[str, ...], says: str
) -> None:
    """Exit 2, nothing written; an odd name that git allows is no option to anything."""
    repo = repository(tmp_path / "r", *branches)
    before = picture(repo)
    ran = guard(repo, "init", *options)
    assert ran.code == 2 and says in ran.err and len(ran.err.splitlines()) == 1
    assert picture(repo) == before


def test_what_gitpython_is_given_is_never_an_option(tmp_path: Path) -> None:
    """A full ref name and a full id; all else is refused before it is started."""
    repo = repository(tmp_path / "r")
    place = Git(str(repo)).place()
    tip = git(repo, "rev-parse", "main")
    create_branch(place, "--upload-pack=x", tip, "main")
    assert git(repo, "rev-parse", "refs/heads/--upload-pack=x") == tip
    for name, commit in (("a..b", tip), ("x", "main"), ("x", "--all"), ("main", tip)):
        with pytest.raises(GitError):
            create_branch(place, name, commit, "main")


@pytest.mark.parametrize("where", ["yaml", "pyproject"])
def test_a_policy_that_is_there_stays_and_names_the_lines(tmp_path: Path, guard: Shell, where: str) -> None:
    """In YAML or in pyproject.toml: not a byte of it changes, and its develop is the one that is made."""
    repo = repository(tmp_path / "r", "trunk")
    if where == "yaml":
        path = repo / POLICY
        path.write_text("preset: gitflow\nkinds: {main: {name: trunk}, develop: {name: work}}\n")
    else:
        path = repo / "pyproject.toml"
        path.write_text('[tool.gitflowguard.kinds]\nmain = {name = "trunk"}\ndevelop = {name = "work"}\n')
    text = path.read_bytes()
    assert guard(repo, "init", "--yes").code == 0
    assert path.read_bytes() == text and git(repo, "rev-parse", "work")
    assert (repo / POLICY).exists() == (where == "yaml")
    ran = guard(repo, "init", "--yes", "--develop", "other")
    assert ran.code == 2 and f"contradicts {path.name}, which says work" in ran.err


def test_a_policy_with_mistakes_is_told_and_nothing_is_written(tmp_path: Path, guard: Shell) -> None:
    """Exit 2 with the place."""
    repo = repository(tmp_path / "r")
    (repo / POLICY).write_text("preset: gitflow\nkids: {}\n")
    before = picture(repo)
    ran = guard(repo, "init", "--yes")
    assert ran.code == 2 and ".gitflowguard.yaml:2:1" in ran.err and picture(repo) == before


def test_no_hooks_leaves_hook_files_alone(tmp_path: Path, guard: Shell) -> None:
    """Only the policy and develop."""
    repo = repository(tmp_path / "r")
    before = picture(repo / ".git/hooks")
    assert guard(repo, "init", "--yes", "--no-hooks").code == 0
    assert (repo / POLICY).exists() and picture(repo / ".git/hooks") == before


def test_strict_adds_reference_transaction_and_later_runs_keep_it(tmp_path: Path, guard: Shell) -> None:
    """A stale strict hook is renewed by a run without --strict."""
    repo = repository(tmp_path / "r")
    guard(repo, "init", "--yes", "--strict")
    hook = repo / ".git/hooks" / STRICT
    fresh = hook.read_text()
    hook.write_text(fresh.replace("exit 1", "exit 9"))
    assert guard(repo, "init", "--yes").code == 0 and hook.read_text() == fresh


def test_an_unborn_repository_gets_hooks_and_policy_and_a_note(tmp_path: Path, guard: Shell) -> None:
    """No commit to cut develop from; its own HEAD is production."""
    repo = tmp_path / "r"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "trunk")
    ran = guard(repo, "init", "--yes")
    assert ran.code == 0 and "develop is not made, because there isn't a commit yet" in ran.out
    assert "name: trunk" in (repo / POLICY).read_text()
    assert guard(repo, "init").out.endswith("No changes.\n")


def test_develop_on_origin_only_stays_there(tmp_path: Path, guard: Shell) -> None:
    """No local copy is made; the line says how to get one."""
    origin = repository(tmp_path / "origin", "main", "develop")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    ran = guard(tmp_path / "clone", "init", "--yes")
    assert ran.code == 0 and "Note: develop is on origin only and stays there" in ran.out
    assert git(tmp_path / "clone", "branch", "--format=%(refname:short)") == "main"


def test_production_on_origin_only_is_enough(tmp_path: Path, guard: Shell) -> None:
    """A clone that stands on a feature: develop is made from origin/main."""
    origin = repository(tmp_path / "origin", "main", "feature/x")
    git(tmp_path, "clone", "-q", "-b", "feature/x", str(origin), "clone")
    assert guard(tmp_path / "clone", "init", "--yes").code == 0
    log = git(tmp_path / "clone", "log", "-g", "--format=%gs", "develop")
    assert log == "branch: Created from origin/main"


@pytest.mark.parametrize(
    "folder", budget.sampled(("with space", "été é", "-dash", 'quote\'s "two" $x'), 1, 3)
)
def test_odd_paths(tmp_path: Path, guard: Shell, folder: str) -> None:
    """Spaces, accents, dashes and quotes in the repository's path, from a subdirectory.

    Quick: letters of another alphabet, and quotes with blanks; a dash alone and a blank alone are slow.
    """
    repo = repository(tmp_path / folder)
    before = picture(repo)
    (repo / "sub").mkdir()
    assert guard(repo / "sub", "init", "--yes").code == 0
    assert guard(repo / "sub", "init").out.endswith("No changes.\n")
    assert guard(repo, "uninstall", "--yes").code == 0
    git(repo, "update-ref", "-d", "refs/heads/develop")
    (repo / "sub").rmdir()
    assert picture(repo) == before


def test_a_linked_work_tree_uses_the_common_hooks(tmp_path: Path, guard: Shell) -> None:
    """Hooks and journal lie in the common directory, the policy in the tree where init was run."""
    repo = repository(tmp_path / "r")
    git(repo, "worktree", "add", "-q", "-b", "feature/x", str(tmp_path / "linked"))
    before = picture(repo)
    assert guard(tmp_path / "linked", "init", "--yes", "--no-hooks").code == 0
    assert guard(tmp_path / "linked", "init", "--yes").code == 0
    assert is_ours((repo / ".git/hooks/pre-push").read_bytes())
    assert (tmp_path / "linked" / POLICY).exists() and not (repo / POLICY).exists()
    assert guard(tmp_path / "linked", "doctor").code == 0
    assert guard(repo, "uninstall", "--yes").code == 0
    git(repo, "update-ref", "-d", "refs/heads/develop")
    assert not (tmp_path / "linked" / POLICY).exists() and picture(repo) == before


def test_a_submodule_gets_its_own_hooks(tmp_path: Path, guard: Shell) -> None:
    """`.git` is a file there; the superproject is untouched."""
    inner = repository(tmp_path / "inner")
    outer = repository(tmp_path / "outer")
    git(outer, "submodule", "--quiet", "add", str(inner), "sub")
    hooks = picture(outer / ".git/hooks")
    assert guard(outer / "sub", "init", "--yes").code == 0
    assert is_ours((outer / ".git/modules/sub/hooks/pre-commit").read_bytes())
    assert picture(outer / ".git/hooks") == hooks and guard(outer / "sub", "doctor").code == 0


@pytest.mark.parametrize("where", ["nowhere", "bare"])
def test_no_work_tree_is_exit_3(tmp_path: Path, guard: Shell, where: str) -> None:
    """One line, no traceback, for each of the three commands that need one."""
    if where == "bare":
        git(tmp_path, "init", "-q", "--bare", ".")
    for command in ("init", "doctor"):
        ran = guard(tmp_path, command)
        assert ran.code == 3 and len(ran.err.splitlines()) == 1


def test_no_git_is_exit_3(tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command says that git is not on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for command in ("init", "uninstall", "doctor"):
        ran = guard(tmp_path, command)
        assert (ran.code, ran.err) == (3, "gitflowguard: couldn't check: git is not on PATH\n")


def test_a_file_changed_between_plan_and_yes_is_not_overwritten(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan remembers what it saw."""
    repo = repository(tmp_path / "r")

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            executable(repo / ".git/hooks/pre-push", "#!/bin/sh\n")
            return "y\n"

    monkeypatch.setattr("sys.stdin", Terminal())
    # The way is named, so that the only question comes behind the plan.
    ran = guard(repo, "init", "--preset", "gitflow")
    assert ran.code == 2 and "has changed meanwhile" in ran.err
    assert (repo / ".git/hooks/pre-push").read_text() == "#!/bin/sh\n" and not (repo / POLICY).exists()


def test_a_clone_of_one_branch_does_not_invent_develop(tmp_path: Path) -> None:
    """Its remote may have a develop that this clone has never asked for."""
    world = e2e.make(tmp_path, "native")
    clone = tmp_path / "narrow"
    world.run("git", "clone", "-q", "--single-branch", "-b", "main", str(world.origin), str(clone))
    ran = world.guard("init", "--yes", cwd=clone)
    assert ran.code == 0 and "git fetch origin develop:develop" in ran.text, ran.text
    assert world.run("git", "rev-parse", "--verify", "-q", "develop", cwd=clone).code != 0


def _tools(repo: Path) -> tuple[str, ...]:
    """The tools of the policy that is there."""
    flow = parse((repo / POLICY).read_bytes(), POLICY, NAMES, CODES, tools=TOOLS).flow
    assert flow.quality.new_only == bool(flow.tools)
    return tuple(tool.name for tool in flow.tools)


def _uncommented(repo: Path) -> None:
    """As a person would: the ``# `` in front of the block's lines goes, and sentences stay comments."""
    lines = (repo / POLICY).read_text().splitlines()
    start = next(index for index, line in enumerate(lines) if line.endswith("tools:"))
    block = [line.replace("# ", "", 1) for line in lines[start:]]
    text = [line if line.endswith((":", "true")) else f"# {line}" for line in block]
    (repo / POLICY).write_text("\n".join((*lines[:start], *text)) + "\n")


def test_tools_that_the_project_uses_go_into_the_policy(tmp_path: Path, guard: Shell) -> None:
    """Those that nothing runs yet, for what a change adds; told in one line, and once."""
    repo = repository(tmp_path / "r")
    (repo / "pyproject.toml").write_text("[tool.black]\n[tool.mypy]\n")
    (repo / ".flake8").write_text("[flake8]\n")
    ran = guard(repo, "init", "--yes")
    lines = [line.strip() for line in ran.out.splitlines() if line.strip().startswith("tools  ")]
    assert [line.split(maxsplit=1)[1] for line in lines] == [
        "black (pyproject.toml), flake8 (.flake8), mypy (pyproject.toml)"
    ]
    assert _tools(repo) == ("black", "flake8")
    text = (repo / POLICY).read_text()
    assert "in pyproject.toml and .flake8." in text and "mypy is left out" in text
    assert "old code stops nobody" in text and "twice" not in text
    assert guard(repo, "init").out.endswith("No changes.\n")


def test_a_tool_that_pre_commit_runs_already_is_only_a_comment(tmp_path: Path, guard: Shell) -> None:
    """It would run twice; the others are on."""
    repo = repository(tmp_path / "r")
    (repo / "pyproject.toml").write_text("[tool.black]\n[tool.isort]\n")
    (repo / ".pre-commit-config.yaml").write_text("repos:\n- repo: x\n  rev: y\n  hooks:\n  - id: black\n")
    ran = guard(repo, "init", "--yes")
    assert "black (pyproject.toml, runs through .pre-commit-config.yaml), isort (pyproject.toml)" in ran.out
    assert _tools(repo) == ("isort",)
    text = (repo / POLICY).read_text()
    assert "# black runs through .pre-commit-config.yaml already and would run twice here:" in text
    assert "\n  # black: true\n  isort: true\n" in text
    _uncommented(repo)
    assert _tools(repo) == ("black", "isort")


def test_settings_of_the_formatter_before_are_only_a_comment(tmp_path: Path, guard: Shell) -> None:
    """A project that moved from black to ruff-format keeps [tool.black]; two formatters would undo each other."""
    repo = repository(tmp_path / "r")
    (repo / "pyproject.toml").write_text("[tool.black]\n[tool.isort]\n")
    (repo / ".pre-commit-config.yaml").write_text(
        "repos:\n- repo: x\n  rev: y\n  hooks:\n  - id: ruff-format\n"
    )
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == ("isort",)
    text = (repo / POLICY).read_text()
    assert "# black has settings in pyproject.toml, and ruff-format formats already; to run it here," in text


def test_where_pre_commit_runs_every_tool_the_block_is_a_comment(tmp_path: Path, guard: Shell) -> None:
    """Which can be uncommented as it stands."""
    repo = repository(tmp_path / "r")
    (repo / ".pre-commit-config.yaml").write_text(
        "repos:\n- repo: x\n  rev: y\n  hooks: [{id: black}, {id: flake8}]\n"
    )
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == () and "# black and flake8 run through" in (repo / POLICY).read_text()
    _uncommented(repo)
    assert _tools(repo) == ("black", "flake8")


@pytest.mark.parametrize("mypy", [False, True])
def test_python_without_tools_gets_an_offer(tmp_path: Path, guard: Shell, mypy: bool) -> None:
    """A comment, which can be uncommented as it stands; mypy alone changes nothing."""
    repo = repository(tmp_path / "r")
    (repo / "a.py").write_text("")
    if mypy:
        (repo / "mypy.ini").write_text("[mypy]\n")
    assert ("tools" in guard(repo, "init", "--yes").out.split("policy")[0]) == mypy
    assert _tools(repo) == ()
    _uncommented(repo)
    assert _tools(repo) == ("black", "flake8", "bandit")


@pytest.mark.parametrize("name", ["bandit.yml", "bandit.yaml"])
def test_settings_that_nothing_reads_turn_no_tool_on(tmp_path: Path, guard: Shell, name: str) -> None:
    """bandit reads them only where its command names them: a comment, beside what is in use and alone."""
    repo = repository(tmp_path / "r")
    (repo / name).write_text("skips: [B101]\n")
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == () and f"bandit has settings in {name}," in (repo / POLICY).read_text()
    _uncommented(repo)
    assert _tools(repo) == ("bandit",)
    (repo / POLICY).unlink()
    (repo / ".flake8").write_text("[flake8]\n")
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == ("flake8",)
    _uncommented(repo)
    assert _tools(repo) == ("flake8", "bandit")


def test_the_preset_ml_keeps_its_own_tool(tmp_path: Path, guard: Shell) -> None:
    """flake8 is not said again, and no offer is made; another tool of the project is added."""
    repo = repository(tmp_path / "r")
    (repo / "a.py").write_text("")
    (repo / ".flake8").write_text("[flake8]\n")
    assert guard(repo, "init", "--yes", "--preset", "ml").code == 0
    assert "tools:" not in (repo / POLICY).read_text()
    (repo / POLICY).unlink()
    (repo / "pyproject.toml").write_text("[tool.black]\n")
    assert guard(repo, "init", "--yes", "--preset", "ml").code == 0
    assert _tools(repo) == ("flake8", "black") and "flake8:" not in (repo / POLICY).read_text()


def test_hostile_files_of_tools_do_not_reach_the_policy(tmp_path: Path, guard: Shell) -> None:
    """Only our own words are written, whatever stands in the files."""
    repo = repository(tmp_path / "r")
    (repo / "pyproject.toml").write_text('[tool.black]\nargs = "\\nquality: {}"\n[tool."ruff: {run"]\n')
    (repo / "prek.toml").write_text('# id = "flake8"\nid = "black: {run"\nid = "evil"\n')
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == () and "evil" not in (repo / POLICY).read_text()
    (repo / "prek.toml").unlink()
    (repo / POLICY).unlink()
    assert guard(repo, "init", "--yes").code == 0
    assert _tools(repo) == ("black",)
