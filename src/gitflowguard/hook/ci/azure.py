"""Azure Pipelines: builds for a pull request, of Azure Repos, GitHub or Bitbucket.

https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables#system-variables-devops-services
"""

from __future__ import annotations

from gitflowguard.hook.ci.service import Named, Reader, Service

_FORK = {"true": True, "false": False, "": False}


def read(of: Reader) -> Named:
    """SYSTEM_PULLREQUEST_SOURCECOMMITID is the head; BUILD_SOURCEVERSION is the merge that Azure checks out.

    The branches are ``refs/heads/x`` for Azure Repos and ``x`` for GitHub.
    """
    sha = of.commit("SYSTEM_PULLREQUEST_SOURCECOMMITID")
    if not sha:
        raise of.wrong("SYSTEM_PULLREQUEST_SOURCECOMMITID is not set")
    fork = _FORK.get(of.text("SYSTEM_PULLREQUEST_ISFORK").lower())
    if fork is None:
        raise of.wrong("SYSTEM_PULLREQUEST_ISFORK is neither True nor False")
    number = of.number("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER")
    return Named(
        of.label,
        of.branch("SYSTEM_PULLREQUEST_SOURCEBRANCH"),
        of.branch("SYSTEM_PULLREQUEST_TARGETBRANCH"),
        sha,
        fork=fork,
        # Only pull requests of GitHub have this number (learn.microsoft.com, "Use predefined variables"), and a ref of
        # the head; Azure Repos has refs/pull/N/merge alone.
        ref=f"refs/pull/{number}/head" if number else "",
    )


SERVICE = Service(
    "azure",
    "Azure Pipelines",
    (
        "SYSTEM_PULLREQUEST_PULLREQUESTID",
        "SYSTEM_PULLREQUEST_SOURCEBRANCH",
        "SYSTEM_PULLREQUEST_TARGETBRANCH",
    ),
    (
        "SYSTEM_PULLREQUEST_PULLREQUESTID",
        "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER",
        "SYSTEM_PULLREQUEST_SOURCEBRANCH",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID",
        "SYSTEM_PULLREQUEST_TARGETBRANCH",
        "SYSTEM_PULLREQUEST_ISFORK",
    ),
    read,
)
