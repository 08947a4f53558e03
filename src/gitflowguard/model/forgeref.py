"""Refs that a forge or its CI makes for its own use: copies of pull requests, and branches of merge queues.

Nobody commits to them, so nobody's work stands on them and nobody is asked to switch to one. The sources:

- GitHub: ``refs/pull/7/head``, ``refs/pull/7/merge`` and ``gh-readonly-queue/{base}/pr-7-{sha}`` (docs.github.com,
  "Checking out pull requests locally", "Managing a merge queue")
- GitLab: ``refs/merge-requests/7/head``, ``/merge``, ``/train`` (docs.gitlab.com, "Merge request pipelines")
- Bitbucket Data Center: ``refs/pull-requests/7/from``, ``/to``, ``/merge``; Azure: ``refs/pull/7/merge``
- Jenkins' branch sources: ``PR-7``, ``PR-7-head``, ``PR-7-merge``, and the same with ``MR`` (github-branch-source)
- Mergify: ``mergify/merge-queue/…`` (docs.mergify.com, ``queue_branch_prefix``)
- the fetch line that people use: ``+refs/pull/*/head:refs/remotes/origin/pr/*``
"""

from __future__ import annotations

GITHUB_QUEUE = "gh-readonly-queue/"
QUEUES = (GITHUB_QUEUE, "mergify/merge-queue/")
_FOLDERS = ("pr", "pull", "pulls", "mr", "merge-request", "merge-requests", "pull-request", "pull-requests")
_ENDS = ("head", "merge", "from", "to", "train")
_JENKINS = ("PR-", "MR-")


# Every such name begins with one of these, so most names need no closer look.
BEGINNINGS = (*QUEUES, *_JENKINS, *(f"{folder}/" for folder in _FOLDERS))


def is_forge_ref(name: str) -> bool:
    """Whether a branch of this name is a forge's own, as in ``pull/7/head``, ``PR-7`` or ``gh-readonly-queue/…``."""
    if name.startswith(QUEUES):
        return True
    if name.startswith(_JENKINS):
        number, _, end = name[3:].partition("-")
        return _is_number(number) and (end in _ENDS or number == name[3:])
    folder, _, rest = name.partition("/")
    if folder not in _FOLDERS:
        return False
    number, found, end = rest.partition("/")
    return _is_number(number) and (not found or end in _ENDS)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def is_forge_copy(remote: str, name: str) -> bool:
    """The same for ``refs/remotes/{remote}/{name}``; actions/checkout writes ``refs/remotes/pull/7/merge``."""
    return is_forge_ref(name) or is_forge_ref(f"{remote}/{name}")
