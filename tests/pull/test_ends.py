"""Which commits `pr check` judges: named by options, by a CI's variables, or behind what a CI has checked out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from tests.budget import sampled
from tests.hook.test_ci import AZURE, BITBUCKET, GITLAB, JENKINS
from tests.install.place import git

Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]
POLICY = "preset: gitflow\nrules: {unfinished-commit: error}\n"


class Job:
    """A shared repository, a fork of it, and the clone in which a job runs."""

    def __init__(self, place: Path, patch: Patch, said: Said) -> None:
        self.patch, self.said = patch, said
        self.fork, self.shared, self.work = (place / name for name in ("fork", "shared.git", "work"))
        for name in ("GITHUB_EVENT_PATH", "GITHUB_ACTIONS", *GITLAB, *JENKINS, *AZURE, *BITBUCKET):
            patch.delenv(name, raising=False)
        git(place, "init", "-q", "-b", "main", str(self.fork))
        (self.fork / ".gitflowguard.yaml").write_text(POLICY)
        git(self.fork, "add", ".")
        git(self.fork, "commit", "-q", "-m", "Start")
        git(self.fork, "branch", "develop")
        self.commit("feature/a", "Ours", "develop")
        git(place, "clone", "-q", "--bare", str(self.fork), str(self.shared))
        git(self.shared, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.head = ""

    def commit(self, branch: str, subject: str, start: str = "") -> str:
        """A commit in the fork; start: where the branch is made."""
        git(self.fork, "switch", "-q", *(("-c", branch, start) if start else (branch,)))
        git(self.fork, "commit", "-q", "--allow-empty", "-m", subject)
        return git(self.fork, "rev-parse", "HEAD")

    def proposed(self, branch: str) -> str:
        """The fork's branch gets an unfinished commit, and the forge its refs for a pull request of it."""
        self.head = self.commit(branch, "fixup! Ours")
        for ref in ("refs/pull/7/head", "refs/merge-requests/7/head"):
            git(self.fork, "push", "-q", str(self.shared), f"{branch}:{ref}")
        return self.head

    def cloned(self, *words: str) -> Path:
        """The job's clone; later checks run there."""
        git(
            self.shared.parent,
            "clone",
            "-q",
            "--branch",
            "main",
            *words,
            self.shared.as_uri(),
            str(self.work),
        )
        self.patch.chdir(self.work)
        return self.work

    def check(self, *words: str, **environ: str) -> tuple[int, str]:
        """`pr check` and all that it says."""
        for name, value in environ.items():
            self.patch.setenv(name, value)
        self.said.readouterr()
        code = main(["pr", "check", "--no-radar", "--no-quality", *words])
        return code, "".join(self.said.readouterr())


