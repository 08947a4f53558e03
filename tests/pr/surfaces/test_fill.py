"""What GitHub says of a pull request: what it costs, whom it believes, what it does not know."""

from __future__ import annotations

import time

import pytest

from gitflowguard.app.pull.remote import WAITS, fill
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.finding import Unknown
from gitflowguard.model.pull import APPROVED, CHANGES, DISMISSED
from tests.pr.surfaces.bench import FLOW, NAME, Bench
from tests.protect.bench import Clock

OWNERS = {".github/CODEOWNERS": "* @ada\n"}


def reason(value: object) -> str:
    """Why something is unknown."""
    assert isinstance(value, Unknown), value
    return value.reason


def test_six_requests_and_then_none_that_counts(bench: Bench) -> None:
    """A hundred commits, two reviewers, code owners: cold six; unchanged, each is answered 304."""
    bench.web.commit("develop", OWNERS)
    bench.web.branch("feature/long", "develop")
    for number in range(100):
        bench.web.commit("feature/long", {f"src/{number}.py": "x\n"})
    bench.pull = bench.web.pull("feature/long", "develop")
    bench.web.review(bench.pull.number, "ada")
    bench.web.review(bench.pull.number, "bob")
    pull = bench.filled()
    assert len(bench.github.requests) == 6
    assert pull.unowned == () and pull.moved is False
    bench.github.forget()
    bench.again()
    assert bench.filled() == pull
    assert len(bench.github.requests) == 6 and not bench.github.counted


def test_what_it_says(bench: Bench) -> None:
    pull = bench.filled(behind=Unknown("?"))
    assert (pull.fork, pull.behind, pull.mergeable, pull.moved) == (False, 0, True, False)
    assert pull.verdicts == () and pull.unowned == ()
    assert bench.filled(pusher="ada").pusher == "ada"


def test_without_a_number_nothing_is_asked(bench: Bench) -> None:
    pull = bench.asked(number=0)
    assert bench.filler()(pull, FLOW) == pull and not bench.github.requests


class TestReviews:
    def test_the_last_word_of_each_person_that_is_no_comment(self, bench: Bench) -> None:
        for login, *states in (
            ("ada", "CHANGES_REQUESTED", "APPROVED", "COMMENTED"),
            ("bob", "APPROVED", "CHANGES_REQUESTED"),
            ("eve", "APPROVED", "DISMISSED"),
            ("octocat", "COMMENTED"),
        ):
            for state in states:
                bench.web.review(1, login, state)
        verdicts = bench.filled().verdicts
        assert not isinstance(verdicts, Unknown)
        assert [(one.login, one.state) for one in verdicts] == [
            ("ada", APPROVED), ("bob", CHANGES), ("eve", DISMISSED),
        ]  # fmt: skip

    def test_who_may_write(self, bench: Bench) -> None:
        for login in ("ada", "bob", "eve"):
            bench.web.review(1, login)
        verdicts = bench.filled().verdicts
        assert not isinstance(verdicts, Unknown)
        assert {one.login: one.may_write for one in verdicts} == {"ada": True, "bob": True, "eve": False}
        assert {one.commit for one in verdicts} == {bench.pull.head_sha}

    def test_an_approval_of_an_older_head_asks_nothing(self, bench: Bench) -> None:
        bench.web.review(1, "ada")
        bench.web.commit("feature/login", {"b.py": "y\n"})
        verdicts = bench.filled().verdicts
        assert not isinstance(verdicts, Unknown)
        assert verdicts[0].commit != bench.pull.head_sha and "doesn't approve this head" in reason(
            verdicts[0].may_write
        )
        assert not [one for one in bench.github.requests if "collaborators" in one.path]

    def test_once_there_are_enough_nobody_else_is_asked_about(self, bench: Bench) -> None:
        bench.pull = bench.opened("feature/x", "release/1.0") if bench.web.branch("release/1.0") else None
        for login in ("ada", "bob", "eve"):
            bench.web.review(bench.pull.number, login)
        assert not FLOW.review("release/1.0").code_owners and FLOW.review("release/1.0").approvals == 1
        pull = bench.filled()
        verdicts = pull.verdicts
        assert not isinstance(verdicts, Unknown) and pull.moved is False
        assert verdicts[0].may_write is True and "others have approved" in reason(verdicts[1].may_write)
        assert len([one for one in bench.github.requests if "collaborators" in one.path]) == 1

    def test_more_than_a_page(self, bench: Bench) -> None:
        for _ in range(120):
            bench.web.review(1, "eve", "COMMENTED")
        bench.web.review(1, "ada")
        verdicts = bench.filled().verdicts
        assert not isinstance(verdicts, Unknown) and [one.login for one in verdicts] == ["ada"]

    def test_a_token_that_may_not_ask_leaves_it_unknown(self, bench: Bench) -> None:
        bench.web.review(1, "ada")
        bench.github.fail("GET */permission", "403-permission")
        verdicts = bench.filled().verdicts
        assert not isinstance(verdicts, Unknown)
        assert "couldn't check whether ada has write access" in reason(verdicts[0].may_write)


