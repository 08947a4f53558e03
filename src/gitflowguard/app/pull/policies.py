"""Which policy judges a pull request, and whether the one that its merge would leave can be read."""

from __future__ import annotations

from gitflowguard.app.policy.file import TOML_NAME, YAML_NAME, Source, choose, locked, only
from gitflowguard.app.policy.load import entries_in, file_in, former, policy_in
from gitflowguard.app.policy.opening import flow_at, flow_of
from gitflowguard.model.adoptionfiles import LOCK_FILE, POLICY_FILES
from gitflowguard.model.facts import Refs
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import plural, short
from gitflowguard.model.pull import Pull
from gitflowguard.policy.errors import PolicyError, refuse
from gitflowguard.repo import contents
from gitflowguard.repo.git import Git
from gitflowguard.repo.mergeagain import merged
from gitflowguard.repo.place import Place


def is_policy(paths: tuple[str, ...]) -> bool:
    """Whether one of the changed files is a policy's."""
    return not set(POLICY_FILES).isdisjoint(paths)


def policy_of(git: Git, place: Place, refs: Refs, pull: Pull) -> tuple[Source | None, Flow, tuple[str, ...]]:
    """(the policy at the base commit, None if it has none; what it means; what is odd about it).

    Where the one at the base can't be read, a pull request that corrects it is judged by the last one there that could
    be: else the check that it needs would fail for ever. Raises PolicyError for every other pull request.
    """
    try:
        source, notes = _at_base(git, pull)
        if source is None:
            notes = (*notes, f"there is no policy at the base {pull.about}; the preset gitflow was assumed")
        return source, flow_at(place, refs, source), notes
    except PolicyError as problem:
        if not _corrects(git, place, pull):
            raise
        why = _first(problem)
    sha, source = former(git, pull.base_sha, lambda found: flow_of(place, found), pull.about)
    used = f"the one of {short(sha)} was used" if source is not None else "the preset gitflow was assumed"
    says = f"the policy at the base {pull.about} can't be read ({why}); this pull request corrects it, and {used}"
    return source, flow_at(place, refs, source), (says,)


def left_by(git: Git, place: Place, pull: Pull) -> str | Unknown:
    """Why the policy that the base would have after the merge can't be read; "" if it can, or if there is none."""
    try:
        left = _left(git, place, pull)
    except PolicyError as problem:
        return _first(problem)
    return left if isinstance(left, Unknown) else ""


def _corrects(git: Git, place: Place, pull: Pull) -> bool:
    """Whether the base would have a policy that can be read after the merge."""
    try:
        return isinstance(_left(git, place, pull), Source)
    except PolicyError:
        return False


def _left(git: Git, place: Place, pull: Pull) -> Source | Unknown | None:
    """The policy after the merge; None where there is none, and where the merge conflicts in it, so that it is nobody's
    yet. Raises PolicyError where it can't be read.
    """
    with merged(git, place, pull.base_sha, pull.head_sha) as made:
        if isinstance(made, Unknown):
            return made
        if made.conflicts.intersection(POLICY_FILES):
            return None
        source = only(policy_in(made.git, made.tree, pull.head))
    if source is not None:
        flow_of(place, source)
    return source


def _first(problem: PolicyError) -> str:
    """The first mistake, and how many more there are."""
    rows = problem.problems
    return rows[0].text + (f" (and {plural(len(rows) - 1, 'more mistake')})" if rows[1:] else "")


def _at_base(git: Git, pull: Pull) -> tuple[Source | None, tuple[str, ...]]:
    """The policy at the base commit, None if it has none, and what is odd about it.

    Where the base holds two, a pull request that removes one of them is judged by the other, as it is at the base.
    Raises PolicyError for every other pull request.
    """
    found = policy_in(git, pull.base_sha, pull.about)
    if found is None or not found.other:
        return found, ()
    start = contents.start_of(git, pull.base_sha, pull.head_sha)
    before, after = (_files(git, sha, "") if sha else (None, None) for sha in (start, pull.head_sha))
    gone = [
        choose(*old) is not None and choose(*new) is None for old, new in zip(_each(before), _each(after))
    ]
    if gone.count(True) != 1:
        raise refuse(
            YAML_NAME,
            f"this file and [tool.gitflowguard] in {TOML_NAME} are both a policy at the base {pull.about}; "
            f"a pull request that removes one of them passes: git rm {YAML_NAME}, or delete the table",
        )
    kept = _each(_files(git, pull.base_sha, pull.about))[gone.index(False)]
    where = (
        f"the base {pull.about} holds two policies; this pull request removes one, and the other one was used"
    )
    entries = entries_in(git, pull.base_sha)
    return locked(choose(*kept), lambda: file_in(git, pull.base_sha, LOCK_FILE, entries, pull.about)), (
        where,
    )


def _files(git: Git, sha: str, about: str) -> tuple[Source | None, Source | None]:
    """The two files that may hold a policy, at a commit. about: the branch to name before their paths."""
    entries = entries_in(git, sha)
    own, shared = (file_in(git, sha, name, entries, about) for name in (YAML_NAME, TOML_NAME))
    return own, shared


def _each(
    files: tuple[Source | None, Source | None],
) -> tuple[tuple[Source | None, None], tuple[None, Source | None]]:
    """Each of the two files as if the other one were not there."""
    return (files[0], None), (None, files[1])