@pytest.fixture
def job(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> Job:
    return Job(tmp_path, monkeypatch, capsys)


ENDS = ("--head", "feature/a", "--base", "develop")


def test_the_commits_are_named_and_printed(job: Job) -> None:
    job.cloned()
    head, base = (git(job.work, "rev-parse", f"origin/{name}") for name in ("feature/a", "develop"))
    code, text = job.check(*ENDS)
    assert code == 0 and f"Judged {head[:7]} (head feature/a) against {base[:7]} (develop)" in text


def test_a_forks_branch_of_the_same_name_is_never_ours(job: Job) -> None:
    """Where only ours is here: an error with the line that works; run as it stands, the fork's commit is judged."""
    job.proposed("feature/a")
    job.cloned()
    code, text = job.check(*ENDS, "--fork")
    assert code == 2 and "fetch the fork's branch and name its commit" in text
    line = re.search(r"name its commit: (git fetch .*)$", text, re.M)
    assert line is not None
    first, second = line[1].replace("<fork's URL>", str(job.fork)).split(" && ")
    assert first == f"git fetch {job.fork} feature/a" and second.startswith("gitflowguard pr check ")
    git(job.work, *first.split()[1:])
    code, text = job.check(*second.split()[3:])
    assert code == 1 and f"Judged {job.head[:7]} (head feature/a of a fork)" in text and "GFG204" in text


def test_a_fork_that_was_fetched_into_a_branch_of_its_name(job: Job) -> None:
    """That branch is judged; ours, tracked or just behind the remote's, is not taken for it."""
    job.proposed("feature/a")
    job.cloned()
    git(job.work, "branch", "-q", "feature/a", "origin/feature/a")  # tracks ours
    assert job.check(*ENDS, "--fork")[0] == 2
    git(job.work, "branch", "-q", "--unset-upstream", "feature/a")
    git(job.work, "branch", "-q", "-f", "--no-track", "feature/a", "origin/develop")  # ours, long ago
    assert job.check(*ENDS, "--fork")[0] == 2
    git(job.work, "fetch", "-q", str(job.fork), "+feature/a:feature/a")
    code, text = job.check(*ENDS, "--fork")
    assert code == 1 and f"Judged {job.head[:7]} (head feature/a of a fork)" in text


def test_a_forks_develop_is_judged_for_real(job: Job) -> None:
    """Against ours, although both have one name: its unfinished commit is seen."""
    job.proposed("develop")
    job.cloned()
    git(job.work, "fetch", "-q", str(job.fork), "develop")
    ours = git(job.work, "rev-parse", "origin/develop")
    words = ("--head", "develop", "--base", "develop", "--fork", "--head-sha", "FETCH_HEAD")
    code, text = job.check(*words)
    assert code == 1 and "GFG204" in text
    assert f"Judged {job.head[:7]} (head develop of a fork) against {ours[:7]} (develop)" in text


def test_commits_that_are_named_win(job: Job) -> None:
    """Over what the branches hold; one that is not here is named with the line that gets it."""
    sha = job.commit("feature/a", "fixup! Ours")
    job.cloned()
    assert job.check(*ENDS)[0] == 0
    code, text = job.check(*ENDS, "--head-sha", sha)
    assert code == 3 and "this clone lacks the head feature/a" in text and sha in text
    git(job.work, "fetch", "-q", str(job.fork), "feature/a")
    assert job.check(*ENDS, "--head-sha", sha)[0] == 1
    assert job.check(*ENDS, "--head-sha", sha[:12], "--base-sha", sha)[0] == 0  # nothing is left to merge


GITLAB_FORK = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}


def test_gitlab(job: Job) -> None:
    """The commit of the variables, ours or a fork's, and the parent's base where the job runs in the fork."""
    job.proposed("feature/a")
    job.cloned()
    ours = git(job.work, "rev-parse", "origin/feature/a")
    code, text = job.check(**GITLAB | {"CI_COMMIT_SHA": ours})
    assert code == 0 and "the variables of GitLab CI name the pull request" in text
    code, text = job.check(**GITLAB_FORK, CI_COMMIT_SHA=job.head)
    assert code == 3 and "refs/merge-requests/7/head" in text
    git(job.work, "fetch", "-q", "origin", "refs/merge-requests/7/head")
    code, text = job.check()
    assert code == 1 and f"Judged {job.head[:7]} (head feature/a of a fork)" in text
    code, text = job.check(CI_PROJECT_ID="2", CI_MERGE_REQUEST_PROJECT_URL=str(job.shared))
    assert (
        code == 2 and f"git fetch {job.shared} develop && gitflowguard pr check --base-sha FETCH_HEAD" in text
    )
    git(job.work, "fetch", "-q", str(job.shared), "develop")
    assert job.check("--base-sha", "FETCH_HEAD")[0] == 1


def test_options_and_none_win_over_variables(job: Job) -> None:
    job.cloned()
    head = git(job.work, "rev-parse", "origin/feature/a")
    for name, value in (GITLAB | {"CI_COMMIT_SHA": "1" * 40}).items():
        job.patch.setenv(name, value)
    code, text = job.check(*ENDS)
    assert code == 0 and f"Judged {head[:7]}" in text and "variables" not in text
    code, text = job.check("--ci", "none")
    assert code == 2 and "say which pull request" in text
    assert job.check("--head-sha", head)[0] == 0
    assert job.check("--ci", "jenkins")[0] == 2
    code, text = job.check(**JENKINS)
    assert code == 2 and "--ci gitlab or --ci jenkins" in text
    code, text = job.check("--ci", "gitlab", CI_MERGE_REQUEST_TARGET_BRANCH_NAME="a\x1b[31m b")
    assert code == 2 and "CI_MERGE_REQUEST_IID=7" in text and "\x1b" not in text


