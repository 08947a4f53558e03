"""A source is repository, branch and actor: none of them, as its author may choose it, makes a check milder."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.app.pull.judge import PullOptions, judge
from gitflowguard.forge.github.pulldocuments import proposed
from gitflowguard.hook.payload import EventRequest, read
from gitflowguard.model.adoption import Adoption, branch_id
from gitflowguard.model.finding import ERROR
from gitflowguard.model.flow import Flow
from gitflowguard.model.pull import Pull
from gitflowguard.model.source import (
    called,
    counted,
    is_robot,
    judging,
    may_enter,
    robots,
)
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo.git import Git
from tests.pull.scenes import build, check, event, payload
from tests.scenario import Real

Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]

POLICY = (
    "preset: ml\\nmessage: {style: conventional}\\nkinds: {bot: {rules: {malformed-message: ignore}}}\\n"
    'adoption: {date: "2026-11-29", branches: "%s"}' % branch_id("stuff")
)
# Head, whether it lies in a fork, who opened it. No robot: an author can't choose to be one.
SOURCES = [
    *(
        (name, False, who)
        for name in ("renovate/x", "dependabot/x", "copilot/x", "ada-patch-1")
        for who in ("mallory", "github-actions[bot]")
    ),
    *(
        (name, True, "mallory")
        for name in (
            *("develop", "main", "support/1.x", "release/1.0", "hotfix/1.0.1", "feature/zz", "feature/u"),
            *("gh-pages", "dependabot/x", "revert-1-x", "ada-patch-1", "stuff", "Develop", "x.lock.y"),
        )
    ),
    ("renovate/x", True, "renovate[bot]"),
]
# Names of the team's own that go nowhere: blocked for that, whatever else is found.
OWN = ("later", "gh-pages", "pages")
BASES = ("develop", "main", "release/1.0", "support/1.x")


def _errors(head: str, fork: bool, who: str, base: tuple[str, str], tip: str) -> set[tuple[str, str]]:
    """(code, commit) of what fails the check; where the two ends are what's wrong, whichever rule says it."""
    user = {"login": who, "type": "Bot" if is_robot(who) else "User"}
    body = payload(base, (head, tip), user=user)
    body["pull_request"]["head"]["repo"] = {"id": 2} if fork else {"id": 1}
    found = judge(read(body), {}, PullOptions(False, False), git=Git())
    assert not any(gap.unknown.mend for gap in found.report.skipped), "the clone holds all that is asked"
    ends = {"GFG501": "ends", "GFG502": "ends"}
    return {
        (ends.get(one.code, one.code), one.finding.commit)
        for one in found.report.violations
        if one.severity == ERROR
    }


@pytest.mark.slow
@pytest.mark.parametrize("branch", BASES)
def test_no_source_removes_what_a_work_branch_of_the_team_would_be_told(
    branch: str, tmp_path: Path, monkeypatch: Patch
) -> None:
    """One head that has it all: a bad message, a merge of another feature, a stack on it, an old date."""
    script = (
        "branch release/1.0 from develop\npublish release/1.0\nbranch support/1.x from main\npublish support/1.x\n"
        "branch feature/u from develop\ncommit on feature/u\ncommit on feature/u\npublish feature/u\n"
        "branch feature/zz from develop\ncommit on feature/zz: bad message\nmerge feature/u into feature/zz\n"
        "branch feature/on from feature/u\ncommit on feature/on: worse\n"
    )
    reader = build(tmp_path, script, monkeypatch)
    reader.write(".gitflowguard.yaml", "develop", POLICY)
    for line in ("main", "release/1.0", "support/1.x"):
        reader.write(".gitflowguard.yaml", line, POLICY)
    for line in BASES:
        reader.publish(line)
    tips = {name: reader.git("rev-parse", name) for name in ("feature/zz", "feature/on")}
    reader.git("switch", "-q", "develop")
    for name in tips:
        reader.git("branch", "-q", "-D", name)
    base = branch, reader.git("rev-parse", branch)
    for name, tip in tips.items():
        plain = _errors(name, False, "ada", base, tip)
        assert any(code == "GFG203" for code, _ in plain)
        assert ("ends", "") in plain or branch == "develop"
        for odd in OWN:
            assert _errors(odd, False, "mallory", base, tip), odd
        assert any(code == "GFG203" for code, _ in _errors("stuff", False, "mallory", base, tip))
        for source in SOURCES:
            assert plain <= _errors(*source, base, tip), (source, name)


