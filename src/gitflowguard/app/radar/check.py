"""`radar check`: whether an edit of a file meets somebody's open work, before the edit is made.

Committed work comes from what the last look has left (app.radar.openwork), so no merge is made; what isn't committed
yet in other work trees is read from the files as they lie. Light: an editor or an assistant asks before each edit.
"""

from __future__ import annotations

import os

from gitflowguard.app.policy.file import find
from gitflowguard.app.radar.openwork import load, unmoved
from gitflowguard.app.radar.planned import PERSON, PROGRAM, place_of, top_of
from gitflowguard.cachefile import read
from gitflowguard.model.finding import ERROR, IGNORE, WARNING
from gitflowguard.model.names import HEADS, REMOTES
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError
from gitflowguard.radar.alignment import Alignment, touching
from gitflowguard.radar.edits import (
    ADDS,
    CLEAR,
    DELETES,
    EDITS,
    MEETS,
    NEAR,
    UNKNOWN,
    VERDICTS,
    CheckedPath,
    CheckResult,
    OtherWork,
)
from gitflowguard.repo.batch import contents_of
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import head_of, worked_on
from gitflowguard.repo.worktree import linked, modified_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitflowguard.app.radar.openwork import OpenBranch, OpenWork
    from gitflowguard.app.radar.planned import EditQuestion
    from gitflowguard.radar.edits import PlannedEdit
    from gitflowguard.repo.git import Place
    from gitflowguard.repo.worktree import LinkedTree

    Span = tuple[int, int]

# Beyond this a file's lines aren't compared.
MOST_BYTES = 4 << 20
# How many linked work trees are read.
MOST_TREES = 32
# Seconds between two looks behind us.
PATIENCE = 30
_WORST = (ERROR, WARNING, IGNORE)
# From here on git lists all refs rather than these.
_MANY = 400


class _Claim(Record):
    """Somebody's work on a path, before it is compared: from one object to another, or to what lies in a work tree."""

    path: str
    branch: str
    tip: str
    target: str
    author: str
    when: int
    old: str
    new: str
    worktree: str = ""
    lies: bytes | None = None


def answer(question: EditQuestion, now: int) -> CheckResult:
    """What others do to the files of a question, in whichever work trees they lie. now: seconds since 1970.

    Where branches have moved since the last look, a process behind us looks again (app.radar.behind). Raises GitError
    and ProcessError, and PolicyError where a person or a program asks: an assistant's edits go on without the policy.
    """
    places: dict[Place, list[PlannedEdit]] = {}
    for edit in question.edits:
        found = place_of(os.path.join(question.cwd, edit.path))
        if found is not None:
            places.setdefault(found[0], []).append(edit._replace(path=found[1]))
        elif question.asker == PERSON:
            raise GitError(f"{edit.path} isn't in the work tree of a Git repository")
    strict = question.asker in (PERSON, PROGRAM)
    own = top_of(os.path.realpath(os.curdir))
    results = [
        _judged(check(Git(place.top), place, edits), place, strict)._replace(
            elsewhere="" if place.top == own else place.top
        )
        for place, edits in places.items()
    ]
    for place, result in zip(places, results):
        if not result.fresh and now - result.as_of > PATIENCE and os.path.realpath(os.curdir) == place.top:
            from gitflowguard.app.radar.behind import start

            start()
    if len(results) == 1:
        return results[0]
    return CheckResult(
        verdict=next((one for one in VERDICTS if any(result.verdict == one for result in results)), CLEAR),
        paths=tuple(path for result in results for path in result.paths),
        as_of=min((result.as_of for result in results), default=now),
        fresh=all(result.fresh for result in results),
        beside=tuple(dict.fromkeys(name for result in results for name in result.beside)),
        severity=next((one for one in _WORST if any(result.severity == one for result in results)), WARNING),
        elsewhere=next((result.elsewhere for result in results if not result.fresh), ""),
    )


