"""Commands fitted to work trees, in memory; tests/rules/test_printed.py pastes them into a shell."""

from __future__ import annotations

import pytest

from gitflowguard.model.carry import Elsewhere, WorkTree, fitted
from gitflowguard.model.names import shell

CLEAN = WorkTree("main", "1" * 40, "/w")
DIRTY = CLEAN._replace(changed=frozenset({"a"}), staged=True)
NEW = CLEAN._replace(changed=frozenset({"a"}), new=frozenset({"a"}))
BUSY = DIRTY._replace(operation="rebase")
MERGE = DIRTY._replace(operation="merge")
AWAY = CLEAN._replace(elsewhere=(Elsewhere("develop", "/d"),))
PICKED = DIRTY._replace(operation="cherry-pick", own=True)
BEGIN = "git switch --no-track -c feature/x develop"
STASH, POP = "git stash push --include-untracked", "git stash pop --index"
KEEP = f"{STASH} --message 'changes from the cherry-pick that was blocked'"


UNBORN = DIRTY._replace(tip="", unborn=True)


def fit(text: str, tree: WorkTree, differing: tuple[str, ...] = ("a",)) -> list[str] | None:
    """The lines as they are printed."""
    found = fitted(
        tuple(tuple(line.split()) for line in text.split("; ")), tree, lambda _: frozenset(differing)
    )
    return None if found is None else [shell(argv) for argv in found]


@pytest.mark.parametrize(
    ("text", "tree", "expected"),
    [
        (BEGIN, CLEAN, [BEGIN]),
        ("git restore --staged -- a", DIRTY, ["git restore --staged -- a"]),
        ("git restore --staged -- a", UNBORN, ["git reset --quiet -- a"]),
        (BEGIN, DIRTY, [STASH, BEGIN, POP]),
        ("git switch -c feature/x", DIRTY, ["git switch -c feature/x"]),
        ("git branch -m a b", DIRTY, ["git branch -m a b"]),
        ("git switch main", DIRTY, ["git switch main"]),
        ("git switch develop; git reset --keep 1", DIRTY, ["git branch --force develop 1"]),
        (
            "git switch develop; git merge --no-ff x",
            DIRTY,
            [STASH, "git switch develop", "git merge --no-ff x", "git switch main", POP],
        ),
        (
            "git switch develop; git merge x",
            DIRTY._replace(head=""),
            [STASH, "git switch develop", "git merge x", f"git switch --detach {'1' * 40}", POP],
        ),
        (
            "git branch keep main; git switch main; git reset --keep 1",
            DIRTY,
            ["git branch keep main", "git switch main", STASH, "git reset --keep 1", "git switch keep", POP],
        ),
        (
            "git switch main; git reset --keep 1; git switch develop; git merge x",
            DIRTY,
            ["git switch main", STASH, "git reset --keep 1", "git switch develop", "git merge x", POP],
        ),
        (
            "git switch develop; git branch -d main",
            DIRTY,
            [STASH, "git switch develop", "git branch -d main", POP],
        ),
        ("git rebase --autostash --onto a b main", DIRTY, ["git rebase --autostash --onto a b main"]),
        (
            "git rebase --autostash --onto a b main",
            DIRTY._replace(mixed=True),
            [STASH, "git rebase --autostash --onto a b main", POP],
        ),
        ("git merge x", NEW, [STASH, "git merge x", POP]),
        (
            "git merge x",
            DIRTY._replace(intended=("n",)),
            ["git reset --quiet -- n", STASH, "git merge x", POP],
        ),
        ("git commit --amend -m x", DIRTY, ["git commit --amend --only -m x"]),
        ("git commit --allow-empty -m x", DIRTY, [STASH, "git commit --allow-empty -m x", POP]),
        (
            "git -c sequence.editor=: rebase -i x",
            DIRTY,
            [STASH, "git -c sequence.editor=: rebase -i x", POP],
        ),
    ],
)
def test_uncommitted_changes_come_along_or_come_back(text: str, tree: WorkTree, expected: list[str]) -> None:
    assert fit(text, tree) == expected


def test_a_stash_stands_only_where_a_path_is_in_the_way() -> None:
    assert fit(BEGIN, DIRTY, ()) == [BEGIN]
    assert fit(BEGIN, DIRTY, ("a/b",)) == [STASH, BEGIN, POP]
    assert fit("git merge x", NEW, ()) == ["git merge x"]


