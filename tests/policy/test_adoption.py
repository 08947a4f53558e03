"""What a policy says for a living repository: the record of adoption, ready-made names, as-is, robots and GitHub."""

from __future__ import annotations

import hashlib

import pytest

from gitflowguard.model.adoption import Adoption, branch_id
from gitflowguard.model.flow import Flow
from gitflowguard.policy.limits import MAX_ADOPTED, MAX_YAML
from gitflowguard.policy.origins import show
from tests.policy.helpers import compiled, flow, only, read

DAY = '{date: "2026-11-29", branches: '


def kind_of(policy: Flow, name: str) -> str:
    """The id of the name's kind, "" if it has none."""
    kind = policy.kind_of(name)
    return kind.id if kind is not None else ""


class TestRecord:
    """`adoption`."""

    def test_a_branch_is_known_by_the_hash_of_its_full_name(self) -> None:
        """Eight digits of SHA-256, in UTF-8, also for a name that is none."""
        assert branch_id("feature/größe") == hashlib.sha256("feature/größe".encode()).hexdigest()[:8]
        assert len(branch_id("x\udcff")) == 8

    def test_the_ids_may_stand_on_many_lines(self) -> None:
        """Each counts once, whatever white space is between."""
        one, two = branch_id("issue-12"), branch_id("Old")
        got = flow(f'adoption:\n  date: "2026-11-29"\n  branches: >-\n    {one}\n    {two} {one}\n').adoption
        assert got == Adoption("2026-11-29", f"{one} {two}")
        assert got.lists("issue-12") and got.lists("Old") and not got.lists("old")

    def test_without_a_record_nothing_was_there(self) -> None:
        """And the ids of two branches that stand side by side make no third."""
        assert not Adoption().lists("") and not flow("preset: gitflow").adoption.lists("issue-12")
        assert not Adoption("2026-11-29", "0123abcd 4567ef01").lists("anything")

    def test_it_is_shown_and_packed(self) -> None:
        """`config show` prints a policy that means the same, and the hooks read it compiled."""
        policy = read(f"preset: gitflow\nadoption: {DAY}{branch_id('x')}}}")
        assert flow(show(policy.origins)) == policy.flow
        assert compiled(policy.flow) == policy.flow
        assert "adoption:" in show(policy.origins, True) and ":2" in show(policy.origins, True)
        assert "adoption" not in show(read("preset: gitflow").origins)

    @pytest.mark.parametrize(
        ("value", "says"),
        [
            (
                '{date: "2026-02-30"}',
                '1:18: adoption.date must be a day such as "2026-11-29", not "2026-02-30"',
            ),
            (
                '{date: "29.11.2026"}',
                '1:18: adoption.date must be a day such as "2026-11-29", not "29.11.2026"',
            ),
            ('{date: "20261129"}', '1:18: adoption.date must be a day such as "2026-11-29", not "20261129"'),
            (
                "{date: 2026-11-29}",
                '1:18: 2026-11-29 would be read as a date; write "2026-11-29" in quotes if it is text',
            ),
            ("{branches: ab12cd34}", "1:11: adoption is a mapping without date, which it needs"),
            (
                DAY + "issue-12}",
                '1:42: adoption.branches: "issue-12" isn\'t an id; an id has 8 of the letters 0-9 and a-f '
                "(gitflowguard init writes them)",
            ),
            (
                DAY + "AB12CD34}",
                '1:42: adoption.branches: "AB12CD34" isn\'t an id; an id has 8 of the letters 0-9 and a-f '
                "(gitflowguard init writes them)",
            ),
        ],
    )
    def test_a_mistake_is_one_line_with_its_place(self, value: str, says: str) -> None:
        """As of every other key."""
        assert only(f"adoption: {value}") == says

    def test_there_is_a_limit_that_a_file_can_reach(self) -> None:
        """One more is an error that says what to leave out."""
        ids = [f"{number:08x}" for number in range(MAX_ADOPTED + 1)]
        text = 'adoption:\n  date: "2026-11-29"\n  branches: >-\n    '
        full = text + "\n    ".join(ids[:-1])
        assert len(full.encode()) < MAX_YAML and len(flow(full).adoption.branches.split()) == MAX_ADOPTED
        said = only(text + " ".join(ids))
        assert said.startswith("3:13: adoption.branches holds 4,001 ids, and 4,000 is the limit; leave out")