def _judged(result: CheckResult, place: Place, strict: bool) -> CheckResult:
    """The answer with how serious it is by the policy of this work tree, which is read where that matters.

    strict: whether a policy that can't be read is an error.
    """
    if result.verdict not in (MEETS, UNKNOWN):
        return result
    try:
        source = find(place.top)
        if source is None:
            return result
        from gitflowguard.app.policy.opening import flow_of
        from gitflowguard.rules.conflict.conflicts_with_branch import RULE

        mine, *_ = (*worked_on(place, head_of(place)), "")
        severity = flow_of(place, source).severity(RULE.name, RULE.default, mine)
    except PolicyError:
        if strict:
            raise
        return result
    return result._replace(severity=severity)


def check(git: Git, place: Place, edits: Sequence[PlannedEdit]) -> CheckResult:
    """Compares each edit with all that others do. Raises GitError and ProcessError."""
    known = load(place)
    head = head_of(place)
    paths = [one.path for one in edits]
    claims, beside = _committed(known, paths, worked_on(place, head))
    trees = _asked_trees(place, paths)
    oids = dict.fromkeys(oid for one in claims for oid in (one.old, one.new) if oid)
    specs = [f"{tree.head}:{path}" for tree, path in trees]
    objects = _objects(git, place, (*oids, *specs)) if oids or specs else []
    contents = {oid: data for oid, (_, data) in zip(oids, objects)}
    claims, moved = _still_open(git, place, head, claims)
    for (tree, path), (oid, data) in zip(trees, objects[len(oids) :]):
        contents.setdefault(oid, data)
        claim = _lying(place, tree, path, oid, data)
        claims += [claim] if claim is not None else []
    found = []
    for edit in edits:
        here = _here(place, edit.path)
        others = (_other(one, edit, here, contents, moved) for one in claims if _covers(edit.path, one.path))
        found.append(CheckedPath(edit.path, tuple(one for one in others if one is not None)))
    return CheckResult(
        verdict=_verdict(edits, found, known, beside),
        paths=tuple(found),
        as_of=min((one.made for one in known), default=0),
        fresh=bool(known) and unmoved(place, known, worked_on(place, head)),
        beside=beside,
    )


def _verdict(
    edits: Sequence[PlannedEdit],
    found: Sequence[CheckedPath],
    known: Sequence[OpenWork],
    beside: Sequence[str],
) -> str:
    others = [(edit, one) for edit, path in zip(edits, found) for one in path.others]
    if any(one.touches or (one.touches is None and edit.lines is None) for edit, one in others):
        return MEETS
    if not known or beside or any(one.touches is None for _, one in others):
        return UNKNOWN
    return NEAR if others else CLEAR


def _covers(asked: str, path: str) -> bool:
    """Whether a path is the one that was asked for, or in that folder."""
    return asked in (path, "") or path.startswith(asked + "/")


def _committed(
    known: Iterable[OpenWork], paths: Sequence[str], mine: Sequence[str]
) -> tuple[list[_Claim], tuple[str, ...]]:
    """What open branches change at these paths; and the branches of which that isn't known."""
    claims: dict[tuple[str, str], _Claim] = {}
    beside: dict[str, None] = {}
    for one in (branch for work in known for branch in work.branches if branch.name not in mine):
        if one.edits is None:
            beside[one.name] = None
            continue
        for path in _touched(one, paths):
            old, new = one.edits[path]
            claims.setdefault(
                (one.name, path),
                _Claim(
                    path=path,
                    branch=one.name,
                    tip=one.tip,
                    target=one.target,
                    author=one.author,
                    when=one.when,
                    old=old,
                    new=new,
                ),
            )
    return list(claims.values()), tuple(beside)


def _touched(one: OpenBranch, paths: Sequence[str]) -> list[str]:
    """Those of its paths that were asked for, by name or by a folder above."""
    edits = one.edits or {}
    found = dict.fromkeys(path for path in paths if path in edits)
    others = [path for path in paths if path not in edits]
    if others:
        found |= dict.fromkeys(path for path in edits if any(_covers(asked, path) for asked in others))
    return list(found)


