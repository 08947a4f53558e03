"""Bitbucket Pipelines: pipelines under ``pull-requests:``.

https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
"""

from __future__ import annotations

from gitflowguard.hook.ci.service import Named, Reader, Service


def read(of: Reader) -> Named:
    """BITBUCKET_COMMIT is the head, also where the job has merged the destination into it.

    No variable names a fork; ``--fork`` does. BITBUCKET_PR_DESTINATION_COMMIT is left aside: it is abbreviated, and
    where the destination stood once.
    """
    sha = of.commit("BITBUCKET_COMMIT")
    if not sha:
        raise of.wrong("BITBUCKET_COMMIT is not set")
    return Named(of.label, of.branch("BITBUCKET_BRANCH"), of.branch("BITBUCKET_PR_DESTINATION_BRANCH"), sha)


SERVICE = Service(
    "bitbucket",
    "Bitbucket Pipelines",
    ("BITBUCKET_PR_ID", "BITBUCKET_PR_DESTINATION_BRANCH"),
    ("BITBUCKET_PR_ID", "BITBUCKET_BRANCH", "BITBUCKET_PR_DESTINATION_BRANCH", "BITBUCKET_COMMIT"),
    read,
)
