"""Many repositories: isolation, journal, shards, an organisation's own rulesets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitflowguard.app.protect.aims import Shard
from fakegithub import on_checks
from fakegithub.client import Client
from tests.protect.bench import SMALL, Bench

NAMES = tuple(f"acme/r{number:02}" for number in range(12))


@pytest.fixture
def many(bench: Bench) -> Bench:
    """A dozen repositories beside the one."""
    bench.policy(SMALL)
    for name in NAMES:
        repo = bench.github.repo(name, private=True)
        on_checks.ran(repo, "main", "gitflow (main)")
        repo.topics = ["ml"] if name.endswith(("1", "2")) else []
    return bench


def listed(bench: Bench, text: str = "\n".join(NAMES)) -> str:
    file = bench.folder / "repos.txt"
    file.write_text(text)
    return str(file)


def protected(bench: Bench) -> list[str]:
    """The repositories that have our ruleset on main."""
    found = []
    for name in NAMES:
        repo = bench.github.repo(name)
        if any(one["name"] == "gitflow: main" for one in repo.rulesets.values()):
            found.append(name)
    return found


def test_a_file_of_them(many: Bench) -> None:
    said = many.run("plan", "--repos-file", listed(many), names=())
    assert said.code == 0, said.text
    assert said.err.count("step") == len(NAMES) and "[12/12]" in said.err
    assert f"{len(NAMES)} repositories: {len(NAMES)} to change." in said.out
    said = many.run("apply", "--yes", "--repos-file", listed(many), "--no-diff", names=())
    assert said.code == 0 and protected(many) == list(NAMES), said.text
    assert f"{len(NAMES)} repositories: {len(NAMES)} applied." in said.out
    assert many.run("verify", "--repos-file", listed(many), names=()).code == 0


def test_one_that_fails_never_stops_or_hides_the_others(many: Bench) -> None:
    many.github.fail("POST /repos/acme/r03/*", "422", times=99)
    many.github.fail("GET /repos/acme/r05", "404", times=99)
    many.github.fail("GET /repos/acme/r07/rulesets", "html-200", times=99)
    said = many.run("apply", "--yes", "--repos-file", listed(many), "--output-format", "json", names=())
    told = {one["repository"]: one for one in said.data["repositories"]}
    assert list(told) == list(NAMES)  # in the order of the file
    assert protected(many) == [name for name in NAMES if name[-2:] not in ("03", "05", "07")]
    assert "422" in told["acme/r03"]["done"][0]["why"]
    assert "404" in told["acme/r05"]["error"] and "isn't JSON" in told["acme/r07"]["error"]
    assert said.code == 3


def test_partly_applied_outweighs_the_rest(many: Bench) -> None:
    many.github.fail("POST /repos/acme/r03/*", "422", times=99, after=1)
    many.github.fail("GET /repos/acme/r05", "404", times=99)
    said = many.run("apply", "--yes", "--repos-file", listed(many), "--no-diff", names=())
    assert (
        said.code == 5
        and "partly applied" in said.out
        and "Run `gitflowguard protect apply` again" in said.out
    )


def test_a_bug_of_ours_in_one_is_told(many: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from gitflowguard.forge.github.rest import GitHub

    real = GitHub.look

    def look(self: GitHub, name: str, *rest: object) -> object:
        if name == "acme/r04":
            raise ZeroDivisionError("oh")
        return real(self, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(GitHub, "look", look)
    said = many.run("plan", "--repos-file", listed(many), names=())
    assert said.code == 3 and "acme/r04: couldn't check: a bug of ours: ZeroDivisionError" in said.out
    assert said.out.count("1 step") == 0 and said.out.count("steps, ") == len(NAMES) - 1


def test_the_journal_goes_on_where_it_stopped(many: Bench) -> None:
    journal = many.folder / "journal"
    many.github.fail("POST /repos/acme/r06/*", "422", times=1)
    words = ("apply", "--yes", "--repos-file", listed(many), "--journal", str(journal), "--no-diff")
    assert many.run(*words, names=()).code in (3, 5)
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert len(lines) == len(NAMES)  # a head and all but one
    many.github.forget()
    said = many.run(*words, names=())
    assert said.code == 0 and protected(many) == list(NAMES), said.text
    assert {one.path.split("/")[3] for one in many.github.requests if one.path.startswith("/repos/")} == {
        "r06"
    }
    assert said.err.count("in an earlier run") == len(NAMES) - 1


def test_a_journal_that_was_cut(many: Bench) -> None:
    """The last line is not believed, and what follows starts on a line of its own."""
    journal = many.folder / "journal"
    words = ("plan", "--repos-file", listed(many), "--journal", str(journal))
    assert many.run(*words, names=()).code == 0
    whole = journal.read_text()
    journal.write_text(whole[: -len(whole.splitlines()[-1]) // 2])
    many.github.forget()
    assert many.run(*words, names=()).code == 0
    assert len({one.path for one in many.github.requests if one.path.count("/") == 3}) >= 1
    assert many.run(*words, names=()).code == 0


@pytest.mark.parametrize(
    ("text", "says"), [("{}\n", "isn't a journal of ours"), ("", "isn't a journal of ours")]
)
def test_a_file_that_is_no_journal(many: Bench, text: str, says: str) -> None:
    journal = many.folder / "journal"
    journal.write_text(text)
    said = many.run("plan", "--journal", str(journal))
    assert said.code == 2 and says in said.err and journal.read_text() == text


def test_a_journal_of_another_run(many: Bench) -> None:
    journal = many.folder / "journal"
    assert many.run("plan", "--journal", str(journal)).code == 0
    assert "another command" in many.run("verify", "--journal", str(journal)).err
    many.policy("preset: gitflow\n")
    assert "another policy" in many.run("plan", "--journal", str(journal)).err


def test_shards_are_parts_of_the_whole(many: Bench) -> None:
    found: list[str] = []
    for number in (1, 2, 3):
        said = many.run(
            "plan",
            "--repos-file",
            listed(many),
            "--shard",
            f"{number}/3",
            "--output-format",
            "json",
            names=(),
        )
        found += [one["repository"] for one in said.data["repositories"]]
    assert sorted(found) == list(NAMES)


def test_shards_do_not_move_when_a_repository_comes() -> None:
    names = [f"acme/r{number}" for number in range(1000)]
    parts = [sum(Shard(part, 7).holds(name) for name in names) for part in range(1, 8)]
    assert sum(parts) == 1000 and max(parts) < 2 * min(parts)


@pytest.mark.parametrize("word", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/2"])
def test_what_is_no_shard(many: Bench, word: str) -> None:
    said = many.run("plan", "--repos-file", listed(many), "--shard", word, names=())
    assert said.code == 2 and "2/10" in said.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no repository"),
        ("# none\n\n", "names no repository"),
        ("acme/web\nacme\n", "repos.txt:2:"),
    ],
)
def test_what_is_no_list(many: Bench, text: str, says: str) -> None:
    said = many.run("plan", "--repos-file", listed(many, text), names=())
    assert said.code == 2 and says in said.err and not many.github.requests


def test_a_list_with_comments_and_doubles(many: Bench) -> None:
    text = "acme/r00  # the first\n\nhttps://github.com/acme/r01.git\nacme/r00\n"
    said = many.run("plan", "--repos-file", listed(many, text), "--output-format", "json", names=())
    assert [one["repository"] for one in said.data["repositories"]] == ["acme/r00", "acme/r01"]


def test_an_organisation(many: Bench) -> None:
    many.github.repo("acme/old", archived=True)
    said = many.run("plan", "--org", "acme", "--output-format", "json", names=())
    names = [one["repository"] for one in said.data["repositories"]]
    assert names == sorted([*NAMES, "acme/web"])
    said = many.run("plan", "--org", "acme", "--topic", "ml", "--output-format", "json", names=())
    assert [one["repository"] for one in said.data["repositories"]] == ["acme/r01", "acme/r02", "acme/r11"]


def test_more_than_a_page_of_repositories(many: Bench) -> None:
    for number in range(230):
        many.github.repo(f"acme/p{number:03}", private=True)
    said = many.run("plan", "--org", "acme", "--output-format", "json", "--shard", "1/20", names=())
    assert said.code == 0
    listings = [one for one in many.github.requests if one.path == "/orgs/acme/repos"]
    assert len(listings) == 3


def test_an_organisation_that_is_not_there(many: Bench) -> None:
    said = many.run("plan", "--org", "nobody", names=())
    assert said.code == 3 and "nobody" in said.err and "Traceback" not in said.err


def chosen_by_property(bench: Bench) -> None:
    """The custom property, made as an owner would."""
    owner = bench.github.token("admin", org_admin=True)
    body = {"value_type": "true_false"}
    assert Client(bench.github, owner).ask("PUT", "/orgs/acme/properties/schema/gitflow", body).status == 200
    bench.patch.setenv("GITHUB_TOKEN", owner)
    bench.github.forget()


def test_an_organisations_own_rulesets(many: Bench) -> None:
    """A handful for all repositories with the property; a repository that has them needs none of its own."""
    many.github.state.orgs["acme"].plan = "enterprise"
    words = ("--org", "acme", "--org-rulesets")
    said = many.run("plan", *words, names=())
    assert said.code == 3 and "custom property gitflow" in said.text
    chosen_by_property(many)
    said = many.run("apply", "--yes", *words, names=())
    assert said.code == 0, said.text
    writes = [one for one in many.github.writes]
    assert {one.path for one in writes} == {"/orgs/acme/rulesets"}
    assert all(
        one.body["conditions"]["repository_property"]["include"][0]["property_values"] == ["true"]
        for one in writes
    )
    many.github.forget()
    assert "in sync" in many.run("plan", *words, names=()).out and not many.github.writes
    # One repository with the property, one without.
    many.github.repo("acme/r00").properties["gitflow"] = "true"
    assert "in sync" in many.run("plan", names=("acme/r00",)).out
    assert (
        "rulesets of the organization do what the policy wants" in many.run("plan", names=("acme/r00",)).out
    )
    said = many.run("verify", "--output-format", "json", names=("acme/r00",))
    (found,) = said.data["repositories"]
    assert said.code == 0 and found["said"] == "in sync", found["findings"]
    assert not [one for one in found["findings"] if one["severity"] == "error"]
    assert "in sync" not in many.run("plan", names=("acme/r01",)).out
    assert many.run("verify", names=("acme/r01",)).code == 1
    undone = many.run("undo", "--yes", "--org-rulesets", "acme", names=())
    assert undone.code == 0 and not many.github.state.orgs["acme"].rulesets, undone.text


def test_an_organisation_whose_plan_has_no_rulesets(many: Bench) -> None:
    many.github.state.orgs["acme"].plan = "free"
    chosen_by_property(many)
    said = many.run("plan", "--org", "acme", "--org-rulesets", names=())
    assert said.code == 3 and "Upgrade" in said.text and "Traceback" not in said.text


def test_state_is_kept_for_each(many: Bench) -> None:
    many.run("apply", "--yes", "--repos-file", listed(many), "--no-diff", names=())
    state = Path(many.folder / "state/gitflowguard/protect")
    assert len(list(state.iterdir())) == len(NAMES)
    assert many.run("undo", "--yes", names=("acme/r04",)).code == 0
    assert protected(many) == [name for name in NAMES if name != "acme/r04"]


def test_drift_that_the_journal_holds_is_drift(many: Bench) -> None:
    journal = many.folder / "journal"
    words = ("verify", "--repos-file", listed(many), "--journal", str(journal))
    assert many.run(*words, names=()).code == 1
    assert many.run(*words, names=()).code == 1


def test_one_repository_in_two_letter_cases(many: Bench) -> None:
    said = many.run(
        "plan", "--repos-file", listed(many, "acme/r00\nACME/R00\n"), "--output-format", "json", names=()
    )
    assert len(said.data["repositories"]) == 1