def _still_open(
    git: Git, place: Place, head: str | None, claims: list[_Claim]
) -> tuple[list[_Claim], frozenset[str]]:
    """Without branches that are gone, or whose work is in HEAD or in their target by now; and those that have moved."""
    if not claims:
        return [], frozenset()
    tips: dict[str, set[str]] = {}
    every = _refs(git, claims, head)
    here = every.pop("HEAD", "")
    if not head and (here := git.commit_of("HEAD")):
        claims = _of_others(git, here, claims)
    for ref, sha in every.items():
        name = ref[len(HEADS) :] if ref.startswith(HEADS) else ref[len(REMOTES) :].partition("/")[2]
        tips.setdefault(name, set()).add(sha)
    held = {every[ref] for one in claims for ref in _spaces(one.target) if ref in every}
    asked = dict.fromkeys(one.tip for one in claims if one.branch in tips)
    stdin = "".join(f"{sha}\n" for sha in (*asked, *(f"^{sha}" for sha in (*held, here) if sha)))
    # A tip that isn't here any more, after a gc, says nothing.
    apart = set(git.lines("rev-list", "--ignore-missing", "--stdin", stdin=stdin.encode()))
    left = [one for one in claims if one.branch in tips and one.tip in apart]
    return left, frozenset(one.branch for one in left if one.tip not in tips[one.branch])


def _of_others(git: Git, here: str, claims: list[_Claim]) -> list[_Claim]:
    """Without a branch in whose own commits a detached HEAD stands: whoever edits there works on that branch.

    here: the commit of HEAD.
    """
    names = dict.fromkeys(ref for one in claims for ref in (HEADS + one.branch, *_spaces(one.target)))
    on = set(git.lines("for-each-ref", f"--contains={here}", "--format=%(refname)", *names))
    return [one for one in claims if HEADS + one.branch not in on or on.intersection(_spaces(one.target))]


def _spaces(target: str) -> tuple[str, str]:
    """The refs that a target, ``develop`` or ``origin/develop``, may be."""
    return HEADS + target, REMOTES + target


def _refs(git: Git, claims: Iterable[_Claim], head: str | None) -> dict[str, str]:
    """Full ref -> commit, of the branches and their targets, here and on every remote; ``HEAD`` where a branch is
    checked out."""
    names = dict.fromkeys(one.branch for one in claims)
    targets = dict.fromkeys(one.target for one in claims)
    patterns = [f"{HEADS}{name}" for name in names] + [f"{REMOTES}*/{name}" for name in names]
    patterns += [f"{space}{name}" for name in targets for space in (HEADS, REMOTES)]
    patterns += [head] if head else []
    if len(patterns) > _MANY:
        patterns = [HEADS[:-1], REMOTES[:-1]]
    rows = git.lines("for-each-ref", "--format=%(objectname)%00%(refname)", *patterns)
    found = {ref: sha for sha, _, ref in (row.partition("\0") for row in rows)}
    return found | ({"HEAD": found[head]} if head in found else {})


def _asked_trees(place: Place, paths: Sequence[str]) -> list[tuple[LinkedTree, str]]:
    """The other work trees, each with the paths that were asked for, folders left out."""
    trees = [one for one in linked(place) if one.git_dir != place.git_dir][:MOST_TREES]
    return [
        (tree, path) for tree in trees for path in paths if path and not os.path.isdir(_full(tree.top, path))
    ]


def _lying(place: Place, tree: LinkedTree, path: str, oid: str, data: bytes | None) -> _Claim | None:
    """What lies uncommitted at a path in another work tree. oid, data: what its HEAD has there."""
    full = _full(tree.top, path)
    there = os.path.lexists(full)
    if data is None and (oid or not there):
        return None  # no file on either side, or none whose content is at hand
    lies = read(full, MOST_BYTES)
    if there and data is not None:
        if lies.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n"):
            return None
        if _filtered(place, tree, path) and not modified_at(Git(tree.top), path):
            return None
    return _Claim(
        path=path,
        branch=tree.branch,
        tip="",
        target="",
        author="",
        when=0,
        old=oid,
        new="",
        worktree=tree.top,
        lies=lies if there else None,
    )