@pytest.mark.parametrize(
    ("text", "tree", "expected"),
    [
        ("git merge --abort; git switch develop", MERGE._replace(changed=frozenset()), None),
        ("git reset --merge; git switch develop", CLEAN, ["git switch develop"]),
        (
            "git merge --abort; git switch develop",
            MERGE._replace(own=True, unmerged=("u",)),
            [
                "git add -- u",
                f"{STASH} --message 'changes from the merge that was blocked'",
                "git switch develop",
            ],
        ),
        (
            f"git cherry-pick --abort; {BEGIN}",
            PICKED._replace(series=True),
            [KEEP, "git cherry-pick --abort", BEGIN],
        ),
        (
            "git cherry-pick --abort; git switch -c b; git cherry-pick 1 2",
            PICKED._replace(series=True),
            [
                KEEP,
                "git cherry-pick --abort",
                "git switch -c b",
                POP,
                "git commit -C 1",
                "git cherry-pick 2",
            ],
        ),
        (
            "git cherry-pick --abort; git switch -c b; git cherry-pick -x 1",
            PICKED,
            [KEEP, "git switch -c b", POP, "git commit -C 1"],
        ),
        (
            "git cherry-pick --abort; git switch -c b; git cherry-pick 1",
            PICKED._replace(unmerged=("u",)),
            ["git add -- u", KEEP, "git switch -c b", POP],
        ),
        (
            "git revert --abort; git switch -c b; git revert --no-edit 1",
            PICKED._replace(
                operation="revert", prepared=("Revert 1", "This reverts commit 1."), unnoted=True
            ),
            [
                KEEP.replace("cherry-pick", "revert"),
                "git switch -c b",
                POP,
                "git commit -m 'Revert 1' -m 'This reverts commit 1.'",
            ],
        ),
        (
            "git revert --abort; git switch -c b; git revert --no-edit 1 2",
            PICKED._replace(operation="revert", prepared=("Revert 1",), series=True),
            [
                KEEP.replace("cherry-pick", "revert"),
                "git revert --abort",
                "git switch -c b",
                POP,
                "git commit -m 'Revert 1'",
                "git revert --no-edit 2",
            ],
        ),
        (
            "git revert --abort; git switch -c b; git revert --no-edit 1",
            PICKED._replace(operation="revert"),
            [KEEP.replace("cherry-pick", "revert"), "git switch -c b", POP],
        ),
        (
            "git revert --abort; git switch -c b; git revert --no-edit 1",
            DIRTY._replace(operation="revert", unnoted=True),
            ["git reset --merge", "git switch -c b", STASH, "git revert --no-edit 1", POP],
        ),
        (BEGIN, BUSY, ["git branch --no-track feature/x develop"]),
        (
            "git switch develop; git merge x; git branch -d x",
            BUSY,
            [
                "git worktree add /w-aside develop",
                "git -C /w-aside merge x",
                "git -C /w-aside branch -d x",
                "git worktree remove /w-aside",
            ],
        ),
        (
            "git switch -c a b; git merge x",
            BUSY,
            ["git worktree add -b a /w-aside b", "git -C /w-aside merge x", "git worktree remove /w-aside"],
        ),
        (
            "git rebase --onto a b c",
            BUSY,
            [
                "git worktree add /w-aside c",
                "git -C /w-aside rebase --onto a b c",
                "git worktree remove /w-aside",
            ],
        ),
    ],
)
def test_an_operation_in_progress_is_left_whole_or_saved(
    text: str, tree: WorkTree, expected: list[str] | None
) -> None:
    assert fit(text, tree) == (expected or text.split("; "))


@pytest.mark.parametrize(
    "text",
    [
        "git switch main; git merge x",
        "git merge x",
        "git commit --amend -m x",
        "git switch a; git branch -D main",
    ],
)
def test_what_needs_the_branch_itself_waits_for_the_end_of_the_operation(text: str) -> None:
    assert fit(text, BUSY) is None


@pytest.mark.parametrize(
    ("text", "tree", "expected"),
    [
        ("git switch develop; git merge x", AWAY, ["git -C /d merge x"]),
        (
            "git switch develop; git merge x",
            CLEAN._replace(elsewhere=(Elsewhere("develop", "/d", True),)),
            [f"git -C /d {STASH[4:]}", "git -C /d merge x", f"git -C /d {POP[4:]}"],
        ),
        ("git rebase --onto a b develop", AWAY, ["git -C /d rebase --onto a b develop"]),
        ("git fetch origin develop:develop", AWAY, ["git -C /d pull --ff-only origin develop"]),
        ("git branch -d develop", AWAY, ["git -C /d switch --detach", "git branch -d develop"]),
        (
            "git switch develop; git branch -D main",
            AWAY,
            ["git switch --detach", "git -C /d branch -D main"],
        ),
        ("git switch x; git push origin x", AWAY, ["git switch x", "git push origin x"]),
    ],
)
def test_a_branch_of_another_work_tree_is_worked_on_there(
    text: str, tree: WorkTree, expected: list[str]
) -> None:
    assert fit(text, tree) == expected
