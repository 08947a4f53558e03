"""Who may do what, offline: no token, no network, no repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.protection import owners
from fakegithub.client import Client
from tests.protect.bench import Bench

PAGE = Path(__file__).parents[2] / "docs/protection.md"


def test_the_example_of_the_manual(bench: Bench) -> None:
    said = bench.run("simulate", "--may-merge", "feature/login", "main")
    block = PAGE.read_text("utf-8").split("$ gitflowguard protect simulate --may-merge feature/login main\n")[
        1
    ]
    assert said.code == 1 and block.startswith(said.out + "```")
    assert not bench.github.requests


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--may-merge", "release/1.0", "main"), 0, "Yes, if all of this holds"),
        (("--may-merge", "release/1.0", "main", "--approvals", "1"), 1, "2"),
        (("--may-merge", "release/1.0", "main", "--method", "squash"), 1, "squash"),
        (("--may-push", "main"), 1, "No:"),
        (("--may-push", "feature/x", "--force"), 0, "Yes"),
        (("--may-push", "develop", "--force"), 1, "No:"),
        (("--may-create", "feature/x"), 0, "Yes"),
        (("--may-create", "wip"), 1, "gitflow: other names"),
        (("--may-delete", "release/1.0"), 1, "gitflow: release (keep)"),
        (("--may-delete", "1.0.0", "--tag"), 1, "gitflow: version tags"),
        (("--may-delete", "nightly", "--tag"), 0, "Yes"),
    ],
)
def test_answers(bench: Bench, words: tuple[str, ...], code: int, says: str) -> None:
    said = bench.run("simulate", *words)
    assert (said.code, says in said.out) == (code, True), said.text
    data = bench.run("simulate", *words, "--output-format", "json").data
    assert (data["verdict"] == "no") == (code == 1) and data["reasons"]


def test_somebody_who_may_pass_by(bench: Bench) -> None:
    bench.policy("protection:\n  names: {bypass: ['role:admin']}\n")
    assert bench.run("simulate", "--may-create", "wip").code == 1
    said = bench.run("simulate", "--may-create", "wip", "--as", "role:admin")
    assert said.code == 0 and "may bypass" in said.out


def test_a_base_that_was_mistyped(bench: Bench) -> None:
    """No ruleset is about it, so "yes" would be true and misleading: it is an error that names what was meant."""
    said = bench.run("simulate", "--may-merge", "feature/login", "mian")
    assert (said.code, said.out) == (2, "") and "did you mean main?" in said.err
    said = bench.run("simulate", "--may-merge", "feature/login", "nowhere")
    assert said.code == 2 and "doesn't match any branch in the policy" in said.err


@pytest.mark.parametrize(
    "words",
    [
        (), ("--may-push", "main", "--may-delete", "main"), ("--may-push", "main", "--approvals", "1"),
        ("--may-merge", "a", "b", "--tag"), ("--may-create", "x", "--force"), ("--may-merge", "a"),
    ],
)  # fmt: skip
def test_questions_that_are_none(bench: Bench, words: tuple[str, ...]) -> None:
    said = bench.run("simulate", *words)
    assert said.code == 2 and said.err and not said.out


def test_hostile_names(bench: Bench) -> None:
    said = bench.run("simulate", "--may-merge", "feature/\x1b[31m\u202ex", "::error::main")
    assert "\x1b" not in said.out and "\u202e" not in said.out
    assert not [line for line in said.out.splitlines() if line.lstrip().startswith("::")]


def test_what_was_imported_means_the_same(bench: Bench) -> None:
    """Applied, read back, and planned again from what was read: nothing is left to do."""
    bench.policy(
        "tag-prefix: v\nprotection:\n"
        "  kinds:\n"
        "    main: {approvals: 3, up-to-date: true, checks: ['ci / test'], merge-methods: [merge, squash]}\n"
        "    develop: {approvals: 0, threads: false}\n"
        "  names: {bypass: ['role:maintain']}\n"
    )
    bench.reported()
    bench.reported("ci / test")
    assert bench.run("apply", "--yes").code == 0
    bench.policy("tag-prefix: v\n")
    said = bench.run("import")
    assert said.code == 0 and said.out.startswith("protection:"), said.text
    bench.policy("tag-prefix: v\n" + said.out)
    again = bench.run("plan", "--detailed-exitcode", "--no-cache")
    assert again.code == 0, f"{said.out}\n{again.text}"


def test_classic_protection_is_imported(bench: Bench) -> None:
    body = {
        "required_status_checks": None, "enforce_admins": True, "restrictions": None,
        "required_pull_request_reviews": {"required_approving_review_count": 4, "dismiss_stale_reviews": False},
    }  # fmt: skip
    path = "/repos/acme/web/branches/main/protection"
    assert Client(bench.github, bench.token).ask("PUT", path, body).status == 200
    said = bench.run("import")
    assert said.code == 0 and "approvals: 4" in said.out and "dismiss-stale: false" in said.out, said.text


def test_a_codeowners_to_begin_with(bench: Bench) -> None:
    """It is what GitHub's own rules read as: everything has the owner, the policy above all."""
    said = bench.call("protect", "owners", "@acme/maintainers", "--policy", str(bench.file))
    lines = owners.read(said.out)
    assert said.code == 0 and not bench.github.requests
    for path in ("app.py", ".gitflowguard.yaml", ".github/workflows/gitflowguard.yml"):
        assert owners.owners_of(lines, path) == ("@acme/maintainers",)


@pytest.mark.parametrize("word", ["acme", "@", "@a/b/c", "@a b", "@acme/", "ada@example.com"])
def test_nobody_who_could_own(bench: Bench, word: str) -> None:
    said = bench.call("protect", "owners", word, "--policy", str(bench.file))
    assert said.code == 2 and "@acme/maintainers" in said.err and not said.out
