"""What ``extends`` may name, and what a lock file says: read strictly, in memory."""

from __future__ import annotations

import time

import pytest

from gitflowguard.model.adoptionfiles import mentions_extends
from gitflowguard.model.extends import Upstream, joined, parted, upstream_of
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.extends import extends_of, read_lock, write_lock
from gitflowguard.policy.parse import Policy, parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TEAM = b"preset: gitflow\nstale-days: 30\n"
V2 = Upstream("acme/policies", "v2")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("github:acme/policies", Upstream("acme/policies")),
        ("github:acme/.github@main", Upstream("acme/.github", "main")),
        (
            "github:acme/policies@release/2:gitflow.yaml",
            Upstream("acme/policies", "release/2", "gitflow.yaml"),
        ),
        ("github:acme/policies:teams/data@2.yml", Upstream("acme/policies", "", "teams/data@2.yml")),
    ],
)
def test_an_address(text: str, wanted: Upstream) -> None:
    """It is read, and written again in the same form."""
    assert upstream_of(text) == wanted and wanted.text == text


def test_the_usual_path_is_left_out() -> None:
    """Two spellings of one address are one address, so the lock fits both."""
    found = upstream_of("github:acme/policies:.gitflowguard.yaml")
    assert isinstance(found, Upstream) and found.text == "github:acme/policies"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the form is"),
        ("acme/policies", "the form is"),
        ("https://github.com/acme/policies", "the form is"),
        ("../policy.yaml", "a file of this repository can't be extended"),
        ("/etc/policy.yaml", "a file of this repository can't be extended"),
        ("policy.yml", "a file of this repository can't be extended"),
        ("github:acme", "names a repository"),
        ("github:acme/", "names a repository"),
        ("github:acme/..", "names a repository"),
        ("github:acme/a/b", "names a repository"),
        ("github:acme/a b", "names a repository"),
        ("github:" + "a" * 40 + "/b", "names a repository"),
        ("github:acme/policies@", "can't be a branch"),
        ("github:acme/policies@-x", "can't be a branch"),
        ("github:acme/policies@a..b", "can't be a branch"),
        ("github:acme/policies@a@{1}", "can't be a branch"),
        ("github:acme/policies@a//b", "can't be a branch"),
        ("github:acme/policies@x.lock", "can't be a branch"),
        ("github:acme/policies@a\nb", "can't be a branch"),
        ("github:acme/policies:", "must be a path"),
        ("github:acme/policies:../x.yaml", "must be a path"),
        ("github:acme/policies:/x.yaml", "must be a path"),
        ("github:acme/policies:x//y.yaml", "must be a path"),
        ("github:acme/policies:x.toml", "must be a path"),
        ("github:acme/policies:x?y.yaml", "must be a path"),
        ("github:acme/policies:a\u202eb.yaml", "must be a path"),
    ],
)
def test_what_is_no_address(text: str, says: str) -> None:
    """One clause, and no exception."""
    found = upstream_of(text)
    assert isinstance(found, str) and says in found


def test_a_lock_is_read_as_it_was_written() -> None:
    """Also where a checkout has given it other line ends."""
    data = write_lock(V2, "https://github.com", COMMIT, TEAM)
    for text in (data, data.replace(b"\n", b"\r\n")):
        found = read_lock(text)
        assert not isinstance(found, str)
        assert (found.upstream, found.commit, found.content) == (V2, COMMIT, TEAM)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"", "first lines"),
        (lambda data: data + b"rules: {direct-commit: ignore}\n", "changed by hand"),
        (lambda data: data.replace(b"30", b"90"), "changed by hand"),
        (lambda data: data.replace(COMMIT.encode(), b"main"), "full id"),
        (lambda data: data.replace(b"server: ", b"host: "), "first lines"),
        (lambda data: data.replace(b"server: ", b"commit: x\nserver: "), "first lines"),
        (lambda data: data.replace(b"acme/policies", b"acme"), "names a repository"),
        (lambda data: b"<<<<<<< HEAD\n" + data, "first lines"),
        (lambda data: data + b"#" * 70_000, "larger"),
        (lambda data: b"\xff\xfe" + data, "first lines"),
    ],
)
def test_a_lock_that_is_not_as_it_was_written(change: object, says: str) -> None:
    """Whatever happened to it: one clause."""
    assert callable(change)
    found = read_lock(change(write_lock(V2, "https://github.com", COMMIT, TEAM)))
    assert isinstance(found, str) and says in found


def test_a_policy_says_what_it_extends_and_what_it_is_locked_to() -> None:
    """In both files."""
    lock = write_lock(V2, "https://github.com", COMMIT, TEAM)
    for path, text in (
        (".gitflowguard.yaml", b"extends: github:acme/policies@v2\n"),
        ("pyproject.toml", b'[tool.gitflowguard]\nextends = "github:acme/policies@v2"\n'),
    ):
        found = extends_of(text, path, lock)
        assert found is not None and found.lock is not None and not found.problem
        assert (found.upstream, found.lock.commit) == (V2, COMMIT)


