"""What a report says rests on what was read; what was not is unknown, never off."""

from __future__ import annotations

import pytest

from fakegithub import on_checks, on_classic
from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Classic, Owners, People
from gitflowguard.protection.enforcement import level_of
from gitflowguard.protection.importing import imported
from gitflowguard.protection.readings import readings
from tests.guardpages import applied
from tests.policy.helpers import flow
from tests.protect.bench import Bench

PLAIN = flow("preset: gitflow")
LIVE = applied(PLAIN)
WHY = Unknown("this token may not see it")


def test_import_by_a_reader(bench: Bench) -> None:
    """Classic protection is hidden: that main is free is not said."""
    on_classic.set_protection(bench.web, "main", enforce_admins=True)
    bench.patch.setenv("GITHUB_TOKEN", bench.github.token("read"))
    said = bench.run("import")
    assert said.code == 0 and "nothing protects it" not in said.out
    assert "main: whether something protects it on GitHub is unknown" in said.out
    assert "settings: not read: allow_merge_commit" in said.out


def test_import_does_not_say_that_no_pull_request_is_needed() -> None:
    """Rulesets without a rule on pull requests, and classic protection that wasn't read."""
    assert not isinstance(LIVE.rulesets, Unknown)
    bare = tuple(
        one._replace(clauses=tuple(clause for clause in one.clauses if clause.type == "deletion"))
        for one in LIVE.rulesets
    )
    seen, unseen = (imported(PLAIN, LIVE._replace(rulesets=bare, classic=classic)) for classic in ((), WHY))
    assert "pull-request: false" in seen
    assert "pull-request: false" not in unseen
    assert "main: whether changes need a pull request is unknown" in unseen


def test_an_organization_ruleset_that_is_not_shown(bench: Bench) -> None:
    """It is listed, and its detail is hidden: ours are judged, and that one is unknown, by its name."""
    number = bench.github.state.next()
    tick = bench.github.state.tick()
    bench.github.state.orgs["acme"].rulesets[number] = {
        "id": number,
        "name": "org secret",
        "target": "branch",
        "source_type": "Organization",
        "source": "acme",
        "enforcement": "active",
        "conditions": {
            "ref_name": {"include": ["~ALL"], "exclude": []},
            "repository_name": {"include": ["~ALL"], "exclude": []},
        },
        "rules": [{"type": "deletion"}],
        "bypass_actors": [],
        "created_at": tick,
        "updated_at": tick,
    }
    bench.reported()
    bench.github.fail(lambda one: one.method == "GET" and one.path.endswith(f"/{number}"), "404", times=99)
    assert bench.run("apply", "--yes").code == 0
    said = bench.run("verify")
    assert said.code == 0 and "in sync" in said.out
    assert "whether the organization's ruleset org secret blocks a step of the flow" in said.out
    assert "Not read: the organization's ruleset org secret." in said.out
    assert "the organization's ruleset org secret: not read" in bench.run("import").out


def test_a_repository_that_is_archived(bench: Bench) -> None:
    """It isn't called in sync by a command that has compared nothing."""
    bench.web.settings["archived"] = True
    for command in ("plan", "verify"):
        said = bench.run(command)
        assert said.code == 3 and said.out.startswith("acme/web: archived, so nothing was compared\n")


@pytest.mark.parametrize(("login", "code"), [("codecov[bot]", 0), ("codecov", 1), ("other[bot]", 1)])
def test_a_status_by_the_robot_of_an_app(bench: Bench, login: str, code: int) -> None:
    """It counts as the App's; a person's of that name doesn't."""
    bench.github.app("codecov", "acme", id=254)
    bench.github.user(login)
    bench.policy(
        "preset: gitflow\nprotection: {kinds: {develop: {checks: [{name: codecov/patch, app: codecov}]}}}\n"
    )
    bench.reported()
    tick = bench.github.state.tick()
    bench.web.statuses.append(
        {
            "id": bench.github.state.next(),
            "sha": bench.web.resolve("develop"),
            "state": "success",
            "context": "codecov/patch",
            "description": "",
            "target_url": None,
            "login": login,
            "at": tick,
            "created_at": tick,
        }
    )
    assert bench.run("apply", "--yes").code == code


@pytest.mark.parametrize(
    ("wanted", "seen", "hint"),
    [
        ("ci / test", "test", 'there is "test": a check goes by its job'),
        ("CI / Test (pull_request)", "test", 'there is "test": a check goes by its job'),
        ("test (push)", "test", 'there is "test"'),
        ("a / b / test", "test", 'there is "test"'),
        ("test", "rust / Test", 'there is "rust / Test": the job of a reusable workflow'),
        ("build (3.12)", "build", ""),
        ("attest", "test", ""),
    ],
)
def test_which_check_was_meant(bench: Bench, wanted: str, seen: str, hint: str) -> None:
    """A pull request's page shows more than the name by which a check is required."""
    bench.policy(f"preset: gitflow\nprotection: {{kinds: {{develop: {{checks: ['{wanted}']}}}}}}\n")
    bench.reported()
    on_checks.ran(bench.web, "develop", seen)
    said = bench.run("apply", "--yes")
    assert said.code == 1 and f'the check "{wanted}" was never reported' in said.out
    assert hint in said.out and bool(hint) == ("there is" in said.out)


def test_the_level_of_enforcement_needs_both_readings() -> None:
    """What was read demands nothing: more may stand where nothing was read."""
    check = {"checks": [{"context": "gitflow (main)", "app": "github-actions"}]}
    classic = (Classic("main", {"required_status_checks": check}),)
    assert level_of(PLAIN, LIVE._replace(rulesets=(), classic=WHY)) == WHY
    assert level_of(PLAIN, LIVE._replace(rulesets=(), classic=())) == 0
    assert level_of(PLAIN, LIVE._replace(rulesets=(), classic=classic)) == 1
    assert level_of(PLAIN, LIVE._replace(rulesets=WHY, classic=classic)) == 1
    assert level_of(PLAIN, LIVE._replace(classic=WHY)) == 1


def test_what_was_read_is_listed() -> None:
    """And what wasn't asked for at all is left out."""
    everything = LIVE._replace(owners=Owners("CODEOWNERS"), people=People(()), checks=(), branches=())
    assert not [one for one in readings(everything) if one.why]
    assert not [
        one.what for one in readings(everything._replace(people=Unknown("x was not asked for"))) if one.why
    ]
    none = everything._replace(rulesets=WHY, classic=WHY, checks=WHY, owners=WHY, branches=WHY, people=WHY)
    assert [one.what for one in readings(none) if one.why] == [
        "the rulesets",
        "classic branch protection",
        "the checks that have reported",
        "CODEOWNERS",
        "which branches exist",
        "who has write access",
    ]
    assert not isinstance(LIVE.rulesets, Unknown)
    hidden = tuple(one._replace(bypass=WHY) for one in LIVE.rulesets)
    bare = LIVE.repository._replace(settings={})
    assert [one.what for one in readings(LIVE._replace(rulesets=hidden, repository=bare)) if one.why][0] == (
        "who may bypass 9 rulesets"
    )
