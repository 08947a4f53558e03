"""The recipes of docs/pull-requests.md for other CIs, run as they stand on the page in a workspace that is kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitflowguard import __version__
from gitflowguard.model.distribution import REPOSITORY, tag
from tests import budget
from tests.docs.pages import ROOT, codes
from tests.e2e.world import BIN
from tests.hook.test_ci import AZURE, BITBUCKET, GITLAB, JENKINS
from tests.install.place import git

PAGE = ROOT / "docs/pull-requests.md"
INSTALL = f"pip install git+{REPOSITORY}@{tag(__version__)}"
POLICY = "preset: gitflow\nrules: {unfinished-commit: error}\n"


def script(info: str) -> list[str]:
    """The commands of a recipe; the tool is installed already."""
    (text,) = [code.text for code in codes(PAGE) if code.info == info]
    if info.startswith("groovy"):
        lines = re.findall(r"^ +sh '(.*)'$", text, re.M)
    else:
        found = _script(yaml.safe_load(text))
        lines = found.splitlines() if isinstance(found, str) else found
    return [line for line in lines if line != INSTALL]


def _script(node: Any) -> Any:
    """What stands under the first key ``script``, at any depth."""
    if isinstance(node, dict):
        return node["script"] if "script" in node else next(filter(None, map(_script, node.values())), None)
    return next(filter(None, map(_script, node)), None) if isinstance(node, list) else None


class Forge:
    """A repository with a pull request, and the workspace of a runner that has worked for it before."""

    def __init__(self, place: Path) -> None:
        self.author, self.shared, self.work = (place / name for name in ("author", "shared.git", "work"))
        git(place, "init", "-q", "-b", "main", str(self.author))
        self.file(".gitflowguard.yaml", POLICY)
        git(self.author, "switch", "-q", "-c", "develop")
        self.file("work.txt", "done\n")
        git(self.author, "branch", "release/1.1.0")
        self.file("more.txt", "more\n")
        git(self.author, "branch", "feature/a")
        git(place, "clone", "-q", "--bare", str(self.author), str(self.shared))
        git(self.shared, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(place, "clone", "-q", "--branch", "main", self.shared.as_uri(), str(self.work))
        # Since the last job somebody gave up the release, and another one was begun.
        git(self.shared, "branch", "-D", "release/1.1.0")

    def file(self, name: str, text: str) -> None:
        (self.author / name).write_text(text)
        git(self.author, "add", ".")
        git(self.author, "commit", "-q", "-m", f"Write {name}")

    def propose(self, branch: str, subject: str, fork: bool) -> str:
        """A commit of the author on the branch, as pull request 7; one of a fork is on no branch of the forge."""
        git(self.author, "switch", "-q", *(("-c",) if branch.startswith("release/") else ()), branch)
        git(self.author, "commit", "-q", "--allow-empty", "-m", subject)
        refs = (
            "refs/pull/7/head",
            "refs/merge-requests/7/head",
            *(() if fork else (f"refs/heads/{branch}",)),
        )
        git(self.author, "push", "-q", str(self.shared), *(f"{branch}:{ref}" for ref in refs))
        return git(self.author, "rev-parse", branch)


def _gitlab(forge: Forge, head: str, base: str, fork: bool) -> dict[str, str]:
    git(forge.work, "fetch", "-q", "origin", "+refs/merge-requests/7/head:refs/pipelines/1")
    git(forge.work, "checkout", "-q", "--detach", "refs/pipelines/1")
    return GITLAB | {"CI_COMMIT_SHA": head, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2" if fork else "1"}


def _jenkins(forge: Forge, head: str, base: str, fork: bool) -> dict[str, str]:
    git(
        forge.work, "fetch", "-q", "origin", "+refs/pull/7/head:refs/remotes/origin/PR-7",
        f"+refs/heads/{base}:refs/remotes/origin/{base}",
    )  # fmt: skip
    git(forge.work, "checkout", "-q", "--detach", f"refs/remotes/origin/{base}")
    git(forge.work, "merge", "-q", "--no-ff", "-m", "Merge commit", head)
    return JENKINS | ({"CHANGE_FORK": "ada"} if fork else {})


def _azure(forge: Forge, head: str, base: str, fork: bool) -> dict[str, str]:
    git(
        forge.work,
        "fetch",
        "-q",
        "--prune",
        "origin",
        "+refs/heads/*:refs/remotes/origin/*",
        "refs/pull/7/head",
    )
    git(forge.work, "checkout", "-q", "--detach", f"refs/remotes/origin/{base}")
    git(forge.work, "merge", "-q", "--no-ff", "-m", "Merge pull request 7", head)
    return AZURE | {"SYSTEM_PULLREQUEST_SOURCECOMMITID": head, "SYSTEM_PULLREQUEST_ISFORK": str(fork)}


def _bitbucket(forge: Forge, head: str, base: str, fork: bool) -> dict[str, str]:
    git(forge.work, "fetch", "-q", "origin", head)
    git(forge.work, "checkout", "-q", "-B", "job", head)
    git(forge.work, "fetch", "-q", "origin", base)
    git(forge.work, "merge", "-q", "--no-ff", "-m", "Merge the destination", "FETCH_HEAD")
    return BITBUCKET | {"BITBUCKET_COMMIT": head}


Prepare = Callable[[Forge, str, str, bool], dict[str, str]]
CIS: tuple[tuple[str, Prepare, tuple[str, str]], ...] = (
    ("yaml gitlab", _gitlab, ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
    ("groovy jenkins", _jenkins, ("CHANGE_BRANCH", "CHANGE_TARGET")),
    ("yaml azure", _azure, ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "SYSTEM_PULLREQUEST_TARGETBRANCH")),
    ("yaml bitbucket", _bitbucket, ("BITBUCKET_BRANCH", "BITBUCKET_PR_DESTINATION_BRANCH")),
)


def _run(forge: Forge, info: str, environ: dict[str, str]) -> tuple[int, str]:
    """The recipe in a shell that ends at the first failure, as a job does."""
    path = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    shell = shutil.which("bash") or "sh"
    done = subprocess.run(
        (shell, "-e", "-c", "\n".join(script(info))), cwd=forge.work, env={**os.environ, **path, **environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("info", "prepare", "names"), budget.sampled(CIS, 0, 1), ids=[row[0] for row in CIS])
def test_a_release_in_a_kept_workspace(
    info: str, prepare: Prepare, names: tuple[str, str], tmp_path: Path
) -> None:
    """A release that was deleted since the last job is no rival of this one, and the CI's merge is not the head.

    Quick for two recipes; the other two are quick below.
    """
    forge = Forge(tmp_path)
    head = forge.propose("release/1.2.0", "Prepare 1.2.0", False)
    environ = prepare(forge, head, "main", False)
    environ |= {names[0]: "release/1.2.0", names[1]: "main"}
    code, text = _run(forge, info, environ)
    assert code == 0 and f"Judged {head[:7]} (head release/1.2.0)" in text, text


@pytest.mark.parametrize(("info", "prepare", "names"), budget.sampled(CIS, 2, 3), ids=[row[0] for row in CIS])
def test_a_fork_of_the_same_name(info: str, prepare: Prepare, names: tuple[str, str], tmp_path: Path) -> None:
    """The forge has a branch of that name, without the unfinished commit that the fork's has.

    Quick for two recipes; the other two are quick above.
    """
    forge = Forge(tmp_path)
    head = forge.propose("feature/a", "fixup! Write more.txt", True)
    environ = prepare(forge, head, "develop", True)
    code, text = _run(forge, info, environ)
    assert code == 1 and f"Judged {head[:7]} (head feature/a" in text and "GFG204" in text, text


@pytest.mark.parametrize("info", [row[0] for row in CIS])
def test_a_recipe_is_one_line_beside_the_fetch(info: str) -> None:
    *fetches, line = script(info)
    assert line == "gitflowguard pr check"
    assert all(fetch.startswith("git fetch --prune ") for fetch in fetches) and len(fetches) <= 1