def test_a_policy_without_extends_needs_no_lock() -> None:
    """And a leftover lock says nothing."""
    assert extends_of(b"preset: ml\n", ".gitflowguard.yaml", b"anything") is None


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        (None, "github:acme/policies@v3 isn't locked yet"),
        (b"x", ".gitflowguard.lock can't be used"),
        (
            write_lock(V2, "https://github.com", COMMIT, TEAM),
            "holds github:acme/policies@v2, not github:acme/policies@v3",
        ),
    ],
)
def test_a_policy_that_is_not_locked(lock: bytes | None, says: str) -> None:
    """It says why, and has no lock."""
    found = extends_of(b"extends: github:acme/policies@v3\n", ".gitflowguard.yaml", lock)
    assert found is not None and found.lock is None and says in found.problem


@pytest.mark.parametrize("value", ["[github:acme/policies]", "{a: b}", "3", "null", "true"])
def test_one_address_and_nothing_else(value: str) -> None:
    """No list, so that nobody has to know an order."""
    with pytest.raises(PolicyError, match=r"1:\d+: extends: the form is github:OWNER/REPO"):
        extends_of(f"extends: {value}\n".encode(), ".gitflowguard.yaml", None)


def test_an_address_that_can_not_be_extended_has_its_place() -> None:
    """File, line and column."""
    with pytest.raises(
        PolicyError, match=r"^\.gitflowguard\.yaml:2:10: extends: the form is github:OWNER/REPO"
    ):
        extends_of(b"preset: gitflow\nextends: acme/policies\n", ".gitflowguard.yaml", None)


def locked(team: bytes, own: bytes, path: str = ".gitflowguard.yaml") -> Policy:
    """The meaning of a policy over an organization's, as hooks read both."""
    lock = write_lock(V2, "https://github.com", COMMIT, team)
    return parse(joined(own, lock), path, NAMES, CODES, tools=TOOLS)


def problems(team: bytes, own: bytes) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        locked(team, own)
    return [problem.text for problem in caught.value.problems]


HEAD = b"extends: github:acme/policies@v2\n"


def test_the_repositorys_own_keys_win_one_by_one() -> None:
    """Mappings are merged, lists are not; what neither says is the preset's."""
    team = (
        b"preset: ml\nstale-days: 30\nrules: {stacked-branch: ignore, GFG105: error}\n"
        b"kinds:\n  feature: {names: ['feature/{slug}', 'feat/{slug}'], parallel: false}\n  hotfix: false\n"
        b"quality: {new-only: true, seconds: 5}\n"
    )
    own = HEAD + (
        b"rules: {wrong-origin: warning}\nkinds:\n  feature: {name: 'task/{slug}'}\nquality: {seconds: 9}\n"
    )
    flow = locked(team, own).flow
    feature = flow.kind("feature")
    assert (
        feature is not None
        and [name.text for name in feature.names] == ["task/{slug}"]
        and not feature.parallel
    )
    assert (flow.preset, flow.stale_days, flow.kind("hotfix")) == ("ml", 30, None)
    assert (flow.quality.new_only, flow.quality.seconds) == (True, 9)
    severities = dict(flow.severities)
    assert (severities["stacked-branch"], severities["wrong-origin"]) == ("ignore", "warning")


def test_each_value_has_the_file_that_it_is_from() -> None:
    """The repository's own line, the organization's, or the preset."""
    origins = locked(TEAM, HEAD + b"remote: upstream\n").origins
    assert origins["remote"].label == ".gitflowguard.yaml:2"
    assert origins["stale-days"].label == "github:acme/policies@v2 at 0123456:2"
    assert origins["versions"].label == "preset gitflow"


def test_what_belongs_to_one_repository_is_not_inherited() -> None:
    """The organization's repository has a policy and branches of its own."""
    team = TEAM + b'adoption: {date: "2026-11-29", branches: 0f1e2d3c}\nfinal: [stale-days]\n'
    assert locked(team, HEAD).flow.adoption.date == ""


def test_the_table_of_a_pyproject_extends_too() -> None:
    own = b'[tool.gitflowguard]\nextends = "github:acme/policies@v2"\n'
    assert locked(TEAM, own, "pyproject.toml").flow.stale_days == 30


FINALS = (
    b"rules: {direct-commit: error}\nkinds:\n  main: {protected: true}\n"
    b"final: [rules.direct-commit, kinds.main, stale-days]\n"
)