FLOWS = (
    preset_flow("gitflow"),
    preset_flow("gitflow", develop=None),
    preset_flow("ml", names="conventional"),
    preset_flow("as-is"),
)
NAMES = st.one_of(
    st.from_regex(r"[a-z]{1,6}(/[a-z0-9.-]{1,8}[a-z0-9])?", fullmatch=True),
    st.sampled_from(
        (
            "main",
            "develop",
            "Main",
            "dependabot/x",
            "renovate/y",
            "codex/z",
            "revert-1-x",
            "ada-patch-1",
            "pages",
        )
    ),
    st.builds(
        "{}/{}".format, st.sampled_from(("feature", "fix", "release", "hotfix", "support")), st.just("1.0.0")
    ),
)


@given(
    flow=st.sampled_from(FLOWS),
    head=NAMES,
    base=st.sampled_from(("main", "develop", "release/1.0.0", "support/1.x", "feature/x")),
    who=st.sampled_from(("", "mallory", "github-actions[bot]", "dependabot-bot")),
    fork=st.booleans(),
)
def test_no_name_and_no_author_opens_a_line(flow: Flow, head: str, base: str, who: str, fork: bool) -> None:
    """What a feature may not enter, a fork's branch and a robot's name may not enter either."""
    pull = Pull(base, head, fork=fork, author=who, robot=is_robot(who))
    out = flow.kind_of(head)
    if not fork and (out is None or out.id != "bot"):
        return  # the team's own kinds are what its policy says
    if fork and out is not None and out.tag is not None and flow.version_of(head):
        return  # foreign-source blocks it
    kind, work = counted(pull, flow), flow.work
    assert kind is not None and work is not None and not kind.protected
    into = flow.kind_of(base)
    if may_enter(pull, flow) and into is not None and into.protected:
        assert into.id in work.targets
    assert judging(flow, pull).kind_of(called(pull)) == kind == judging(flow, pull).near_kind(called(pull))


