"""The name that was probably meant, and what a name is made of: in memory, each branch of the code on purpose."""

from __future__ import annotations

import pytest

from gitflowguard.model.facts import Refs, View
from gitflowguard.model.flow import Flow, Kind, remembering
from gitflowguard.model.misfit import misfit
from gitflowguard.model.nearname import did_you_mean, near_name
from gitflowguard.model.oddity import code_point, confusing, odd_letters, reserved
from gitflowguard.model.paths import any_matches
from gitflowguard.model.suggest import (
    better_name,
    fold,
    free,
    next_name,
    next_version,
    plain_version,
    work_kind,
    work_name,
)
from gitflowguard.model.template import Template
from gitflowguard.model.ticket import example_ticket, find_ticket
from gitflowguard.policy.presets import preset_flow

FLOW = preset_flow("gitflow")
TICKETS = FLOW._replace(
    kinds=tuple(
        kind._replace(names=(Template("feature/{ticket}-{slug}"),)) if kind.id == "feature" else kind
        for kind in FLOW.kinds
    )
)
MANY = FLOW._replace(
    kinds=tuple(
        (
            kind._replace(
                names=tuple(map(Template, ("chore/{slug}", "feat/{slug}", "feat-{slug}", "feature/{slug}")))
            )
            if kind.id == "feature"
            else kind
        )
        for kind in FLOW.kinds
    )
)
NUMBERS = FLOW._replace(
    kinds=tuple(
        kind._replace(names=(Template("feature/{number}-{slug}"),)) if kind.id == "feature" else kind
        for kind in FLOW.kinds
    )
)
# A team that has lines and nothing that everyday work is done on.
LINES = Flow(tuple(kind for kind in FLOW.kinds if kind.protected))


def view(flow: Flow = FLOW, *heads: str, tags: tuple[str, ...] = ()) -> View:
    """The policy over these local branches and tags."""
    return View(flow, Refs(dict.fromkeys(heads, "c"), {}, dict.fromkeys(tags, "c")))


@pytest.mark.parametrize(
    ("name", "names", "found"),
    [
        ("develpo", ("develop", "main"), "develop"),
        ("develop", ("develop", "devellop"), "devellop"),
        ("feature/lgoin", ("feature/logs", "feature/login"), "feature/login"),
        ("feature/login", ("feature/other",), ""),
        ("MAIN", ("maintenance", "main"), "main"),
        ("Feature/LOGIN", ("feature/other", "feature/login"), "feature/login"),
        ("x", (), ""),
    ],
)
def test_the_nearest_name(name: str, names: tuple[str, ...], found: str) -> None:
    """A name is never its own neighbor; a folder that both share says nothing."""
    assert near_name(name, names) == found
    assert did_you_mean(name, names) == (f"; did you mean {found}?" if found else "")


@pytest.mark.parametrize(
    ("flow", "name", "better"),
    [
        (FLOW, "feat/Login page", "feature/Login-page"),
        (FLOW, "fix-login", "bugfix/login"),
        (FLOW, "ft_login", "feature/login"),
        (FLOW, "feature/ждл", "feature/my-change"),
        (FLOW, "feature/раура", "feature/paypa"),
        (FLOW, "rel/v01.2", "release/1.2"),
        (FLOW, "release/banana", "feature/release-banana"),
        (FLOW, "odd stuff", "feature/odd-stuff"),
        (FLOW, "feature/Größe øl", "feature/Grosse-ol"),
        (MANY, "feature/größe!", "feature/grosse"),
        (MANY, "feat/größe!", "feat/grosse"),
        (MANY, "Feature-x", "feature/x"),
        (MANY, "feat-größe", "feat-grosse"),
        (MANY, "stuff", "chore/stuff"),
        (TICKETS, "feature/abc-12 login", "feature/ABC-12-login"),
        (TICKETS, "feature/login", ""),
        (NUMBERS, "feature/fix 12", "feature/12-fix-12"),
        (NUMBERS, "feature/login", ""),
        (LINES, "odd", ""),
    ],
)
def test_a_better_name(flow: Flow, name: str, better: str) -> None:
    found = better_name(view(flow), name)
    assert found == better
    assert not found or flow.kind_of(found) is not None


