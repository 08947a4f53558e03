"""What the variables of each CI name, row by row; values as the services' documentation shows them."""

from __future__ import annotations

import pytest

from gitflowguard.hook.ci import SERVICES, Named, named
from gitflowguard.hook.payload import EventError

SHA, BASE, MERGE = "a" * 40, "b" * 40, "c" * 40
Environ = dict[str, str]

GITLAB = {
    "CI_MERGE_REQUEST_IID": "7",
    "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature/a",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "develop",
    "CI_MERGE_REQUEST_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.example/acme/web",
    "CI_PROJECT_ID": "1",
    "CI_COMMIT_SHA": SHA,
}
MERGED = {
    "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
    "CI_COMMIT_SHA": MERGE,
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": SHA,
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": BASE,
}
JENKINS = {"CHANGE_ID": "7", "CHANGE_BRANCH": "feature/a", "CHANGE_TARGET": "develop", "BRANCH_NAME": "PR-7"}
AZURE = {
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "17",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feature/a",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/develop",
    "SYSTEM_PULLREQUEST_SOURCECOMMITID": SHA,
    "SYSTEM_PULLREQUEST_ISFORK": "False",
    "BUILD_SOURCEVERSION": MERGE,
}
BITBUCKET = {
    "BITBUCKET_PR_ID": "7",
    "BITBUCKET_BRANCH": "feature/a",
    "BITBUCKET_PR_DESTINATION_BRANCH": "develop",
    "BITBUCKET_PR_DESTINATION_COMMIT": "0123456789ab",
    "BITBUCKET_COMMIT": SHA,
}
REF = "refs/merge-requests/7/head"

ROWS: tuple[tuple[Environ, Named], ...] = (
    (GITLAB, Named("GitLab CI", "feature/a", "develop", SHA, ref=REF)),
    (GITLAB | MERGED, Named("GitLab CI", "feature/a", "develop", SHA, BASE, ref=REF)),
    (
        GITLAB | MERGED | {"CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"},
        Named("GitLab CI", "feature/a", "develop", SHA, BASE, ref=REF),
    ),
    # A member of the parent project started the pipeline: it runs there.
    (
        GITLAB | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"},
        Named("GitLab CI", "feature/a", "develop", SHA, fork=True, ref=REF),
    ),
    # It runs in the fork: origin is the fork.
    (
        GITLAB | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2", "CI_PROJECT_ID": "2"},
        Named(
            "GitLab CI",
            "feature/a",
            "develop",
            SHA,
            fork=True,
            ref=REF,
            home="https://gitlab.example/acme/web",
        ),
    ),
    (JENKINS, Named("Jenkins", "feature/a", "develop", checkout=True)),
    (JENKINS | {"CHANGE_FORK": "ada"}, Named("Jenkins", "feature/a", "develop", fork=True, checkout=True)),
    (AZURE, Named("Azure Pipelines", "feature/a", "develop", SHA)),
    (
        AZURE
        | {
            "SYSTEM_PULLREQUEST_SOURCEBRANCH": "main",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "develop",
            "SYSTEM_PULLREQUEST_ISFORK": "True",
            "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "7",
        },
        Named("Azure Pipelines", "main", "develop", SHA, fork=True, ref="refs/pull/7/head"),
    ),
    (BITBUCKET, Named("Bitbucket Pipelines", "feature/a", "develop", SHA)),
)


@pytest.mark.parametrize(("environ", "wanted"), ROWS)
def test_what_is_named(environ: Environ, wanted: Named) -> None:
    assert named(environ) == wanted
    service = next(one for one in SERVICES if one.label == wanted.ci)
    assert named(environ | JENKINS, service.id) == wanted or service.id == "jenkins"


@pytest.mark.parametrize("environ", [GITLAB, JENKINS, AZURE, BITBUCKET])
def test_no_variable_but_those_that_name_counts(environ: Environ) -> None:
    """Nothing that a title, a label or a draft says changes what is read."""
    noise = {
        "CI_MERGE_REQUEST_DRAFT": "true", "CI_MERGE_REQUEST_TITLE": "Draft: x", "CI_MERGE_REQUEST_LABELS": "skip",
        "CHANGE_TITLE": "WIP", "GITFLOWGUARD_SKIP": "direct-commit: x", "SYSTEM_PULLREQUEST_ISDRAFT": "True",
    }  # fmt: skip
    assert named(environ | noise) == named(environ)


def test_a_job_for_no_pull_request() -> None:
    assert named({}) is None
    assert (
        named({"CI": "true", "CI_COMMIT_SHA": SHA, "CI_PIPELINE_SOURCE": "push", "BRANCH_NAME": "main"})
        is None
    )
    with pytest.raises(EventError, match="GitLab CI isn't running this job for a pull request"):
        named(JENKINS, "gitlab")


BAD: tuple[tuple[Environ, str], ...] = (
    (GITLAB | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": ""}, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME is not set"),
    (GITLAB | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": ""}, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID is not set"),
    (GITLAB | {"CI_COMMIT_SHA": ""}, "CI_COMMIT_SHA is not set"),
    (GITLAB | {"CI_COMMIT_SHA": "abc"}, "CI_COMMIT_SHA isn't a full commit id"),
    (GITLAB | {"CI_COMMIT_SHA": "0" * 40}, "CI_COMMIT_SHA isn't a full commit id"),
    (GITLAB | {"CI_MERGE_REQUEST_IID": "7; rm"}, "CI_MERGE_REQUEST_IID isn't a number"),
    (
        GITLAB | MERGED | {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""},
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is not set",
    ),
    ({"CHANGE_ID": "7", "CHANGE_TARGET": "develop"}, "CHANGE_BRANCH is not set"),
    (JENKINS | {"CHANGE_TARGET": "--upload-pack=x"}, "CHANGE_TARGET isn't the name of a branch"),
    (AZURE | {"SYSTEM_PULLREQUEST_ISFORK": "maybe"}, "SYSTEM_PULLREQUEST_ISFORK is neither True nor False"),
    (AZURE | {"SYSTEM_PULLREQUEST_SOURCECOMMITID": ""}, "SYSTEM_PULLREQUEST_SOURCECOMMITID is not set"),
    (BITBUCKET | {"BITBUCKET_COMMIT": ""}, "BITBUCKET_COMMIT is not set"),
    (BITBUCKET | {"BITBUCKET_BRANCH": "a b"}, "BITBUCKET_BRANCH isn't the name of a branch"),
)


@pytest.mark.parametrize(("environ", "why"), BAD)
def test_what_is_missing_or_odd_is_an_error_with_what_was_read(environ: Environ, why: str) -> None:
    with pytest.raises(EventError) as told:
        named(environ)
    assert why in str(told.value)
    kept = [f"{name}={value}" for name, value in environ.items() if value and "develop" in value]
    assert all(pair in str(told.value) for pair in kept)


def test_two_services_at_once() -> None:
    with pytest.raises(EventError, match="--ci gitlab or --ci jenkins"):
        named(GITLAB | JENKINS)


def test_every_variable_that_is_read_is_declared() -> None:
    """A reader that asks for another one would raise KeyError; and each service says where its names come from."""
    import importlib

    for service in SERVICES:
        assert set(service.signs) <= set(service.reads)
        module = importlib.import_module(f"gitflowguard.hook.ci.{service.id}")
        assert "https://" in (module.__doc__ or "")
