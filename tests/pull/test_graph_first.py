"""What the author of a pull request writes, as a subject, a branch or many commits, hides nothing: by real git."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.budget import sampled

from tests.pull.scenes import build, check
from tests.scenario import Real


def strict(reader: Real) -> None:
    """The policy on both lines: messages are conventional and finished."""
    text = "preset: gitflow\nmessage: {style: conventional}\nrules: {unfinished-commit: error, wrong-origin: error}\n"
    for line in ("main", "develop"):
        reader.git("switch", "-q", line)
        (reader.top / ".gitflowguard.yaml").write_text(text)
        reader.git("add", ".gitflowguard.yaml")
        reader.git("commit", "-q", "-m", "chore: the policy")
        reader.git("push", "-q", "--no-verify", "origin", line)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Real:
    reader = build(tmp_path, "", monkeypatch)
    strict(reader)
    return reader


def work(reader: Real, name: str, *says: str, start: str = "develop") -> None:
    """A branch with a commit for each message, on the remote."""
    reader.git("switch", "-q", "-c", name, start)
    for text in says:
        reader.git("commit", "-q", "--allow-empty", "-m", text)
    reader.git("push", "-q", "--no-verify", "origin", name)


def test_a_line_at_the_same_commit_hides_no_message(repo: Real, capsys: pytest.CaptureFixture[str]) -> None:
    work(repo, "feature/x", "bad message")
    for name in ("support/zz", "release/9.9"):
        repo.git("push", "-q", "--no-verify", "origin", f"feature/x:{name}")
        assert check("--head", "feature/x", "--base", "develop") == 1
        assert "GFG203" in capsys.readouterr().out


def test_anothers_line_at_the_same_commit_stops_nobody(repo: Real) -> None:
    """Whether it was cut from that line is no open question: anybody could have pushed it."""
    work(repo, "hotfix/1.0.1", "fix: it", start="main")
    repo.git("push", "-q", "--no-verify", "origin", "hotfix/1.0.1:release/0.9")
    assert check("--head", "hotfix/1.0.1", "--base", "main") == 0


@pytest.mark.parametrize("subject", sampled(["Merge branch 'bugfix/z' into release/1.0", "feat: it all"], 0))
def test_a_subject_hides_no_branch(repo: Real, subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that has gone on since, and one whose name the policy allows beside it.

    The plain subject is slow: one that looks like a merge is the harder case.
    """
    work(repo, "feature/u", "feat: u")
    work(repo, "release/1.0")
    repo.git("merge", "-q", "--no-ff", "-m", subject, "feature/u")
    repo.git("push", "-q", "--no-verify", "origin", "release/1.0")
    asked = ("--head", "release/1.0", "--base", "main")
    assert check(*asked) == 1 and "feature/u may be merged into develop" in capsys.readouterr().out
    repo.git("switch", "-q", "feature/u")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: more")
    repo.git("push", "-q", "--no-verify", "origin", "feature/u")
    assert check(*asked) == 1
    repo.git("push", "-q", "--no-verify", "origin", "feature/u~1:refs/heads/bugfix/z")
    assert (
        check(*asked) == 3 and "belongs to feature/u and goes by the name bugfix/z" in capsys.readouterr().out
    )


def test_a_merge_that_nothing_names_is_reported(repo: Real, capsys: pytest.CaptureFixture[str]) -> None:
    work(repo, "release/1.0")
    gone = repo.git("commit-tree", "-p", "HEAD", "-m", "feat: from somewhere", "HEAD^{tree}")
    repo.git("merge", "-q", "--no-ff", "-m", "chore: take it", gone)
    repo.git("push", "-q", "--no-verify", "origin", "release/1.0")
    assert check("--head", "release/1.0", "--base", "main") == 3
    assert "nothing names the branch" in capsys.readouterr().out


def test_merged_and_deleted_branches_pass(repo: Real) -> None:
    """A release with a bugfix that is gone, an update from develop, and a hotfix that main has."""
    work(repo, "hotfix/0.9.1", "fix: now", start="main")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'hotfix/0.9.1'", "hotfix/0.9.1")
    repo.git("push", "-q", "--no-verify", "origin", "main")
    work(repo, "release/1.0", "chore: bump")
    work(repo, "bugfix/z", "fix: z", start="release/1.0")
    repo.git("switch", "-q", "release/1.0")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'bugfix/z' into release/1.0", "bugfix/z")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'hotfix/0.9.1' into release/1.0", "hotfix/0.9.1")
    repo.git("push", "-q", "--no-verify", "origin", "release/1.0")
    for name in ("bugfix/z", "hotfix/0.9.1"):
        repo.git("push", "-q", "--no-verify", "origin", f":{name}")
        repo.git("branch", "-q", "-D", name)
    assert check("--head", "release/1.0", "--base", "develop") == 0
    assert check("--head", "release/1.0", "--base", "main") == 0


def test_a_commit_is_found_among_very_many(repo: Real, capsys: pytest.CaptureFixture[str]) -> None:
    work(repo, "release/1.0", "feat: WIP")
    lines = ["from refs/heads/release/1.0^0\n" if n == 0 else "" for n in range(1200)]
    stream = "".join(
        f"commit refs/heads/many\ncommitter a <a@b> {1700000000 + n} +0000\ndata 7\nfeat: x\n{line}\n"
        for n, line in enumerate(lines)
    )
    (repo.top / "stream").write_text(stream)
    repo.run(("sh", "-c", "git fast-import --quiet <stream"))
    repo.git("push", "-q", "--no-verify", "origin", "many:release/1.0")
    assert check("--head", "release/1.0", "--base", "main") == 1
    assert '"feat: WIP" is not finished' in capsys.readouterr().out