class TestOwners:
    def test_an_approval_by_the_owner_of_each_file(self, bench: Bench) -> None:
        bench.web.commit("develop", {"CODEOWNERS": "*.py @ada @eve\n/docs/ @bob\n"})
        changes = {"app.py": "1", "docs/a.md": "2", "free.txt": "3"}
        bench.pull = bench.opened("feature/y", "develop", changes=changes)
        assert bench.filled().unowned == ("app.py", "docs/a.md")
        bench.web.review(bench.pull.number, "ada")
        assert bench.filled().unowned == ("docs/a.md",)
        bench.web.review(bench.pull.number, "bob")
        assert bench.filled().unowned == ()

    @pytest.mark.parametrize("who", ["eve", "octocat"])
    def test_who_may_not_write_and_the_author_do_not_count(self, bench: Bench, who: str) -> None:
        bench.web.commit("develop", {"docs/CODEOWNERS": f"* @{who}\n"})
        bench.pull = bench.opened("feature/y", "develop")
        bench.web.review(bench.pull.number, who)
        assert bench.filled().unowned == ("app.py",)

    def test_the_base_decides_who_owns(self, bench: Bench) -> None:
        changes = {".github/CODEOWNERS": "", "app.py": "1"}
        bench.web.commit("develop", OWNERS)
        bench.pull = bench.opened("feature/y", "develop", changes=changes)
        pull = bench.filled()
        assert pull.unowned == (".github/CODEOWNERS", "app.py")

    def test_a_team_is_unknown_without_a_look_at_it_and_never_a_pass(self, bench: Bench) -> None:
        bench.github.team("acme", "release", "ada")
        bench.web.commit("develop", {"CODEOWNERS": "* @acme/release\n"})
        bench.pull = bench.opened("feature/y", "develop")
        assert bench.filled().unowned == ("app.py",)  # nobody has approved at all
        bench.web.review(bench.pull.number, "ada")
        bench.github.fail("GET /orgs/*", "403-permission", times=9)
        assert "@acme/release" in reason(bench.filled().unowned)
        bench.github.scripts.clear()
        bench.github.fail("GET /orgs/*", "404", times=9)
        assert "@acme/release" in reason(bench.filled().unowned)
        bench.github.scripts.clear()
        assert bench.filled().unowned == ()

    def test_who_is_not_in_the_team(self, bench: Bench) -> None:
        bench.github.team("acme", "release", "bob")
        bench.web.commit("develop", {"CODEOWNERS": "* @acme/release\n"})
        bench.pull = bench.opened("feature/y", "develop")
        bench.web.review(bench.pull.number, "ada")
        assert bench.filled().unowned == ("app.py",)

    def test_an_address_is_nobody_that_can_be_told(self, bench: Bench) -> None:
        bench.web.commit("develop", {"CODEOWNERS": "* ada@example.com\n"})
        bench.pull = bench.opened("feature/y", "develop")
        bench.web.review(bench.pull.number, "ada")
        assert "address" in reason(bench.filled().unowned)

    def test_an_approval_of_an_older_head_is_none(self, bench: Bench) -> None:
        bench.web.commit("develop", OWNERS)
        bench.pull = bench.opened("feature/y", "develop")
        bench.web.review(bench.pull.number, "ada")
        bench.web.commit("feature/y", {"b.py": "y"})
        assert bench.filled().unowned == ("app.py", "b.py")

    def test_who_may_not_write_leaves_nothing_open(self, bench: Bench) -> None:
        bench.web.commit("develop", {"CODEOWNERS": "* eve@example.com\n"})
        bench.pull = bench.opened("feature/y", "develop")
        bench.web.review(bench.pull.number, "eve")
        assert bench.filled().unowned == ("app.py",)

    def test_a_404_is_no_missing_file_where_nothing_can_be_read(self, bench: Bench) -> None:
        bench.github.fail("GET */compare/*", "404")
        bench.github.fail("GET */contents/*", "404", times=9)
        assert "may not read" in reason(bench.filled().unowned)

    def test_a_nearer_reader_saves_the_requests(self, bench: Bench) -> None:
        def reader(path: str, ref: str) -> str | None:
            return "* @bob\n" if path == "CODEOWNERS" else None

        pull = fill(bench.forge, NAME, reader)(bench.asked(), FLOW)
        assert pull.unowned == ("app.py",)
        assert not [one for one in bench.github.requests if "/contents/" in one.path]