def test_a_better_name_is_free() -> None:
    """Whatever the case; a version that is taken gives way to the next one."""
    assert better_name(view(FLOW, "feature/Login"), "feat/login") == "feature/login-2"
    assert better_name(view(FLOW, "release/1.2"), "rel/1.2") == "release/0.1.0"
    assert free(Refs({"a": "c", "A-2": "c"}, {}, {}), "a") == "a-3"
    assert free(Refs({"a": "c"}, {}, {}), "a", but="a") == "a"


def test_a_name_for_new_work() -> None:
    """Where the policy has no kind for it, the words alone; an example ticket stands where one is needed."""
    assert work_name(view(), "Fix the login") == "feature/fix-the-login"
    assert work_name(view(TICKETS), "fix") == "feature/ABC-123-fix"
    assert work_kind(LINES) is None and work_name(view(LINES), "Fix it") == "fix-it"
    impossible = Flow((Kind("work", (Template("x/{nonsense}"),)),))
    assert work_name(view(impossible), "Fix it") == "fix-it"


def test_the_kind_of_everyday_work() -> None:
    """Cut from the integration branch; where no kind says so, the first that may be named freely."""
    assert FLOW.work == FLOW.kind("feature")
    free_kind = Kind("topic", (Template("topic/{slug}"),))
    lines = tuple(kind for kind in FLOW.kinds if kind.protected)
    assert Flow((*lines, free_kind)).work == free_kind
    cut = free_kind._replace(id="task", parents=("develop",))
    assert Flow((*lines, free_kind, cut)).work == cut
    assert FLOW.welcomes("") and FLOW.welcomes("develop")
    assert not FLOW.welcomes("main") and not FLOW.welcomes("odd")


def test_a_flow_that_remembers_answers_the_same() -> None:
    quick = remembering(FLOW)
    for name in ("main", "feature/x", "odd", "main", "odd"):
        assert quick.kind_of(name) == FLOW.kind_of(name)


@pytest.mark.parametrize(
    ("text", "version"),
    [("v1.2", "1.2"), ("2", "2.0"), ("01.2", "1.2"), ("x", ""), ("1.2-rc.1", "1.2-rc.1"), ("1.2.x", "1.2")],
)
def test_the_version_that_was_meant(text: str, version: str) -> None:
    assert plain_version(text, FLOW) == version


def test_the_next_version() -> None:
    """A release raises the second number, a hotfix the last; what has a branch or a tag is skipped."""
    release, hotfix = FLOW.kind("release"), FLOW.kind("hotfix")
    assert release is not None and hotfix is not None
    assert next_version(view(), release) == "0.1.0"
    assert next_version(view(FLOW, tags=("1.2.0", "1.10.0")), release) == "1.11.0"
    assert next_version(view(FLOW, tags=("1.2.0",)), hotfix) == "1.2.1"
    assert next_version(view(FLOW, "release/1.3.0", tags=("1.2.0",)), release) == "1.4.0"
    assert next_version(view(FLOW, tags=("1.2.0", "2.0.0")), hotfix, "1.2.0") == "1.2.1"
    assert next_name(view(FLOW, tags=("1.2.0",)), hotfix) == "hotfix/1.2.1"
    calendar = FLOW._replace(version_scheme="calver")
    assert next_version(view(calendar), release) == ""
    feature = FLOW.kind("feature")
    assert feature is not None and next_name(view(), feature) == ""


@pytest.mark.parametrize(
    ("flow", "name", "says"),
    [
        (FLOW, "feature/a b", "'feature/a b' contains a space"),
        (FLOW, "feature/x!", "'feature/x!': '!' isn't allowed after feature/ (letters, digits, - _ . /)"),
        (FLOW, "feature/", "'feature/' has nothing after feature/"),
        (FLOW, "feature/-x", "'feature/-x': '-' isn't allowed right after feature/"),
        (FLOW, "feature/x-", "'feature/x-' ends with '-'"),
        (FLOW, "release/banana", "'release/banana': 'banana' isn't a version: use release/…"),
        (TICKETS, "feature/login", "'feature/login' has no ticket after feature/: use feature/ABC-123-…"),
        (NUMBERS, "feature/login", "'feature/login' has no number after feature/: use feature/12-…"),
        (
            NUMBERS,
            "feature/12",
            "'feature/12' doesn't go on as it should after feature/12: use feature/12-…",
        ),
    ],
)
def test_the_part_that_does_not_match(flow: Flow, name: str, says: str) -> None:
    assert misfit(name, flow) == says


