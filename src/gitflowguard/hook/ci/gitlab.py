"""GitLab CI: merge request pipelines, merged results pipelines and merge trains.

https://docs.gitlab.com/ci/variables/predefined_variables/#predefined-variables-for-merge-request-pipelines
"""

from __future__ import annotations

from gitflowguard.hook.ci.service import Named, Reader, Service

# CI_MERGE_REQUEST_EVENT_TYPE of pipelines that run on a merge which GitLab made: CI_COMMIT_SHA is that merge
# (docs.gitlab.com, "Predefined CI/CD variables reference").
_MERGED = ("merged_result", "merge_train")


def read(of: Reader) -> Named:
    """CI_COMMIT_SHA is the head, unless GitLab merged: then CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is, and only then set.

    A fork's merge request runs in the fork's own project unless a member of the parent project starts it; then
    ``origin`` is the fork, and its branch of the target's name is not the target.
    """
    sha = of.commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
    if not sha and of.text("CI_MERGE_REQUEST_EVENT_TYPE") in _MERGED:
        raise of.wrong("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is not set")
    sha = sha or of.commit("CI_COMMIT_SHA")
    if not sha:
        raise of.wrong("CI_COMMIT_SHA is not set")
    here = of.text("CI_PROJECT_ID")
    target = of.text("CI_MERGE_REQUEST_PROJECT_ID") or here
    source = of.text("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
    if not source:
        raise of.wrong("CI_MERGE_REQUEST_SOURCE_PROJECT_ID is not set")
    iid = of.number("CI_MERGE_REQUEST_IID")
    return Named(
        of.label,
        of.branch("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"),
        of.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        sha,
        of.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"),
        fork=source != target,
        ref=f"refs/merge-requests/{iid}/head" if iid else "",
        home=of.text("CI_MERGE_REQUEST_PROJECT_URL") if here != target else "",
    )


SERVICE = Service(
    "gitlab",
    "GitLab CI",
    ("CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
    (
        "CI_MERGE_REQUEST_IID",
        "CI_MERGE_REQUEST_EVENT_TYPE",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
        "CI_MERGE_REQUEST_PROJECT_ID",
        "CI_MERGE_REQUEST_PROJECT_URL",
        "CI_PROJECT_ID",
        "CI_COMMIT_SHA",
    ),
    read,
)