def _filtered(place: Place, tree: LinkedTree, path: str) -> bool:
    """Whether a filter, which isn't run, may stand between the file and what is stored; then git is asked, too."""
    folders = [""]
    for part in path.split("/")[:-1]:
        folders.append(f"{folders[-1]}{part}/")
    files = [_full(tree.top, f"{folder}.gitattributes") for folder in folders]
    files.append(os.path.join(place.common, "info", "attributes"))
    return any(b"filter" in read(file, MOST_BYTES) for file in files)


def _full(top: str, path: str) -> str:
    return os.path.join(top, path)


def _objects(git: Git, place: Place, specs: Sequence[str]) -> list[tuple[str, bytes | None]]:
    """(object, content) of each; ("", None) where there is none, None for a large one or a folder."""
    stdin = "".join(spec + "\0" for spec in specs).encode("utf-8", "surrogateescape")
    try:
        out = git.call("cat-file", "--batch", "-z", stdin=stdin).out
    except GitError:
        out = _borrowed(place, len(specs[0].partition(":")[0]) == 64, stdin)
    found = contents_of(out, specs)
    return [(oid, data if kind == "blob" and len(data) <= MOST_BYTES else None) for oid, kind, data in found]


def _borrowed(place: Place, sha256: bool, stdin: bytes) -> bytes:
    """The same from a repository that borrows this one's objects, and knows nobody to fetch a missing one from.

    In a partial clone git before 2.45, which doesn't know GIT_NO_LAZY_FETCH, ends at the first that is missing.
    """
    from tempfile import TemporaryDirectory

    from gitflowguard.repo.objectreader import ObjectReader
    from gitflowguard.repo.scratch import Scratch, objects_of

    with TemporaryDirectory(prefix="gitflowguard-") as root:
        scratch = Scratch(root, objects_of(place, os.environ), sha256=sha256)
        return ObjectReader(scratch).ask("cat-file", "--batch", "-z", stdin=stdin)


def _here(place: Place, path: str) -> bytes | None:
    """The file as it lies here, None where there is none."""
    full = _full(place.top, path)
    return read(full, MOST_BYTES) if os.path.isfile(full) else None


def _other(
    claim: _Claim,
    edit: PlannedEdit,
    here: bytes | None,
    contents: Mapping[str, bytes | None],
    moved: frozenset[str],
) -> OtherWork | None:
    """A claim against an edit; None where both end at the same content."""
    there = bool(claim.new) or claim.lies is not None
    change = EDITS if claim.old and there else ADDS if there else DELETES
    new = claim.lies if claim.lies is not None else contents.get(claim.new)
    if there and new is not None and new in (here if edit.text is None else edit.text,):
        return None
    lines, touches = _lines(claim, edit, here, contents.get(claim.old), new, change)
    return OtherWork(
        branch=claim.branch,
        worktree=claim.worktree,
        target=claim.target,
        author=claim.author,
        when=claim.when,
        change=change,
        lines=lines,
        touches=touches,
        moved=claim.branch in moved and not claim.worktree,
        path=claim.path if claim.path != edit.path else "",
    )


def _lines(
    claim: _Claim, edit: PlannedEdit, here: bytes | None, old: bytes | None, new: bytes | None, change: str
) -> tuple[tuple[Span, ...] | None, bool | None]:
    """(the lines of the file here that the claim is about, whether the edit meets them)."""
    if edit.path != claim.path:
        return None, None  # a folder was asked for
    if change != EDITS:
        return (), True if edit.lines is not None else None
    if old is None or new is None or here is None:
        return None, None
    if any(
        b"\0" in one[:8000] for one in (old, new, here)
    ):  # git's own test for a binary file (xdiff-interface.c)
        return (), True if edit.lines is not None else None
    base, its = old.split(b"\n"), new.split(b"\n")
    moved = Alignment(base, here.split(b"\n"))
    spans = tuple(moved.moved(span) for span in Alignment(base, its).old_spans)
    if edit.lines is None:
        return spans, None
    return spans, any(touching(one, span) for one in edit.lines for span in spans)
