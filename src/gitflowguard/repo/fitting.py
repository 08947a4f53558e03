"""The printed commands of a report, fitted to the work tree (model.carry); reads nothing where there are none."""

from __future__ import annotations

import os

from gitflowguard.model.below import seen_from
from gitflowguard.model.carry import Elsewhere, WorkTree, fitted, leaves, touches
from gitflowguard.process import scrubbed
from gitflowguard.repo.git import Git, text
from gitflowguard.repo.state import auto_merge, current_state, read_note, read_state
from gitflowguard.repo.unfiltered import unfiltered
from gitflowguard.repo.worktree import checked_out, untracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.model.facts import Refs
    from gitflowguard.model.finding import Argv, Finding, Report, Unknown
    from gitflowguard.repo.git import Place
    from gitflowguard.repo.state import OperationState

# Staged changes, unstaged ones, and files that are new; no one question answers all of them without a write.
_RAW = ("--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all", "--ita-invisible-in-index")
# git runs `commit -a` and `commit PATH` on an index of their own (builtin/commit.c, prepare_index); the user gets the
# ordinary one back.
_INDEX = ("GIT_INDEX_FILE",)
# git starts hooks with these (githooks(5)); another work tree has its own.
_HERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")


def fit(report: Report, place: Place, refs: Refs, arriving: tuple[str, ...] = ()) -> Report:
    """The report with commands that end well in this work tree and lose nothing.

    arriving: commits that a ref was about to move to; a fast-forward has laid out their files already.
    """
    said = [one.finding for one in report.violations] + [one.unknown for one in report.skipped]
    commands = [argv for one in said for argv in one.mend if argv[0] == "git"]
    if not commands or not place.top:
        return seen_here(report, place)
    site = Site(place, refs, commands, arriving)
    fits = report._replace(
        violations=tuple(one._replace(finding=site.finding(one.finding)) for one in report.violations),
        skipped=tuple(one._replace(unknown=site.unknown(one.unknown)) for one in report.skipped),
    )
    return seen_here(fits, place)


def seen_here(report: Report, place: Place) -> Report:
    """The report with commands whose paths are right in the folder in which the user stands."""
    said = [one.finding for one in report.violations] + [one.unknown for one in report.skipped]
    folder = _folder(place) if place.top and any(one.mend for one in said) else ""
    if not folder:
        return report
    found, gaps = report.violations, report.skipped
    return report._replace(
        violations=tuple(
            one._replace(finding=one.finding._replace(mend=seen_from(folder, one.finding.mend)))
            for one in found
        ),
        skipped=tuple(
            one._replace(unknown=one.unknown._replace(mend=seen_from(folder, one.unknown.mend)))
            for one in gaps
        ),
    )


def _folder(place: Place) -> str:
    """Where the user stands, from the top of the work tree; "" at the top, and outside of the work tree.

    git starts hooks and aliases at the top and leaves the folder in GIT_PREFIX (git-config(1), alias.*).
    """
    try:
        folder = os.path.relpath(os.path.realpath(os.getcwd()), os.path.realpath(place.top))
    except OSError:
        return ""
    if folder == ".":
        folder = os.environ.get("GIT_PREFIX", "").rstrip("/")
    return "" if folder.split("/")[0] == ".." else folder


def fit_each(
    mends: Sequence[tuple[Argv, ...]], place: Place, refs: Refs
) -> tuple[tuple[Argv, ...] | None, ...]:
    """Each list of commands for this work tree; None where an operation in progress has to be finished first."""
    commands = [argv for mend in mends for argv in mend if argv[0] == "git"]
    if not commands or not place.top:
        return tuple(mends)
    site = Site(place, refs, commands)
    return tuple(site.commands(mend) if mend else mend for mend in mends)


class Site:
    """A work tree, read once, and only as far as the commands ask for it."""

    def __init__(
        self, place: Place, refs: Refs, commands: list[Argv], arriving: tuple[str, ...] = ()
    ) -> None:
        self._git = _PlainGit(place.top)
        there = _elsewhere(place, commands)
        if any(touches(argv) for argv in commands):
            laid = any(leaves(argv) for argv in commands)
            self.tree = read_tree(self._git, place, refs, arriving, laid)._replace(elsewhere=there)
        else:
            state = read_state(place)
            operation = _operation(state)
            self.tree = WorkTree(
                refs.head, top=place.top, operation=operation, rebased=state.branch, elsewhere=there
            )
        self.tree = self.tree._replace(unborn=bool(refs.head) and refs.head not in refs.heads)
        self._differing: dict[str, frozenset[str]] = {}

    def commands(self, mend: tuple[Argv, ...]) -> tuple[Argv, ...] | None:
        """The commands for this work tree; None where an operation has to be finished first."""
        return fitted(mend, self.tree, self.differing)

    def differing(self, commit: str) -> frozenset[str]:
        """The paths in which a commit differs from HEAD."""
        if commit not in self._differing:
            words = ("diff-tree", "-r", "--name-only", "-z", "--no-renames", "--end-of-options")
            out = self._git.call(*words, "HEAD", commit, codes=(0, 128)).out
            self._differing[commit] = frozenset(text(out).split("\0")[:-1])
        return self._differing[commit]

    def finding(self, said: Finding) -> Finding:
        """A finding with its commands fitted; without any where an operation has to be finished first."""
        mend = self.commands(said.mend)
        return said._replace(mend=mend or (), says=said.says if mend is not None else self._first(said.says))

    def unknown(self, said: Unknown) -> Unknown:
        """As `finding`."""
        mend = self.commands(said.mend)
        return said._replace(
            mend=mend or (), reason=said.reason if mend is not None else self._first(said.reason)
        )

    def _first(self, words: str) -> str:
        return f"{words}; finish or abort the {self.tree.operation} in progress first"


