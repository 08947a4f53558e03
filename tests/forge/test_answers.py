"""One status has several meanings; each is told by its text and headers, and no secret is told."""

from __future__ import annotations

import json

import pytest

from gitflowguard.forge import answers, errors
from gitflowguard.forge.errors import ForgeError

PRO = "Upgrade to GitHub Pro or make this repository public to enable this feature."
HARD = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

CASES = [
    (401, {}, "Bad credentials", errors.CREDENTIALS),
    (403, {}, PRO, errors.PLAN),
    (403, {}, "Resource not accessible by integration", errors.PERMISSION),
    (403, {}, "Must have admin rights to Repository.", errors.PERMISSION),
    (
        403,
        {"x-github-sso": "required; url=https://github.com/orgs/acme/sso"},
        "Resource protected",
        errors.SSO,
    ),
    (403, {}, "Resource protected by organization SAML enforcement.", errors.SSO),
    (403, {}, HARD, errors.RATE),
    (403, {"retry-after": "30"}, "", errors.RATE),
    (403, {"x-ratelimit-remaining": "0"}, "API rate limit exceeded for user ID 1.", errors.RATE),
    (403, {}, "Repository was archived so is read-only.", errors.ARCHIVED),
    (404, {}, "Not Found", errors.ABSENT),
    (404, {}, PRO, errors.PLAN),
    (409, {}, "Conflict", errors.CONFLICT),
    (422, {}, "Validation Failed", errors.INVALID),
    (429, {}, "", errors.RATE),
    (301, {}, "Moved Permanently", errors.MOVED),
    (307, {}, "Moved Permanently", errors.MOVED),
    (500, {}, "", errors.SERVER),
    (502, {}, "<html>", errors.SERVER),
    (206, {}, "", errors.GARBLED),
]


@pytest.mark.parametrize(("status", "headers", "message", "kind"), CASES)
def test_what_a_refusal_means(status: int, headers: dict[str, str], message: str, kind: str) -> None:
    text = json.dumps({"message": message}) if message and not message.startswith("<") else message
    problem = answers.refusal("PUT", "/repos/acme/web", status, headers, text)
    assert (problem.kind, problem.status) == (kind, status)
    assert "/repos/acme/web" in str(problem)
    # A server that fails may have done it; one that refuses has not.
    assert problem.uncertain == (status >= 500 or status == 206)
    assert not answers.refusal("GET", "/x", status, headers, text).uncertain


def test_the_list_of_what_is_wrong_is_told() -> None:
    text = json.dumps(
        {
            "message": "Validation Failed",
            "errors": ["Name must be unique", {"resource": "Ruleset", "field": "rules", "code": "invalid"}],
        }
    )
    said = str(answers.refusal("POST", "/x", 422, {}, text))
    assert "Name must be unique; Ruleset rules invalid" in said


@pytest.mark.parametrize(
    "text", ["[]", "null", "{", '{"message": 1, "errors": {"a": 1}}', '{"errors": [1, null]}']
)
def test_a_refusal_in_any_shape(text: str) -> None:
    assert "422" in str(answers.refusal("POST", "/x", 422, {}, text))


def test_the_permission_that_is_missing_is_named() -> None:
    headers = {"x-accepted-github-permissions": "administration=write"}
    assert "administration=write" in str(answers.refusal("PUT", "/x", 403, headers, '{"message": "no"}'))


@pytest.mark.parametrize(
    "secret",
    ["ghp_abcDEF123", "github_pat_11AB_cd", "ghs_a1b2", "gho_1", "https://ada:sesame@github.com/x"],
)
def test_what_looks_like_a_secret_is_not_told(secret: str) -> None:
    said = answers.redacted(f"wrong: {secret} here")
    assert secret not in said and "sesame" not in said and "here" in said


def test_an_answer_that_is_no_json() -> None:
    with pytest.raises(errors.ForgeError, match="proxy") as caught:
        answers.parsed("<html>\n<body>ghp_secret1 502 Bad Gateway")
    assert "ghp_secret1" not in str(caught.value) and caught.value.kind == errors.GARBLED
    assert answers.parsed("") is None and answers.parsed("[1]") == [1]


def test_how_long_to_wait() -> None:
    assert answers.pause({"retry-after": "7"}, 0, 0) == 7
    assert answers.pause({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "100"}, 90, 0) == 11
    assert answers.pause({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "100"}, 200, 0) == 1
    assert [answers.pause({}, 0, attempt) for attempt in range(3)] == [60, 120, 240]
    assert answers.pause({"retry-after": "soon"}, 0, 0) == 60


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 200_000, "[" * 200_000 + "]" * 200_000, "9" * 5000]
)
def test_an_answer_that_no_reader_can_hold(text: str) -> None:
    """Brackets nested too deep, and a number of thousands of digits, are an answer that can't be read."""
    with pytest.raises(ForgeError) as caught:
        answers.parsed(text)
    assert caught.value.kind == errors.GARBLED
    assert answers.refusal("GET", "/x", 500, {}, text).kind == errors.SERVER


@pytest.mark.parametrize("text", ["9" * 400, "9" * 5000, "²", "١", "-1", "1e9", "", " 1", "inf"])
@pytest.mark.parametrize("name", ["retry-after", "x-ratelimit-reset"])
def test_a_wait_that_is_no_count_of_seconds(name: str, text: str) -> None:
    """GitHub's default is waited for instead."""
    headers = {"x-ratelimit-remaining": "0", name: text}
    assert answers.pause(headers, 0.0, 0) == 60.0