class TestRobots:
    """Who is one."""

    def test_by_the_forges_word_or_by_the_policy(self) -> None:
        """Not by a name that a person may have; GitHub's logins hold no brackets."""
        flow = preset_flow("gitflow")
        listed = flow._replace(
            kinds=tuple(k._replace(authors=("Renovate-Acme",)) if k.id == "bot" else k for k in flow.kinds)
        )
        for login, said, robot in (
            ("dependabot[bot]", "Bot", True),
            ("Copilot", "Bot", True),
            ("renovate[bot]", "", True),
            ("renovate-bot", "User", False),
            ("github-actions[bot]", "Bot", False),
            ("", "", False),
        ):
            pull = Pull("main", "renovate/x", author=login, robot=is_robot(login, said))
            assert robots(pull, flow) is robot, login
        assert robots(Pull("main", "renovate/x", author="renovate-acme"), listed)
        assert not robots(Pull("main", "renovate/x"), listed)

    def test_one_from_an_event(self, tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
        """Into main by dependabot: clean. By a person, and where nobody says who: blocked, with the reason."""
        reader = build(tmp_path, "branch dependabot/x from main\ncommit on dependabot/x\n", monkeypatch)
        ends = _at(reader, "main"), _at(reader, "dependabot/x")
        for user, code in (
            ({"login": "dependabot[bot]", "type": "Bot"}, 0),
            ({"login": "mallory", "type": "User"}, 1),
            (None, 1),
        ):
            assert check("--event", event(tmp_path, payload(*ends, user=user))) == code, user
        said = " ".join(capsys.readouterr().out.split())
        assert "mallory isn't known as one" in said and "nothing says who opened this one" in said

    def test_one_that_the_caller_names(self, tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
        """Without an event, --author says it; beside an event it's an error."""
        reader = build(tmp_path, "branch dependabot/x from main\ncommit on dependabot/x\n", monkeypatch)
        words = ("--head", "dependabot/x", "--base", "main")
        assert check(*words) == 1
        assert check(*words, "--author", "ada") == 1
        assert check(*words, "--author", "dependabot[bot]") == 0
        body = payload(_at(reader, "main"), _at(reader, "dependabot/x"))
        assert check("--event", event(tmp_path, body), "--author", "dependabot[bot]") == 2
        assert check("--head", "dependabot/x", "--base", "develop") == 0, "where all work may go"
        assert capsys.readouterr()

    def test_its_branch_has_to_be_cut_from_production(
        self, tmp_path: Path, monkeypatch: Patch, capsys: Said
    ) -> None:
        """Else it brings what develop has not released. The same for GitHub's Revert button."""
        script = "commit on develop\npublish develop\n"
        for name in ("dependabot/x", "revert-1-x"):
            script += f"branch {name} from develop\ncommit on {name}\n"
        reader = build(tmp_path, script + "branch revert-2-x from main\ncommit on revert-2-x\n", monkeypatch)
        robot = {"login": "dependabot[bot]", "type": "Bot"}
        for head, base, code in (
            ("dependabot/x", "main", 1),
            ("dependabot/x", "develop", 0),
            ("revert-1-x", "main", 1),
            ("revert-1-x", "develop", 0),
            ("revert-2-x", "main", 0),
        ):
            body = payload(_at(reader, base), _at(reader, head), user=robot)
            assert check("--event", event(tmp_path, body)) == code, (head, base)
        assert "was cut from develop, not from main" in capsys.readouterr().out

    def test_one_in_a_merge_queue(self, tmp_path: Path, monkeypatch: Patch) -> None:
        """GitHub says who opened the group's pull request; without its word the name opens nothing."""
        reader = build(tmp_path, "branch dependabot/x from main\ncommit on dependabot/x\n", monkeypatch)
        base, tip = _at(reader, "main")[1], _at(reader, "dependabot/x")[1]
        subject = "Merge pull request #104 from acme/dependabot/x"
        merged = reader.git("commit-tree", f"{tip}^{{tree}}", "-p", base, "-p", tip, "-m", subject)
        queue = f"refs/heads/gh-readonly-queue/main/pr-104-{base}"
        group = {"base_ref": "refs/heads/main", "base_sha": base, "head_ref": queue, "head_sha": merged}
        asked = read({"action": "checks_requested", "merge_group": group})
        for who, branch, codes in (
            ("dependabot[bot]", "dependabot/x", set()),
            ("", "", {"GFG301"}),
            ("mallory", "dependabot/x", {"GFG301"}),
            ("dependabot[bot]", "renovate/y", {"GFG301"}),
        ):

            def fill(pull: Pull, _: Flow, who: str = who, branch: str = branch) -> Pull:
                return pull._replace(author=who, robot=is_robot(who), branch=branch)

            found = judge(asked, {}, PullOptions(False, False), fill, Git())
            assert {one.code for one in found.report.violations if one.severity == ERROR} == codes, who

    def test_github_says_who_is_one(self) -> None:
        """In its document of a pull request, too, for `--number` and a queue."""
        repo = {"id": 1}
        row = {
            **{"number": 7, "state": "open", "draft": False, "mergeable": None},
            "head": {"ref": "renovate/x", "sha": "1" * 40, "repo": repo},
            "base": {"ref": "main", "sha": "2" * 40, "repo": repo},
        }
        for user, robot in (
            ({"login": "Copilot", "type": "Bot"}, True),
            ({"login": "renovate-bot", "type": "User"}, False),
            (None, False),
        ):
            assert proposed({**row, "user": user}).robot is robot


def _at(reader: Real, branch: str) -> tuple[str, str]:
    return branch, reader.git("rev-parse", f"refs/heads/{branch}")


def _fork(reader: Real, base: str, head: str, **more: Any) -> dict[str, Any]:
    """A pull request from a fork whose branch, of any name, stands at HEAD."""
    body = payload(_at(reader, base), (head, reader.git("rev-parse", "HEAD")), **more)
    body["pull_request"]["head"]["repo"] = {"id": 2, "full_name": "mallory/web"}
    return body


class TestForks:
    """Contributors work on their fork's default branch."""

    @pytest.fixture
    def reader(self, tmp_path: Path, monkeypatch: Patch) -> Real:
        """The fork's branch is fetched, but no branch of ours."""
        reader = build(tmp_path, "", monkeypatch)
        reader.write(".gitflowguard.yaml", "develop", "message: {style: conventional}")
        reader.publish("develop")
        reader.git("switch", "-q", "--detach", "develop")
        return reader

    def _commit(self, reader: Real, message: str) -> None:
        reader.git("commit", "-q", "--allow-empty", "-m", message)

    @pytest.mark.parametrize("head", ["develop", "main", "patch-1"])
    def test_ordinary_commits_into_develop(
        self, head: str, reader: Real, tmp_path: Path, capsys: Said
    ) -> None:
        """In silence: no direct commit, no back-merge that is missing, whatever the fork's branch is called."""
        self._commit(reader, "feat: a contribution")
        path = event(tmp_path, _fork(reader, "develop", head))
        assert check("--event", path, "--output-format", "json") == 0
        said = json.loads(capsys.readouterr().out)
        assert said["findings"] == []

    @pytest.mark.parametrize("head", ["develop", "main", "gh-pages", "support/1.x", "feature/x"])
    def test_each_commit_is_judged(self, head: str, reader: Real, tmp_path: Path, capsys: Said) -> None:
        """As on a work branch: by its message, and by no rule about lines."""
        self._commit(reader, "Unconventional")
        self._commit(reader, "feat: a contribution")
        path = event(tmp_path, _fork(reader, "develop", head))
        assert check("--event", path, "--output-format", "json") == 1
        said = json.loads(capsys.readouterr().out)
        assert [one["code"] for one in said["findings"] if one["severity"] == "error"] == ["GFG203"]

    @pytest.mark.parametrize("head", ["develop", "main"])
    def test_a_merge_inside_is_judged(self, head: str, reader: Real, tmp_path: Path, capsys: Said) -> None:
        """A branch of ours that a contributor merged isn't theirs to bring; our develop is."""
        self._commit(reader, "feat: a contribution")
        at = reader.git("rev-parse", "HEAD")
        reader.git("switch", "-q", "develop")
        reader.branch("feature/u", "develop")
        reader.commit("feature/u", "feat: unfinished")
        reader.publish("feature/u")
        reader.commit("develop", "fix: meanwhile")
        reader.publish("develop")
        for source, code in (("feature/u", 1), ("develop", 0)):
            reader.git("switch", "-q", "--detach", at)
            reader.git("merge", "-q", "--no-ff", "-m", f"Merge branch '{source}' into {head}", source)
            path = event(tmp_path, _fork(reader, "develop", head))
            assert check("--event", path) == code, source
        assert f"not into {head} of a fork" in capsys.readouterr().out

    @pytest.mark.parametrize("head", ["develop", "main", "release/1.0", "stuff", "revert-1-x"])
    def test_production_is_closed(self, head: str, reader: Real, tmp_path: Path, capsys: Said) -> None:
        """Also where the name is one that the team brings there."""
        self._commit(reader, "feat: a contribution")
        assert check("--event", event(tmp_path, _fork(reader, "main", head))) == 1
        assert "comes from a fork" in capsys.readouterr().out

    def test_a_contributors_remote_holds_no_line(self, reader: Real, tmp_path: Path, capsys: Said) -> None:
        """Its develop, fetched under another remote, hides no commit."""
        self._commit(reader, "Unconventional")
        tip = reader.git("rev-parse", "HEAD")
        theirs = tmp_path / "theirs.git"
        subprocess.run(("git", "clone", "-q", "--bare", str(reader.origin), str(theirs)), check=True)
        reader.git("push", "-q", "--no-verify", str(theirs), f"{tip}:refs/heads/develop")
        reader.git("remote", "add", "theirs", str(theirs))
        reader.git("fetch", "-q", "theirs")
        assert check("--event", event(tmp_path, _fork(reader, "develop", "develop"))) == 1
        assert "GFG203" in capsys.readouterr().out


class TestAdoption:
    """Age is no way into production."""

    @pytest.mark.parametrize(
        ("head", "develop", "codes"),
        [
            ("stuff", "develop", {"GFG101", "GFG501"}),  # its id is listed
            ("hotfix/1.0.1", "develop", {"GFG105"}),  # its id is listed; cut from develop
            ("old", "develop", {"GFG101", "GFG501"}),  # its commit says 2020
            ("old", None, set()),  # work goes there: only its name is wrong
            ("experiment/old", None, {"GFG501"}),  # the policy sends it nowhere
            ("old+merge", None, {"GFG301"}),
        ],
    )
    def test_into_production(
        self, head: str, develop: str | None, codes: set[str], tmp_path: Path, monkeypatch: Patch
    ) -> None:
        """The same findings that a branch of today gets; at most its name is excused, where all work goes."""
        script = "commit on develop\npublish develop\n"
        reader = build(tmp_path, script, monkeypatch)
        ids = " ".join(map(branch_id, ("stuff", "hotfix/1.0.1")))
        kinds = "" if develop else "kinds: {develop: false}\\n"
        policy = f'preset: ml\\n{kinds}adoption: {{date: "2026-11-29", branches: "{ids}"}}'
        reader.write(".gitflowguard.yaml", "main", policy)
        reader.publish("main")
        reader.git("switch", "-q", "-c", head, "develop" if head.startswith("hotfix") else "main")
        reader.git("commit", "-q", "--allow-empty", "-m", "Old", "--date", "2020-01-01T12:00:00")
        if head == "old+merge":
            reader.git("branch", "feature/u", "develop")
            reader.git("merge", "-q", "--no-ff", "-m", "Merge branch 'feature/u'", "feature/u")
        asked = EventRequest(Pull("main", head, _at(reader, "main")[1], _at(reader, head)[1], author="ada"))
        found = judge(asked, {}, PullOptions(False, False), git=Git()).report
        assert {one.code for one in found.violations if one.severity == ERROR} == codes

    def test_elsewhere_it_is_a_warning_as_ever(self) -> None:
        """The record is read; so this test would see a rule that forgets it."""
        assert Adoption("2026-11-29", branch_id("stuff")).lists("stuff")
