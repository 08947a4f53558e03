"""What a merge brings counts as changed: with two merge bases, and in a file that the base has renamed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.app.gate.change import touched_paths
from gitflowguard.cli.main import main
from gitflowguard.repo import contents
from gitflowguard.repo.git import Git
from tests.budget import sampled
from tests.pull.scenes import build, check
from tests.scenario import Real

Said = pytest.CaptureFixture[str]
LAX = "preset: gitflow\nrules: {direct-commit: ignore}\n"
STRICT = "preset: gitflow\n"
CHANGED = "feature/b changes the policy (.gitflowguard.yaml)"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Real:
    reader = build(tmp_path, "", monkeypatch)
    reader.git("switch", "-q", "develop")
    return reader


def put(reader: Real, files: dict[str, str], subject: str, at: int = 0) -> str:
    """A commit of these files. at: its date, seconds since 1970; 0 for now."""
    for name, text in files.items():
        (reader.top / name).write_text(text)
    reader.git("add", "-A")
    date = f"@{at} +0000" if at else ""  # an empty one is now
    reader.git("commit", "-q", "--no-verify", "-m", subject, GIT_COMMITTER_DATE=date)
    return reader.git("rev-parse", "HEAD")


def crossed(reader: Real, first: dict[str, str], then: dict[str, str], ours: int, theirs: int) -> None:
    """develop changes ``first`` to ``then``; feature/b, which develop has merged half of, stays with ``first``.

    ours, theirs: the dates of the two commits that are both merge bases, develop's and the feature's.
    """
    put(reader, first, "Begin")
    reader.git("switch", "-q", "-c", "feature/b")
    put(reader, {"b.txt": "b\n"}, "Add b", theirs)
    reader.git("switch", "-q", "develop")
    line = put(reader, then, "Change it on the line", ours)
    reader.git("merge", "-q", "--no-ff", "-m", "Merge branch 'feature/b' into develop", "feature/b")
    reader.git("switch", "-q", "feature/b")
    reader.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge branch 'develop' into feature/b", line)
    put(reader, {"c.txt": "c\n"}, "Add c")
    reader.git("push", "-q", "--no-verify", "origin", "develop", "feature/b")
    assert len(reader.git("merge-base", "--all", "develop", "feature/b").split()) == 2


@pytest.mark.parametrize(("ours", "theirs"), [(1_700_000_000, 1_700_000_900), (1_700_000_900, 1_700_000_000)])
def test_the_dates_of_two_merge_bases_hide_no_change_of_the_policy(
    repo: Real, ours: int, theirs: int, capsys: Said
) -> None:
    """The head brings the laxer policy back, which one of the two merge bases has as well."""
    crossed(repo, {".gitflowguard.yaml": LAX}, {".gitflowguard.yaml": STRICT}, ours, theirs)
    assert check("--head", "feature/b", "--base", "develop") == 0
    assert CHANGED in capsys.readouterr().out
    # What git makes of it, which is what the words are about.
    repo.git("switch", "-q", "--detach", "develop")
    repo.git("merge", "-q", "--no-ff", "-m", "Try", "feature/b")
    assert (repo.top / ".gitflowguard.yaml").read_text() == LAX


@pytest.mark.parametrize(("ours", "theirs"), [(1_700_000_000, 1_700_000_900), (1_700_000_900, 1_700_000_000)])
def test_a_file_that_is_brought_back_is_looked_at(repo: Real, ours: int, theirs: int) -> None:
    """And one that only the line has changed since isn't: the head has it as both merge bases have it."""
    crossed(repo, {"app.py": "import os\n", "old.py": "import re\n"}, {"app.py": "X = 1\n"}, ours, theirs)
    repo.git("switch", "-q", "develop")
    put(repo, {"old.py": "Y = 2\n"}, "Change another file on the line")
    base, head = (repo.git("rev-parse", name) for name in ("develop", "feature/b"))
    git = Git(str(repo.top))
    start = contents.start_of(git, base, head)
    assert start == base, "lines are compared with what is there, so that a line that comes back is new"
    assert {entry.path for entry in contents.between(git, start, head)} == {"app.py", "c.txt"}
    assert set(touched_paths(git, base, head)) == {"app.py", "c.txt"}