class _PlainGit(Git):
    """git on the ordinary index of a work tree, whatever a hook was started with."""

    def __init__(self, cwd: str, without: tuple[str, ...] = _INDEX) -> None:
        super().__init__(cwd)
        self._environ = {key: value for key, value in scrubbed().items() if key not in without}
        self._environ["GIT_OPTIONAL_LOCKS"] = "0"


def _elsewhere(place: Place, commands: list[Argv]) -> tuple[Elsewhere, ...]:
    """The branches in the commands that another work tree has checked out."""
    words = {name for argv in commands for word in argv for name in (word, word.rpartition(":")[2])}
    found = checked_out(place)
    return tuple(Elsewhere(name, path, _dirty(path)) for name, path in found.items() if name in words)


def read_tree(
    git: Git, place: Place, refs: Refs, arriving: tuple[str, ...] = (), laid: bool = False
) -> WorkTree:
    """What uncommitted changes there are, and which operation is in progress. arriving: as in `fit`.

    laid: whether an operation has laid out files; before pre-merge-commit no other file of git's shows a merge.
    """
    tip = refs.heads.get(refs.head, "") if refs.head else git.commit_of("HEAD")
    if not tip:
        return WorkTree(refs.head, top=place.top)
    state = current_state(git, place)
    operation = _operation(state)
    staged = _raw(git.call("diff-index", "--cached", *_RAW, tip, "--").out)
    files = _raw(git.call(*unfiltered(git), "diff-files", *_RAW).out)
    new = untracked(git)
    unmerged = tuple(sorted(path for path, mark in files.items() if mark == "U"))
    brought, own = frozenset[str](), False
    if operation or arriving or laid:
        brought = frozenset(staged)
        results = (auto_merge(place), *state.heads, *arriving)
        own = not staged or any(one and _is_index(git, one) for one in results)
        own = bool(unmerged) or not own or bool(brought & set(files))
    return WorkTree(
        head=refs.head,
        tip=tip,
        top=place.top,
        changed=(frozenset((*staged, *files)) | new) - brought,
        new=new,
        staged=bool(staged),
        mixed=bool(set(staged) & set(files)),
        operation=operation,
        own=own,
        unmerged=unmerged,
        intended=tuple(sorted(path for path, mark in files.items() if mark == "A")),
        series=os.path.isdir(os.path.join(place.git_dir, "sequencer")),
        rebased=state.branch,
        unnoted=state.unnoted,
        prepared=_prepared(place) if operation == "revert" else (),
    )


def _operation(state: OperationState) -> str:
    """The operation in progress; an ordinary commit is none that has to be left."""
    return "" if state.operation == "commit" else state.operation


def _prepared(place: Place) -> tuple[str, ...]:
    """The paragraphs of MERGE_MSG, each in one line, without git's comments on conflicts."""
    lines = [line for line in read_note(place, "MERGE_MSG").split("\n") if not line.startswith("#")]
    return tuple(" ".join(part.split()) for part in "\n".join(lines).split("\n\n") if part.strip())


def _raw(out: bytes) -> dict[str, str]:
    """Path -> status letter of a raw diff with -z (git-diff(1)); an unmerged path counts as that."""
    fields = text(out).split("\0")
    found: dict[str, str] = {}
    for head, path in zip(fields[0::2], fields[1::2]):
        found[path] = "U" if found.get(path) == "U" else head.rpartition(" ")[2]
    return found


def _is_index(git: Git, tree: str) -> bool:
    """Whether the index holds just this commit or tree."""
    done = git.call("diff-index", "--cached", *_RAW, tree, "--", codes=(0, 128))
    return done.code == 0 and not done.out


def _dirty(path: str) -> bool:
    """Whether another work tree holds uncommitted changes."""
    git = _PlainGit(path, _INDEX + _HERE)
    changed = git.call(*unfiltered(git), "diff-index", *_RAW, "HEAD", "--").out
    return bool(changed) or bool(untracked(git))