class TestNames:
    """`names` and `preset: as-is`."""

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("feat/login", "feature"),
            ("fix/JIRA-12", "bugfix"),
            ("chore/bump", "chore"),
            ("hotfix/security-patch", "hotfix"),
            ("hotfix/1.0.1", "hotfix"),
            ("release/v1.2.0", "release"),
            ("release/1.2.0", "release"),
            ("claude/fix-login", "bot"),
            ("feature/login!", ""),
        ],
    )
    def test_conventional(self, name: str, kind: str) -> None:
        """The words of conventionalbranch.org, one word in the policy."""
        assert kind_of(flow("names: conventional"), name) == kind

    def test_conventional_goes_where_the_preset_goes(self) -> None:
        """A chore as a feature does; versions are read where there are any."""
        got = flow("names: conventional")
        assert got.may_merge("chore/x", "develop") and not got.may_merge("chore/x", "main")
        assert got.version_of("release/v1.2.0") == got.version_of("release/1.2.0") == "1.2.0"
        assert got.version_of("hotfix/security-patch") == ""

    def test_a_kind_of_the_file_goes_before_the_set(self) -> None:
        """Only what the file leaves open follows it, and `config show` says so."""
        policy = read("names: conventional\nkinds: {bugfix: {name: 'bug/{slug}'}}")
        assert kind_of(policy.flow, "fix/x") == "" and kind_of(policy.flow, "bug/x") == "bugfix"
        assert policy.origins["kinds.feature.names"].line == 1
        assert policy.origins["kinds.bugfix.name"].line == 2
        assert policy.origins["kinds.support.name"].line == 0

    def test_there_is_nothing_to_name_in_as_is(self) -> None:
        """One of the two is a mistake."""
        said = only("preset: as-is\nnames: conventional")
        assert said.startswith("2:8: names: conventional has nothing to name under preset: as-is")

    @pytest.mark.parametrize("text", ["preset: as-is", "preset: as-is\nkinds: {develop: false}"])
    def test_as_is_takes_any_name_and_guards_the_lines(self, text: str) -> None:
        """Work goes to either line and to other work."""
        got = flow(text)
        assert {kind_of(got, name) for name in ("x", "Feature/X y!", "release/next", "dependabot/a")} == {
            "work"
        }
        assert got.may_merge("x", "main") and got.may_merge("x", "y") and got.may_merge("main", "x")
        assert got.protected("main") and got.protected("develop") is ("develop: false" not in text)
        assert not got.may_merge("gh-pages", "main") and not got.may_merge("x", "gh-pages")

    def test_as_is_with_a_kind_of_ones_own(self) -> None:
        """It goes before the work that may have any name."""
        got = flow('preset: as-is\nkinds: {release: {name: "release/{version}", parallel: false}}')
        assert kind_of(got, "release/1.0") == "release" and kind_of(got, "release/next") == "work"


