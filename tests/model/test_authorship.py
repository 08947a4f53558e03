"""Names and addresses, as git writes them: which are usable, which the policy allows, and how to renew them."""

from __future__ import annotations

import pytest

from gitflowguard.model.authorship import Authorship, Identity, by_forge, fits, misshapen, read
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.flow import IdentityPolicy
from gitflowguard.model.renewal import renewed, wrong
from gitflowguard.policy.presets import preset_flow

ADA = Identity("Ada", "ada@guild.org")
ROOT = Identity("root", "root@localhost")


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("Ada <ada@guild.org> 1700000000 +0100", ADA),
        ("Ada <ada@guild.org>", ADA),
        (" <ada@guild.org> 1 +0000", Identity("", "ada@guild.org")),
        ("Ada <> 1 +0000", Identity("Ada", "")),
        ("", Identity("", "")),
    ],
)
def test_an_identity_is_read_as_git_writes_it(line: str, who: Identity) -> None:
    assert read(line) == who


@pytest.mark.parametrize(
    "email",
    [
        "", "root", "@guild.org", "ada@", "a@b@guild.org", "ada lovelace@guild.org", "ada@gu\u200bild.org",
        "root@localhost", "ada@laptop", "ada@laptop.local", "ada@host.localdomain", "ada@host.(none)", "ci@vm.internal",
        "runner@fv-az12.abc.internal.cloudapp.net", "you@guild.org", "Your.Email@guild.org", "ada@example.com",
        "ada@eu.example.org", "ada@corp.test", "ada@corp.example",
    ],
)  # fmt: skip
def test_an_address_that_reaches_nobody_is_named(email: str) -> None:
    says = misshapen(Identity("Ada", email), ())
    assert says.startswith("has ") and (email in says or not email)


@pytest.mark.parametrize("name", ["", "  ", "Your Name", "unknown", "None"])
def test_a_name_that_names_nobody_is_named(name: str) -> None:
    assert misshapen(Identity(name, "ada@guild.org"), ())


@pytest.mark.parametrize(
    "email",
    [
        "ada@guild.org",
        "ada+git@mail.guild.co.uk",
        "1+ada@users.noreply.github.com",
        "ada@xn--bcher-kva.de",
        "a@b.io",
    ],
)
def test_a_usable_address_passes(email: str) -> None:
    assert misshapen(Identity("Ada", email), ()) == ""


def test_the_policy_may_allow_an_address_of_its_network() -> None:
    assert misshapen(Identity("Ada", "ada@laptop.local"), ("*.local",)) == ""
    assert misshapen(Identity("Ada", "ada@corp.example"), ("corp.example",)) == ""
    assert misshapen(Identity("Ada", "you@corp.example"), ("corp.example",))


@pytest.mark.parametrize(
    ("email", "pattern", "fine"),
    [
        ("ada@corp.com", "corp.com", True),
        ("Ada@CORP.com", "Corp.com", True),
        ("ada@eu.corp.com", "corp.com", False),
        ("ada@evilcorp.com", "corp.com", False),
        ("ada@corp.com.evil.net", "corp.com", False),
        ("ada@eu.corp.com", "*.corp.com", True),
        ("ada@corp.com", "*.corp.com", False),
        ("ada@corp.com", "*@corp.com", True),
        ("ada@corp.com", "ada@corp.com", True),
        ("ben@corp.com", "ada@corp.com", False),
        ("1+ada@users.noreply.github.com", "*+*@users.noreply.github.com", True),
        ("ada@users.noreply.github.com", "*+*@users.noreply.github.com", False),
        ("ada@a.corp.com", "a*a.corp.com", False),
        ("corp.com", "corp.com", True),
        ("you@corp.com", "corp.com", False),
    ],
)
def test_a_domain_is_whole_and_a_pattern_is_of_the_whole_address(
    email: str, pattern: str, fine: bool
) -> None:
    assert fits(email, (pattern,)) is fine


def test_a_forge_and_its_robots_are_known_by_their_addresses() -> None:
    assert by_forge(Identity("GitHub", "noreply@github.com"))
    assert by_forge(Identity("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"))
    assert not by_forge(Identity("bot", "1+bot@users.noreply.github.com"))


def _fault(who: Identity) -> str:
    return misshapen(who, ())


def _view(head: str = "feature/x", emails: tuple[str, ...] = ()) -> View:
    flow = preset_flow("gitflow")._replace(identity=IdentityPolicy(emails=emails))
    return View(flow, Refs({"feature/x": "c2", "feature/y": "d1"}, {}, {}, head))


def test_both_roles_of_one_person_are_one_finding() -> None:
    both = Authorship("feature/x", ROOT, ROOT, ADA, ("c2", "c1"))
    assert [(who, roles) for who, _, roles in wrong(both, _fault)] == [
        ("the author and committer root <root@localhost> of 2 commits", ("author", "committer"))
    ]
    apart = both._replace(committer=Identity("Ada", "ada@laptop"))
    assert [roles for _, _, roles in wrong(apart, _fault)] == [("author",), ("committer",)]


def test_a_commit_that_is_about_to_be_made_needs_a_setting_alone() -> None:
    made = Authorship("feature/x", ROOT, ROOT, ROOT)
    assert renewed(_view(), made, ("author", "committer"), _fault) == (
        ("git", "config", "user.email", "you@your.domain"),
    )
    with_domain = renewed(_view(emails=("*.corp.com", "corp.com")), made, ("author",), _fault)
    assert with_domain == (("git", "config", "user.email", "you@corp.com"),)


def test_what_is_to_be_filled_in_does_not_pass_as_it_stands() -> None:
    assert misshapen(Identity("Ada", "you@corp.com"), ("corp.com",)) == (
        "has the placeholder 'you@corp.com' for an e-mail address"
    )


def test_a_name_is_set_where_only_that_is_missing() -> None:
    nobody = Identity("", "ada@guild.org")
    made = Authorship("feature/x", nobody, nobody, nobody)
    assert renewed(_view(), made, ("author",), _fault) == (("git", "config", "user.name", "Your Name"),)


def test_a_variable_goes_before_every_setting() -> None:
    made = Authorship("feature/x", ROOT, ROOT, ROOT, fixed=("GIT_COMMITTER_EMAIL",))
    assert renewed(_view(), made, ("author",), _fault) == (("unset", "GIT_COMMITTER_EMAIL"),)


def test_an_amend_takes_a_new_author() -> None:
    made = Authorship("feature/x", ROOT, ADA, ADA, amends=True)
    amend = ("git", "commit", "--amend", "--reset-author", "--no-edit")
    assert renewed(_view(), made, ("author",), _fault) == (amend,)
    assert renewed(_view(), made._replace(amends=False), ("author",), _fault) == ()


def test_the_committer_alone_is_renewed_without_the_author() -> None:
    made = Authorship("feature/x", Identity("Ben", "ben@guild.org"), ROOT, ADA, ("c2",), "c1")
    assert renewed(_view("feature/y"), made, ("committer",), _fault) == (
        ("git", "switch", "feature/x"),
        ("git", "commit", "--amend", "--no-edit"),
    )
    older = renewed(_view(), made._replace(shas=("c1",), base=""), ("committer",), _fault)
    assert older[0][:5] == ("git", "rebase", "--rebase-merges", "--update-refs", "--exec")
    assert older[0][-1] == "--root" and "%cn <%ce>" in older[0][5]


def test_a_branch_that_is_not_here_is_not_rewritten() -> None:
    made = Authorship("feature/z", ROOT, ROOT, ADA, ("c2",), "c1")
    assert renewed(_view(), made, ("author",), _fault) == ()
