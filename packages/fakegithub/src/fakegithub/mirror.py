"""A repository of the fake filled from a real one, so that ids and histories are the same on both sides."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fakegithub.repos import Commit, Repo

WANTED = (".gitflowguard.yaml", ".github/CODEOWNERS", "CODEOWNERS", "README.md")
FORMAT = "%x01%H%x00%P%x00%an%x00%cI%x00%B%x00"


def git(place: Path, *words: str, given: bytes = b"") -> bytes:
    """What a git command in a repository says."""
    return subprocess.run(
        ["git", "-C", str(place), *words], input=given, capture_output=True, check=True
    ).stdout


def mirror(repo: Repo, place: Path, wanted: tuple[str, ...] = WANTED) -> None:
    """Takes over every commit, branch and tag of a real repository, bare or not.

    Of files only ``wanted`` have their text (three git processes in all); of the others a commit knows the names that
    it changed. Authors become logins where they are known to the fake. Open pull requests follow their branches.
    """
    repo.refs = {ref: sha for ref, sha in repo.refs.items() if ref.startswith("refs/pull/")}
    told = git(
        place, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname)", "refs/heads", "refs/tags"
    )
    for line in told.decode(errors="surrogateescape").splitlines():
        sha, peeled, ref = line.split(" ", 2)
        repo.refs[ref] = peeled or sha
    history = (
        "log",
        "--branches",
        "--tags",
        "--topo-order",
        "--reverse",
        "-z",
        "--name-only",
        "--no-renames",
    )
    logged = git(place, *history, "--diff-merges=first-parent", f"--format={FORMAT}")
    for record in logged.decode(errors="surrogateescape").split("\x01")[1:]:
        sha, parents, author, date, message, *names = record.split("\0")
        changed = {name.lstrip("\n"): "" for name in names if name.strip("\n")}
        login = author if author in repo.state.users else None
        repo.commits[sha] = Commit(
            sha, tuple(parents.split()), message.rstrip("\n"), login, date, {}, changed
        )
    read_files(repo, place, wanted)
    for pull in repo.pulls.values():
        if pull.state == "open" and not pull.forked:
            pull.head_sha = repo.resolve(pull.head) or pull.head_sha


def read_files(repo: Repo, place: Path, wanted: tuple[str, ...]) -> None:
    """The texts of some files in every commit."""
    asked = [(sha, name) for sha in repo.commits for name in wanted]
    given = "".join(f"{sha}:{name}\n" for sha, name in asked).encode()
    answer = git(place, "cat-file", "--batch", given=given)
    for sha, name in asked:
        head, _, answer = answer.partition(b"\n")
        if head.endswith((b" missing", b" ambiguous")):
            continue
        size = int(head.split()[-1])
        text = answer[:size].decode(errors="surrogateescape")
        answer = answer[size + 1 :]
        repo.commits[sha].tree[name] = text
        if name in repo.commits[sha].changed:
            repo.commits[sha].changed[name] = text
