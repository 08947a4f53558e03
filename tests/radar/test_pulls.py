"""`radar --pulls`: the pull requests that are open on a GitHub on the loopback, in a real clone."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakegithub.fake import Fake
from fakegithub.mirror import mirror

from gitflowguard.cli.main import main
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.pulls import GitHubPulls
from gitflowguard.forge.github.transport import Transport
from gitflowguard.forge.pacing import Pace
from gitflowguard.forge.token import Secret
from gitflowguard.process import Completed, run
from gitflowguard.repo import fetching
from tests.install.place import git
from tests.radar.opened import NAME, PullDesk, pasted

Said = pytest.CaptureFixture[str]


@pytest.fixture
def desk(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PullDesk]:
    yield PullDesk(github, tmp_path, monkeypatch)


def radar(desk: PullDesk, capsys: Said, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command in the clone."""
    desk.patch.chdir(desk.clone)
    capsys.readouterr()
    code = main(["radar", "--pulls", "--repo", NAME, "--api-url", desk.github.url, *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def rows(out: str) -> dict[tuple[str, str], Any]:
    """(branch, target) -> its row of the JSON."""
    return {(row["branch"], row["target"]): row for row in json.loads(out)["branches"]}


def test_only_what_is_open_and_each_on_its_own_base(desk: PullDesk, capsys: Said) -> None:
    """A branch without a pull request, a closed one and a merged one are out; a base is the one that was chosen."""
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n", title="Add the login form")
    desk.opened("feature/logout", "develop", "app.py", "one\nLOGOUT\nthree\n", login="ben", draft=True)
    desk.opened("feature/late", "feature/login", "late.py", "x = 1\n", "feature/login")
    desk.opened("release/1.0", "main", "version", "1.0\n")
    desk.opened("feature/closed", "develop", "app.py", "closed\n").state = "closed"
    merged = desk.opened("feature/done", "develop", "done.py", "y = 1\n")
    merged.state, merged.merged_sha = "closed", merged.head_sha
    desk.commit("feature/alone", "app.py", "alone\n", "develop")
    desk.cloned()
    code, out, err = radar(desk, capsys, "--json")
    assert (code, err) == (0, "")
    found = rows(out)
    assert {key: row["state"] for key, row in found.items()} == {
        ("feature/login", "develop"): "clean",
        ("feature/logout", "develop"): "clean",
        ("feature/late", "feature/login"): "clean",
        ("release/1.0", "main"): "clean",
    }
    assert found["feature/login", "develop"]["pull"] == {
        "number": 1, "title": "Add the login form", "author": "ada", "head": "feature/login", "owner": "acme",
        "draft": False, "fork": False,
    }  # fmt: skip
    assert (
        found["feature/logout", "develop"]["pull"]["draft"]
        and found["feature/logout", "develop"]["author"] == "ben"
    )
    (pair,) = json.loads(out)["pairs"]
    assert {pair["first"], pair["second"]} == {"feature/login", "feature/logout"}
    assert [one.path for one in desk.github.requests] == [f"/repos/{NAME}/pulls"]


def test_what_it_says(desk: PullDesk, capsys: Said) -> None:
    """The number and the title stand beside a conflict, in each format that people read."""
    desk.opened(
        "feature/login", "develop", "app.py", "one\nLOGIN\nthree\n", title="Add \x1b[31m*the* login <form>"
    )
    desk.opened("feature/logout", "develop", "app.py", "one\nLOGOUT\nthree\n", draft=True, title="Log out")
    desk.cloned()
    code, out, _ = radar(desk, capsys)
    assert code == 0 and "1 pair would conflict when they land" in out
    assert "feature/login is #1, Add \\x1b[31m*the* login <form>\n" in out
    assert "  pull: feature/logout is #2, Log out (draft)\n" in out and "Looked at 2 pull requests" in out
    _, text, _ = radar(desk, capsys, "--output-format", "markdown")
    assert "Log out (draft)" in text and "login `<form>`" in text and "\x1b" not in text
    _, page, _ = radar(desk, capsys, "--output-format", "html")
    assert "feature/logout is #2, Log out (draft)" in page and "<form>" not in page and "\x1b" not in page


def test_a_base_is_where_the_remote_has_it(desk: PullDesk, capsys: Said) -> None:
    """A commit that nobody has pushed is no reason for a conflict of a pull request."""
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    clone = desk.cloned()
    (clone / "app.py").write_text("mine\n")
    git(clone, "commit", "-q", "-a", "-m", "Not pushed")
    _, out, _ = radar(desk, capsys, "--json")
    assert rows(out)["feature/login", "develop"]["state"] == "clean"
    assert json.loads(out)["targets"][0]["ref"] == "origin/develop"


def test_a_fork_is_unknown_until_its_head_is_fetched(desk: PullDesk, capsys: Said) -> None:
    """Nothing is fetched by itself; the printed command brings it, in a dirty work tree too, and writes no ref."""
    desk.forked("patch-1", "develop", "app.py", "one\nFORK\nthree\n")
    desk.forked("develop", "develop", "other.py", "z = 1\n", draft=True)
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    clone = desk.cloned()
    git(clone, "config", "--add", "remote.origin.fetch", "+refs/pull/*/head:refs/remotes/origin/pr/*")
    (clone / "app.py").write_text("unsaved\n")
    code, out, _ = radar(desk, capsys, "--json")
    assert code == 3
    states = {branch: row["state"] for (branch, _), row in rows(out).items()}
    lost = {"unknown": "its head isn't in this clone"}
    assert states == {"feature/login": "clean", "zoe:patch-1": lost, "zoe:develop": lost}
    (line,) = rows(out)["zoe:patch-1", "develop"]["mend_shell"]
    assert line == f"gitflowguard radar --pulls --repo {NAME} --api-url {desk.github.url} --fetch"
    before = git(clone, "for-each-ref")
    fetches: list[tuple[str, ...]] = []

    def counted(argv: tuple[str, ...], *rest: Any) -> Completed:
        fetches.append(argv)
        return run(argv, *rest)

    desk.patch.setattr(fetching, "run", counted)
    assert main([*shlex.split(line)[1:], "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == "gitflowguard: fetching the 2 heads of open pull requests from origin\n"
    assert len(fetches) == 1
    assert git(clone, "for-each-ref") == before and (clone / "app.py").read_text() == "unsaved\n"
    assert not (clone / ".git/FETCH_HEAD").exists()
    assert {branch: row["state"] for (branch, _), row in rows(out).items()} == dict.fromkeys(states, "clean")
    (pair,) = json.loads(out)["pairs"]
    assert {pair["first"], pair["second"]} == {"feature/login", "zoe:patch-1"}
    assert rows(out)["zoe:develop", "develop"]["pull"]["head"] == "develop"
    code, _, err = radar(desk, capsys, "--fetch", "--json")
    assert (code, err) == (0, "") and len(fetches) == 1


def test_what_the_remote_has_no_more_stays_unknown(desk: PullDesk, capsys: Said) -> None:
    """One head is gone, the other one comes; a remote that can't be reached is exit code 3."""
    gone = desk.forked("patch-1", "develop", "app.py", "one\nFORK\nthree\n")
    desk.forked("patch-2", "develop", "other.py", "z = 1\n")
    clone = desk.cloned()
    git(desk.origin, "update-ref", "-d", f"refs/pull/{gone.number}/head")
    code, out, _ = radar(desk, capsys, "--fetch", "--json")
    assert code == 3 and rows(out)["zoe:patch-2", "develop"]["state"] == "clean"
    assert rows(out)["zoe:patch-1", "develop"]["state"] == {"unknown": "its head isn't in this clone"}
    git(clone, "remote", "set-url", "origin", str(desk.folder / "nowhere"))
    code, out, err = radar(desk, capsys, "--fetch", "--json")
    assert (code, out) == (3, "") and "git fetch origin failed" in err


def test_a_base_that_a_narrow_clone_does_not_fetch(desk: PullDesk, capsys: Said) -> None:
    """The printed commands bring it, also where the clone fetches one branch only."""
    desk.opened("release/1.0", "main", "version", "1.0\n", "develop")
    desk.cloned("--single-branch", "--branch", "develop")
    _, out, _ = radar(desk, capsys, "--json")
    row = rows(out)["release/1.0", "main"]
    assert row["state"] == {"unknown": "this clone doesn't have main"}
    assert pasted(desk.clone, row["mend_shell"]).returncode == 0
    code, out, _ = radar(desk, capsys, "--json")
    assert code == 0 and rows(out)["release/1.0", "main"]["state"] == "clean"


def test_a_clone_that_is_behind(desk: PullDesk, capsys: Said) -> None:
    """A head that moved, a base that moved and a base that is new are unknown or noted, with what brings them."""
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    moved = desk.opened("feature/logout", "develop", "app.py", "one\nLOGOUT\nthree\n")
    clone = desk.cloned()
    moved.head_sha = desk.commit("feature/logout", "more.py", "m = 1\n")
    desk.commit("develop", "app.py", "one\ntwo\nTHREE\n")
    desk.opened("feature/new", "release/2.0", "new.py", "n = 1\n").base = "release/2.0"
    git(desk.origin, "branch", "release/2.0", "develop")
    mirror(desk.web, desk.origin)
    for pull in desk.web.pulls.values():
        pull.base_sha = desk.web.resolve(pull.base) or ""
    code, out, _ = radar(desk, capsys, "--json")
    assert code == 3
    found = rows(out)
    assert found["feature/logout", "develop"]["state"] == {"unknown": "its head isn't in this clone"}
    assert found["feature/new", "release/2.0"]["state"] == {"unknown": "this clone doesn't have release/2.0"}
    assert (
        "GitHub has commits of develop that this clone lacks; to get them: git fetch origin"
        in json.loads(out)["notes"]
    )
    assert pasted(clone, found["feature/new", "release/2.0"]["mend_shell"]).returncode == 0
    code, out, _ = radar(desk, capsys, "--json")
    states = {branch: row["state"] for (branch, _), row in rows(out).items()}
    assert states == {"feature/login": "stale", "feature/logout": "stale", "feature/new": "clean"}


@pytest.mark.parametrize("kind", ["403-permission", "403-primary", "429", "500", "404"])
def test_what_github_does_not_say_is_unknown(desk: PullDesk, capsys: Said, kind: str) -> None:
    """Never "no conflicts": nothing is printed as a verdict."""
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    desk.cloned()
    desk.github.fail("*", kind, times=99)
    code, out, err = radar(desk, capsys)
    assert (code, out) == (3, "") and f"couldn't check: which pull requests of {NAME} are open" in err, err


def test_nothing_is_open(desk: PullDesk, capsys: Said) -> None:
    desk.cloned()
    code, out, _ = radar(desk, capsys)
    assert code == 0 and out.startswith("No open pull request to look at\n")


def test_in_a_blobless_clone(desk: PullDesk, capsys: Said) -> None:
    """What needs a file that is not here is unknown, never "no conflicts"."""
    git(desk.origin, "config", "uploadpack.allowFilter", "true")
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    desk.opened("feature/logout", "develop", "app.py", "one\nLOGOUT\nthree\n")
    desk.cloned("--filter=blob:none", "--no-checkout")
    code, out, _ = radar(desk, capsys)
    assert code == 3 and "No conflict" not in out


def test_which_are_chosen(desk: PullDesk, capsys: Said) -> None:
    """By the names that the report uses; a name that nothing can have is a mistake."""
    desk.opened("feature/login", "develop", "app.py", "one\nLOGIN\nthree\n")
    desk.opened("release/1.0", "main", "version", "1.0\n")
    desk.forked("patch-1", "develop", "app.py", "one\nFORK\nthree\n")
    desk.cloned()
    _, out, _ = radar(desk, capsys, "--json", "--branches", "!zoe:*,!release/*")
    assert set(rows(out)) == {("feature/login", "develop")}
    code, _, err = radar(desk, capsys, "--branches", "faeture/*")
    assert code == 2 and "did you mean" in err
    _, out, _ = radar(desk, capsys, "--json", "--max", "2")
    assert "2 open pull requests were read, and there are more; --max reads more" in json.loads(out)["notes"]


@pytest.mark.parametrize(
    "words",
    [("--target", "develop"), ("--since", "30d"), ("--run", "true"), ("--watch",), ("--repo", "web")],
    ids=lambda words: words[0],
)
def test_what_does_not_go_together(desk: PullDesk, capsys: Said, words: tuple[str, ...]) -> None:
    """Nothing is asked; --run above all, for it would run a stranger's code."""
    desk.cloned()
    code, out, _ = radar(desk, capsys, *words)
    assert (code, out) == (2, "") and not desk.github.requests


def test_by_the_remote_and_without_pulls(desk: PullDesk, capsys: Said) -> None:
    """A remote that is not GitHub's is named; --repo alone asks nothing."""
    desk.patch.chdir(desk.cloned())
    assert main(["radar", "--pulls", "--api-url", desk.github.url]) == 2
    git(desk.clone, "remote", "set-url", "origin", "https://github.com/acme/web.git")
    desk.opened("feature/login", "develop", "app.py", "x\n")
    assert main(["radar", "--pulls", "--api-url", desk.github.url]) == 3
    assert [one.path for one in desk.github.requests] == [f"/repos/{NAME}/pulls"]
    capsys.readouterr()
    assert main(["radar", "--repo", NAME]) == 2 and "belong to --pulls" in capsys.readouterr().err


def test_a_hundred_on_a_page(desk: PullDesk) -> None:
    """Two requests for a hundred and twenty; one that changes between the pages comes once."""
    for number in range(120):
        desk.web.pull(f"feature/{number}", "develop", head_sha="a" * 40)
    secret = Secret(desk.github.token("read"), "a test")
    forge = GitHubPulls(Transport(desk.github.url, secret, pace=Pace(False)))
    found = forge.open_pulls(NAME, 200)
    assert found.whole and len({one.number for one in found.pulls}) == len(found.pulls) == 120
    assert len(desk.github.requests) == 2
    assert not forge.open_pulls(NAME, 50).whole
    desk.github.fail("*", "html-200", times=9)
    with pytest.raises(ForgeError):
        forge.open_pulls(NAME, 50)