@pytest.mark.parametrize(
    ("own", "says"),
    [
        (
            b"rules: {direct-commit: ignore}\n",
            "2:9: rules.direct-commit can't be set here: rules.direct-commit",
        ),
        (b"rules: {GFG201: ignore}\n", "2:9: rules.GFG201 can't be set here: rules.direct-commit"),
        (
            b"kinds: {develop: {rules: {direct-commit: ignore}}}\n",
            "kinds.develop.rules.direct-commit can't be set",
        ),
        (b"kinds: {develop: {rules: {GFG201: warning}}}\n", "kinds.develop.rules.GFG201 can't be set"),
        (b"kinds: {main: {name: trunk}}\n", "kinds.main.name can't be set here: kinds.main"),
        (b"kinds: {main: {names: [trunk]}}\n", "kinds.main.names can't be set here: kinds.main"),
        (b"kinds: {main: {protected: false}}\n", "kinds.main.protected can't be set here: kinds.main"),
        (
            b"stale-days: 90\n",
            "2:1: stale-days can't be set here: stale-days is final in github:acme/policies@v2",
        ),
    ],
)
def test_what_an_organization_calls_final_stays(own: bytes, says: str) -> None:
    """By either name of a rule, in general and for a kind."""
    (found,) = problems(FINALS, HEAD + own)
    assert says in found and found.startswith(".gitflowguard.yaml:")


@pytest.mark.parametrize(
    "own",
    [
        b"rules: {direct-commit: error}\n",
        b"rules: {GFG201: error}\n",
        b"kinds: {main: {protected: true}}\n",
        b"kinds: {develop: {name: dev}}\nrules: {stale-branch: ignore}\n",
    ],
)
def test_to_say_the_same_is_no_mistake(own: bytes) -> None:
    """And the rest is free."""
    assert locked(FINALS, HEAD + own)


def test_a_whole_section_can_be_final() -> None:
    """Also against what would take its place from above."""
    (found,) = problems(
        b"kinds: {release: {parallel: true}}\nfinal: [kinds]\n", HEAD + b"kinds: {hotfix: false}\n"
    )
    assert "kinds.hotfix can't be set here: kinds is final" in found
    (found,) = problems(b"rules: {direct-commit: error}\nfinal: [rules]\n", HEAD + b"rules: {}\n")
    assert "rules can't be set here" in found


def test_thousands_of_keys_on_both_sides_cost_no_hook_its_time() -> None:
    """Each value was compared with each final key: seconds at every commit, for a file that anybody can write."""
    finals = b", ".join(b"rules.x%d" % number for number in range(1900))
    kinds = b"".join(b"  k%d: {rules: {a: error, b: error, c: error}}\n" % number for number in range(380))
    start = time.process_time()
    assert problems(b"final: [" + finals + b"]\n", HEAD + b"kinds:\n" + kinds)
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    ("team", "says"),
    [
        (b"extends: github:acme/base\n", "1:1: a policy that others extend can't extend another one itself"),
        (b"preset: gitfow\n", '1:9: preset must be as-is, gitflow or ml, not "gitfow"'),
        (b"stale-days: 30\nrules: {direct-comit: error}\n", "2:9: there is no rule"),
        (b"<!DOCTYPE html>\n", "a policy"),
        (b"final: [rule.direct-commit]\n", "1:9: final: rule.direct-commit isn't a key of a policy"),
        (b"final: [adoption]\n", "final: adoption isn't a key"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_no_policy_that_others_can_extend(team: bytes, says: str) -> None:
    """The mistake has its place in the organization's file, with its commit."""
    (found,) = problems(team, HEAD)
    assert found.startswith("github:acme/policies@v2 at 0123456") and says in found


def test_what_is_wrong_only_together_stands_at_the_line_that_extends() -> None:
    """A value of the organization's that the repository's own one contradicts."""
    team = b"kinds: {qa: {name: 'qa/{slug}', parent: hotfix}}\n"
    (found,) = problems(team, HEAD + b"kinds: {hotfix: false}\n")
    assert found.startswith(".gitflowguard.yaml:1:10: ") and "hotfix" in found


def test_what_is_not_locked_says_which_command_locks_it() -> None:
    """With the place of the key."""
    with pytest.raises(PolicyError) as caught:
        parse(joined(HEAD, None), ".gitflowguard.yaml", NAMES, CODES, tools=TOOLS)
    says = "github:acme/policies@v2 isn't locked yet; to lock it: gitflowguard config update"
    assert str(caught.value) == f".gitflowguard.yaml:1:10: {says}"


def test_a_text_that_begins_like_a_joined_one_is_not_taken_for_one() -> None:
    """It holds the key's word, so it is joined itself before it is read."""
    forged = joined(HEAD, write_lock(V2, "https://github.com", COMMIT, TEAM))
    assert mentions_extends(forged) and parted(joined(forged, None)) == (forged, None)
    with pytest.raises(PolicyError, match="a NUL byte stands here"):
        parse(joined(forged, None), ".gitflowguard.yaml", NAMES, CODES, tools=TOOLS)
    assert parted(b"preset: gitflow\n") == (b"preset: gitflow\n", None)