@pytest.mark.parametrize("fork", sampled([False, True], 0))
def test_jenkins_merges_or_checks_out(fork: bool, job: Job) -> None:
    """By either strategy the head's own commit is judged; a merge that a person made stays the head.

    A fork is slow: it differs in what the address of the head is.
    """
    head = job.proposed("feature/a")
    if not fork:
        git(job.fork, "push", "-q", str(job.shared), "feature/a")
    job.commit("develop", "More")
    git(job.fork, "push", "-q", str(job.shared), "develop")
    job.cloned()
    git(job.work, "fetch", "-q", "origin", "+refs/pull/7/head:refs/remotes/origin/PR-7")
    environ = JENKINS | ({"CHANGE_FORK": "ada"} if fork else {})
    whose = "feature/a of a fork" if fork else "feature/a"
    git(job.work, "checkout", "-q", "--detach", "origin/PR-7")
    code, text = job.check(**environ)
    assert code == 1 and f"Judged {head[:7]} (head {whose})" in text
    git(job.work, "checkout", "-q", "--detach", "origin/develop")
    git(job.work, "merge", "-q", "--no-ff", "-m", "Merge commit", head)
    for words in (("status",), ("checkout", "-q", "-B", "PR-7")):  # Jenkins may put a local branch there
        git(job.work, *words)
        code, text = job.check()
        assert code == 1 and f"Judged {head[:7]} (head {whose})" in text
    # Somebody has cut a branch and merged into it first thing: no CI has made that merge.
    git(job.fork, "switch", "-q", "-c", "feature/two", "develop")
    git(job.fork, "merge", "-q", "--no-ff", "-m", "Merge branch 'feature/a' into feature/two", "feature/a")
    git(job.fork, "push", "-q", str(job.shared), "feature/two")
    git(job.work, "fetch", "-q", "origin")
    git(job.work, "checkout", "-q", "--detach", "origin/feature/two")
    two = git(job.work, "rev-parse", "HEAD")
    assert f"Judged {two[:7]} (head feature/two" in job.check(CHANGE_BRANCH="feature/two")[1]
    git(job.work, "checkout", "-q", "--detach", "origin/develop")
    git(job.work, "merge", "-q", "origin/feature/two")  # nothing but a fast-forward
    assert f"Judged {two[:7]} (head feature/two" in job.check()[1]


def test_azure_and_bitbucket(job: Job) -> None:
    """Azure checks out a merge, Bitbucket merges by itself; the head is the commit that they name."""
    head = job.proposed("feature/a")
    job.cloned()
    git(job.work, "fetch", "-q", "origin", "refs/pull/7/head")
    git(job.work, "checkout", "-q", "--detach", "origin/develop")
    git(job.work, "merge", "-q", "--no-ff", "-m", "Merge pull request 7", "FETCH_HEAD")
    code, text = job.check(
        **AZURE | {"SYSTEM_PULLREQUEST_SOURCECOMMITID": head, "SYSTEM_PULLREQUEST_ISFORK": "True"}
    )
    assert code == 1 and f"Judged {head[:7]} (head feature/a of a fork)" in text
    for name in AZURE:
        job.patch.delenv(name)
    code, text = job.check(**BITBUCKET | {"BITBUCKET_COMMIT": head})
    assert code == 1 and f"Judged {head[:7]} (head feature/a)" in text


@pytest.mark.parametrize("actions", [False, True])
def test_a_shallow_clone_lacks_everything_in_one_message(actions: bool, job: Job) -> None:
    """Base, head and history: one line gets them all, and then the check can be made."""
    job.cloned("--depth=1")
    if actions:
        job.patch.setenv("GITHUB_ACTIONS", "true")
    code, text = job.check(*ENDS)
    assert code == 3 and "lacks the base develop, the head feature/a and the older history" in text
    assert ("fetch-depth: 0" in text) is actions
    assert ("::error title=gitflowguard::this clone lacks" in text) is actions
    line = re.search(r"(git fetch --unshallow [^(\n%]*)", text)
    assert line is not None
    subprocess.run(line[1], shell=True, cwd=job.work, check=True)
    assert job.check(*ENDS)[0] == 0


def test_a_mistyped_name_is_an_error(job: Job) -> None:
    job.cloned()
    code, text = job.check("--head", "feature/a", "--base", "devleop")
    assert code == 2 and "did you mean develop?" in text
    code, text = job.check("--head", "featrue/a", "--base", "develop")
    assert code == 2 and "did you mean feature/a?" in text
    assert job.check("--head", "feature/x", "--base", "develop")[0] == 3
