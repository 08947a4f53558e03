"""Jenkins: multibranch projects, by the branch sources for GitHub, GitLab, Bitbucket and Gitea.

https://plugins.jenkins.io/branch-api/ lists CHANGE_ID, CHANGE_BRANCH, CHANGE_TARGET and CHANGE_FORK; each Jenkins shows
them with their meaning under /env-vars.html.
"""

from __future__ import annotations

from gitflowguard.hook.ci.service import Named, Reader, Service


def read(of: Reader) -> Named:
    """The branches; no variable has the head's commit (GIT_COMMIT may be a merge), so the checkout tells.

    CHANGE_BRANCH, not BRANCH_NAME: that is ``PR-7``. CHANGE_FORK is set for a head in another repository.
    """
    return Named(
        of.label,
        of.branch("CHANGE_BRANCH"),
        of.branch("CHANGE_TARGET"),
        fork=bool(of.text("CHANGE_FORK")),
        checkout=True,
    )


SERVICE = Service(
    "jenkins",
    "Jenkins",
    ("CHANGE_ID", "CHANGE_TARGET", "CHANGE_BRANCH"),
    ("CHANGE_ID", "CHANGE_BRANCH", "CHANGE_TARGET", "CHANGE_FORK"),
    read,
)