def test_an_update_from_the_line_has_one_merge_base(repo: Real, capsys: Said) -> None:
    """Who merged develop is not told of what develop changed."""
    put(repo, {".gitflowguard.yaml": LAX}, "Begin")
    repo.git("switch", "-q", "-c", "feature/b")
    put(repo, {"b.txt": "b\n"}, "Add b")
    repo.git("switch", "-q", "develop")
    put(repo, {".gitflowguard.yaml": STRICT}, "Tighten")
    repo.git("switch", "-q", "feature/b")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'develop' into feature/b", "develop")
    repo.git("push", "-q", "--no-verify", "origin", "develop", "feature/b")
    assert check("--head", "feature/b", "--base", "develop") == 0
    assert "GFG505" not in capsys.readouterr().out


DRAFT = "# The draft.\n" + STRICT + "# one\n# two\n# three\n# four\n# five\n# six\n# seven\n"


@pytest.mark.parametrize("edits", [True, False])
def test_an_edit_under_the_old_name_is_an_edit_of_the_policy(repo: Real, edits: bool, capsys: Said) -> None:
    """git merges it into the file that the base has renamed; the head never touched that path."""
    put(repo, {"draft.yaml": DRAFT}, "Draft a policy")
    repo.git("branch", "feature/b")
    repo.git("mv", "draft.yaml", ".gitflowguard.yaml")
    put(repo, {}, "Adopt it")
    repo.git("switch", "-q", "feature/b")
    more = {"draft.yaml": DRAFT + LAX.split("\n")[1] + "\n"} if edits else {"b.txt": "b\n"}
    put(repo, more, "Work")
    repo.git("push", "-q", "--no-verify", "origin", "develop", "feature/b")
    assert check("--head", "feature/b", "--base", "develop") == 0
    assert (CHANGED in capsys.readouterr().out) is edits
    repo.git("switch", "-q", "--detach", "develop")
    repo.git("merge", "-q", "--no-ff", "-m", "Try", "feature/b")
    assert ("direct-commit" in (repo.top / ".gitflowguard.yaml").read_text()) is edits


TOOLS = "preset: gitflow\ntools: {flake8: true}\nquality: {new-only: %s}\n"
NOTES = '"""Notes."""\n\n\n' + "".join(f"A{number} = {number}\n" for number in range(20))


@pytest.mark.parametrize("lines", sampled(["true", "false"], "true"))
@pytest.mark.parametrize(("was", "now"), [("notes.txt", "notes.py"), ("notes.py", "other.py")])
def test_a_text_that_becomes_code_by_a_merge_is_looked_at(
    repo: Real, lines: str, was: str, now: str, capsys: Said
) -> None:
    """The base calls it a program by now; the head edits it under the name that no tool looks at.

    One that was looked at anyway is reported once.

    `false` is slow: the lines of a file count in tests/quality/test_new_lines.py.
    """
    put(repo, {".gitflowguard.yaml": TOOLS % lines, was: NOTES}, "Write notes")
    repo.git("branch", "feature/b")
    repo.git("mv", was, now)
    put(repo, {}, "Make a program of it")
    repo.git("switch", "-q", "feature/b")
    put(repo, {was: NOTES + "undefined_name\n"}, "Edit it")
    repo.git("push", "-q", "--no-verify", "origin", "develop", "feature/b")
    assert main(["pr", "check", "--no-radar", "--head", "feature/b", "--base", "develop"]) == 1
    assert capsys.readouterr().out.count("undefined_name") == 1
    repo.git("switch", "-q", "--detach", "develop")
    repo.git("merge", "-q", "--no-ff", "-m", "Try", "feature/b")
    assert "undefined_name" in (repo.top / now).read_text()


def test_a_text_that_stays_one_is_not_looked_at(repo: Real) -> None:
    """Nor is one that the base has made a program of and the head leaves alone."""
    put(
        repo,
        {".gitflowguard.yaml": TOOLS % "true", "a.txt": NOTES, "b.txt": NOTES + "undefined_name\n"},
        "Write",
    )
    repo.git("branch", "feature/b")
    repo.git("mv", "a.txt", "c.txt")
    repo.git("mv", "b.txt", "b.py")
    put(repo, {}, "Rename them")
    repo.git("switch", "-q", "feature/b")
    put(repo, {"a.txt": NOTES + "undefined_name\n"}, "Edit one")
    repo.git("push", "-q", "--no-verify", "origin", "develop", "feature/b")
    assert main(["pr", "check", "--no-radar", "--head", "feature/b", "--base", "develop"]) == 0