class TestMergeable:
    def test_null_is_waited_for(self, bench: Bench) -> None:
        bench.pull.pending = 3
        assert bench.filled().mergeable is True
        assert Clock.slept == list(WAITS[:3])

    def test_null_for_long_is_unknown(self, bench: Bench) -> None:
        bench.pull.pending = 99
        assert "not worked out" in reason(bench.filled().mergeable)
        assert sum(Clock.slept) <= 20 and len(Clock.slept) == len(WAITS)

    def test_a_trial_merge_stands_while_github_has_none(self, bench: Bench) -> None:
        bench.pull.pending = 99
        assert bench.filled(mergeable=False).mergeable is False and not Clock.slept

    def test_no(self, bench: Bench) -> None:
        bench.pull.mergeable = False
        assert bench.filled(mergeable=True).mergeable is False


class TestMoved:
    def test_a_newer_head_is_told_and_not_judged(self, bench: Bench) -> None:
        judged = bench.pull.head_sha
        bench.web.review(1, "ada")
        bench.web.commit("feature/login", {".gitflowguard.yaml": "x\n"})
        bench.web.review(1, "bob")
        filler = bench.filler()
        pull = filler(bench.asked(head_sha=judged), FLOW)
        assert pull.head_sha == judged
        assert "moved on" in reason(pull.mergeable)
        (note,) = filler.notes
        assert bench.pull.head_sha[:7] in note and judged[:7] in note
        assert not isinstance(pull.verdicts, Unknown)
        assert [one.may_write is True for one in pull.verdicts] == [True, False]

    def test_a_base_that_moved(self, bench: Bench) -> None:
        before = bench.web.resolve("develop") or ""
        bench.web.commit("develop", {"z": "z"})
        pull = bench.filled(base_sha=before, behind=Unknown("?"))
        assert pull.moved is True and pull.behind == 1
        assert bench.filled(base_sha="").moved is False
        assert bench.filled(behind=7).behind == 7

    def test_a_retarget_is_told(self, bench: Bench) -> None:
        filler = bench.filler()
        asked = bench.asked()
        bench.pull.base = "main"
        filler(asked, FLOW)
        assert "goes into main by now" in filler.notes[0]


def test_a_fork_that_is_gone(bench: Bench) -> None:
    bench.pull = bench.web.pull("feature/away", "develop", login="eve", fork=None)
    told = bench.forge.pull(NAME, bench.pull.number)
    assert (told.fork, told.head, told.base, told.author) == (True, "feature/away", "develop", "eve")
    assert told.head_sha == bench.pull.head_sha and told.open and not told.draft
    assert bench.filled().fork is True


def test_a_number_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(ForgeError):
        bench.forge.pull(NAME, 77)


@pytest.mark.parametrize("fault", ["401", "403-permission", "404", "500", "html-200", "429", "cut"])
def test_nothing_that_fails_is_a_pass(bench: Bench, fault: str) -> None:
    """Each request in turn fails for good: what it would have told is then unknown, and nothing is raised."""
    bench.web.commit("develop", OWNERS)
    bench.pull = bench.opened("feature/z", "develop")
    bench.web.review(2, "ada")
    start = time.process_time()
    for path in ("*/pulls/2", "*/compare/*", "*/reviews", "*/permission", "*/contents/*"):
        bench.github.scripts.clear()
        bench.forge = bench.forged(bench.tokens[-1])
        bench.forge._cache = ""
        bench.github.fail(f"GET {path}", fault, times=99)
        pull = bench.filled()
        unknown = [name for name, value in pull._asdict().items() if isinstance(value, Unknown)]
        if path == "*/contents/*" and fault == "404":
            assert pull.unowned == ()  # so there is no CODEOWNERS
            continue
        lost = {"*/pulls/2": "verdicts", "*/compare/*": "moved", "*/reviews": "verdicts"}.get(path, "unowned")
        assert lost in unknown, (path, unknown)
    assert time.process_time() - start < 5