class TestProgramsAndGitHub:
    """`bot`, `pages`, `revert` and `patch`."""

    @pytest.mark.parametrize(
        ("name", "into"),
        [
            ("dependabot/pip/black-26.3", {"develop"}),
            ("release-please--branches--main", {"develop"}),
            ("changeset-release/main", {"develop"}),
            ("mergify/merge-queue/1a2b", {"develop"}),
            ("copilot/fix-1", {"develop"}),
            ("codex/add-tests", {"develop"}),
            ("revert-12-feature/login", {"main", "develop", "release/1.0"}),
            ("ada-patch-1", {"develop"}),
            ("gh-pages", set()),
            ("pages", set()),
        ],
    )
    def test_each_goes_where_its_maker_sends_it(self, name: str, into: set[str]) -> None:
        """And nowhere else."""
        got = flow("preset: gitflow")
        targets = ("main", "develop", "release/1.0", "feature/x", "gh-pages")
        assert {target for target in targets if got.may_merge(name, target) and name != target} == into
        # What a robot is known to have made goes where robots send it.
        made = {target for target in targets if got.may_merge(name, target, robot=True) and name != target}
        assert made == into | ({"main"} if kind_of(got, name) == "bot" else set())

    def test_without_develop_a_robots_name_goes_where_all_work_goes(self) -> None:
        """Also a person's."""
        got = flow("preset: gitflow\nkinds: {develop: false}")
        assert got.may_merge("renovate/x", "main") and not got.may_merge("renovate/x", "support/1.x")

    def test_only_robots_have_authors(self) -> None:
        """A list of logins; another kind's is an error that says so."""
        got = flow("preset: gitflow\nkinds: {bot: {authors: [renovate-acme]}}")
        kind = got.kind("bot")
        assert (
            kind is not None
            and kind.authors == ("renovate-acme",)
            and "renovate/**" in [n.text for n in kind.names]
        )
        said = only("preset: gitflow\nkinds: {feature: {authors: [ada]}}")
        assert "kinds.feature.authors: only the kind bot has authors" in said

    def test_a_name_that_the_team_uses_for_something_else_is_the_teams(self) -> None:
        """Policies from before these kinds were known keep their meaning."""
        got = flow(
            'kinds: {site: {name: gh-pages, targets: []}, ai: {name: "claude/{slug}", targets: develop}, '
            'undo: {name: "revert-{number}-**"}}'
        )
        assert kind_of(got, "gh-pages") == "site" and kind_of(got, "pages") == "pages"
        assert kind_of(got, "claude/x") == "ai" and not got.may_merge("claude/x", "main")
        assert kind_of(got, "revert-1-x") == "undo" and got.kind("revert") is None
        everything = flow('kinds: {other: {name: "**"}}')
        assert {kind_of(everything, name) for name in ("gh-pages", "revert-1-x", "ada-patch-1")} == {"other"}

    def test_nobody_is_advised_to_name_work_so(self) -> None:
        """The kind for work is one for people, also where the team has no feature."""
        work = flow("kinds: {feature: false}").work
        assert work is not None and work.id == "bugfix"


class TestVersions:
    """`{version}` in other places and forms."""

    @pytest.mark.parametrize(
        ("template", "name", "version"),
        [
            ("release/v{version}", "release/v1.1.0", "1.1.0"),
            ("release/v{version}", "release/vnext", "next"),
            ("release-{version}-rc", "release-1.2-rc", "1.2"),
            ("release/{slug}/{version}", "release/team-a/1.2.0", "1.2.0"),
            ("{version}-{slug}", "1.2.0-login", "1.2.0"),
        ],
    )
    def test_it_is_found_in_its_place(self, template: str, name: str, version: str) -> None:
        """Without what stands around it."""
        assert flow(f'kinds: {{release: {{name: "{template}"}}}}').version_of(name) == version

    def test_a_name_that_fits_is_read_by_the_template_that_it_fits(self) -> None:
        """`release/{version}` would read the v into the version."""
        got = flow('kinds: {release: {names: ["release/{version}", "release/v{version}"]}}')
        assert (got.version_of("release/v1.1"), got.version_of("release/1.1")) == ("1.1", "1.1")

    def test_a_line_of_versions_is_no_version(self) -> None:
        """`release/1.2.x` beside `release/1.2.0`."""
        got = flow('kinds: {support: {name: "release/{number}.{number}.x"}}')
        assert kind_of(got, "release/1.2.x") == "support" and got.version_of("release/1.2.x") == ""
        assert kind_of(got, "release/1.2.0") == "release"