def test_a_name_without_a_fixed_beginning() -> None:
    """A `{slug}` at the very start has nothing in front of it to name."""
    bare = Template("{slug}")
    assert bare.stop("!", FLOW) == ("slug", {0})
    assert bare.stop("fine", FLOW) == ("", {0}) or bare.match("fine", FLOW) == ()


@pytest.mark.parametrize(
    ("template", "name", "version"),
    [
        ("feature/{slug}", "feature/x", ""),
        ("release/{version}", "release/1.2", "1.2"),
        ("release-{version}-rc", "release-1.2-rc", "1.2"),
        ("release-{version}-rc", "release-1.2", "1.2"),
        ("{slug}/release-{version}", "team/release-1.2", "1.2"),
        ("{slug}/release-{version}", "team/release-x", "team/release-x"),
        ("release/{version}-{slug}", "release/1.2-login", "1.2"),
        ("release/{version}/*", "release/1.2/x", "1.2"),
        ("release/{version}/*", "release/x", "x"),
    ],
)
def test_the_version_in_a_name(template: str, name: str, version: str) -> None:
    """Also where other slots stand beside it; where nothing fits, all behind the fixed beginning."""
    assert Template(template).version_in(name, FLOW) == version


@pytest.mark.parametrize(
    ("name", "git"),
    [
        ("-x", "an option"),
        ("a" * 40, "the id of a commit"),
        ("refs/heads/x", "a full ref name"),
        ("HEAD", "one of its own names"),
        ("head", "one of its own names"),
        ("ORIG_HEAD", "one of its own names"),
        ("feature/HEAD", ""),
        ("main", ""),
    ],
)
def test_names_that_git_reads_as_something_else(name: str, git: str) -> None:
    assert reserved(name) == git and confusing(name) is bool(git)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("main", ()),
        ("mаin", ("а",)),
        ("раура", ("р", "а", "у")),
        ("логин", ()),
        ("main\u200b", ("\u200b",)),
        ("ma\tin", ("\t",)),
        ("ｍain", ("ｍ",)),
        ("größe", ()),
        ("feature/ж1а", ()),
        ("x\udcff", ("\udcff",)),
    ],
)
def test_letters_that_pose_as_others(name: str, odd: tuple[str, ...]) -> None:
    """A whole word of another script is one; a letter among Latin ones, or a word that reads as Latin, deceives."""
    assert odd_letters(name) == odd and confusing(name) is bool(odd)


def test_letters_by_name() -> None:
    assert code_point("е") == "U+0435 CYRILLIC SMALL LETTER IE"
    assert code_point("\udcff") == "byte 0xFF" and code_point("\x01") == "U+0001"
    assert fold("plain") == "plain" and fold("größe") == "grosse" and fold("mаin") == "main"


@pytest.mark.parametrize(
    ("pattern", "path", "means"),
    [
        ("*.py", "src/a.py", True),
        ("*.py", "src/a.pyc", False),
        ("setup.*", "deep/setup.cfg", True),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/b/a.py", False),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/b/c/a.py", True),
        ("src/**", "src/b/c", True),
        ("**", "any/where", True),
        ("src/**", "lib/a", False),
        ("a", "b", False),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, means: bool) -> None:
    assert any_matches((pattern,), path) is means and not any_matches((), path)


@pytest.mark.parametrize(
    ("text", "guess", "ticket"),
    [
        ("Fix ABC-12 now", False, "ABC-12"),
        ("fix abc-12 now", False, ""),
        ("fix abc-12 now", True, "ABC-12"),
        ("feature/ABC-12_login", False, "ABC-12"),
        ("(ABC-12)", False, "ABC-12"),
        ("UTF-8 text", False, ""),
        ("no ticket", True, ""),
        ("xABC-12", False, ""),
    ],
)
def test_tickets_in_a_text(text: str, guess: bool, ticket: str) -> None:
    """A name of a standard isn't one, and a letter or digit right beside it makes it a part of a longer word."""
    assert find_ticket(text, FLOW, guess) == ticket


def test_tickets_in_the_teams_own_form() -> None:
    own = FLOW._replace(ticket=Template("#{number}"))
    assert find_ticket("see #12.", own) == "#12" and find_ticket("see ABC-12", own) == ""
    assert example_ticket(own) == "#123" and example_ticket(FLOW) == "ABC-123"
