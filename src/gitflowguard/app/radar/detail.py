"""The details of conflicts: on which lines, of which kind, and who last worked on each side."""

from __future__ import annotations

from gitflowguard.app.radar.lacking import note_trees
from gitflowguard.model.names import is_object_id
from gitflowguard.model.record import Record
from gitflowguard.radar.ancestry import children_first
from gitflowguard.radar.clashes import blobs_of, clashes, hunks, spans
from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitflowguard.radar.answers import MergeAnswer
    from gitflowguard.radar.changes import Edit
    from gitflowguard.radar.nouns import Clash
    from gitflowguard.radar.screen import Key
    from gitflowguard.repo.sounding import ObjectReader

# How far back the last author on the target's side is looked for: commits that touch a conflicted path.
MOST_COMMITS = 400


class ConflictCase(Record):
    """One conflicted merge. sides: the commits that were merged; names: what they are called. ours, theirs: the
    commits that only each side has, for authors; ours None: the target's, as far back as MOST_COMMITS.
    """

    answer: MergeAnswer
    sides: tuple[str, str]
    names: tuple[str, str]
    theirs: Collection[str]
    ours: Collection[str] | None = None


def details(
    sounding: ObjectReader, cases: Sequence[ConflictCase], target: str, texts: bool
) -> list[tuple[Clash, ...]]:
    """The clashes of each case. texts: whether the lines between the markers are wanted, too."""
    found = [clashes(case.answer, dict(zip(case.sides, case.names))) for case in cases]
    lines = [
        {path: blobs for path in case.answer.paths if (blobs := blobs_of(case.answer, path)) is not None}
        for case in cases
    ]
    scripts = sounding.scripts(
        {key for one in lines for blobs in one.values() for key in _keys(sounding, blobs)}
    )
    marked = _marked(sounding, cases, lines) if texts else {}
    authors = Authors(sounding, cases, target)
    out = []
    for place, (case, own) in enumerate(zip(cases, found)):
        full = []
        for clash in own:
            blobs = lines[place].get(clash.path)
            if blobs is not None:
                pairs = _spans(sounding, blobs, scripts)
                clash = clash._replace(
                    ours=tuple(one for one, _ in pairs),
                    theirs=tuple(other for _, other in pairs),
                    hunks=hunks(marked.get(f"{case.answer.tree}:{clash.path}", b"")) if texts else (),
                )
            full.append(clash._replace(authors=authors.of(case, clash.path)))
        out.append(tuple(full))
    return out


def _keys(sounding: ObjectReader, blobs: tuple[str, str, str]) -> tuple[Key, Key]:
    base = blobs[0] or sounding.scratch.blob(b"")
    return (base, blobs[1]), (base, blobs[2])


def _spans(
    sounding: ObjectReader, blobs: tuple[str, str, str], scripts: Mapping[Key, tuple[Edit, ...] | None]
) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    mine, its = (scripts.get(key) for key in _keys(sounding, blobs))
    return spans(mine, its) if mine is not None and its is not None else ()


def _marked(
    sounding: ObjectReader, cases: Sequence[ConflictCase], lines: Sequence[Mapping[str, object]]
) -> dict[str, bytes]:
    """``tree:path`` -> the file with its conflict markers."""
    specs = list(
        dict.fromkeys(f"{case.answer.tree}:{path}" for case, own in zip(cases, lines) for path in own)
    )
    return {spec: data for spec, data in zip(specs, sounding.blobs(specs)) if data is not None}


class Authors:
    """Who last changed a path on each side of a case."""

    def __init__(self, sounding: ObjectReader, cases: Sequence[ConflictCase], target: str) -> None:
        own = {sha for case in cases for sha in (*case.theirs, *(case.ours or ()))}
        self.order = _touched(sounding, ("--no-walk=sorted",), own, ())
        paths = {path for case in cases if case.ours is None for path in case.answer.paths}
        on_target = _touched(
            sounding, (f"--max-count={MOST_COMMITS}", "--no-merges"), (target,), sorted(paths)
        )
        self.target: dict[str, str] = {}
        for _, author, touched in on_target:
            for path in touched:
                self.target.setdefault(path, author)

    def of(self, case: ConflictCase, path: str) -> tuple[str, str]:
        ours = self.target.get(path, "") if case.ours is None else self._last(case.ours, path)
        return ours, self._last(case.theirs, path)

    def _last(self, commits: Collection[str], path: str) -> str:
        return next((author for sha, author, paths in self.order if sha in commits and path in paths), "")


def _touched(
    sounding: ObjectReader, how: tuple[str, ...], commits: Iterable[str], paths: Sequence[str]
) -> list[tuple[str, str, frozenset[str]]]:
    """(commit, author, paths) of commits, newest first; with paths only those that touch one of them."""
    stdin = "".join(f"{sha}\n" for sha in sorted(commits))
    if not stdin or ("--no-merges" in how and not paths):
        return []
    if paths:
        stdin += "--\n" + "".join(f"{path}\n" for path in paths if "\n" not in path)
    words = (
        "--literal-pathspecs", "log", *how, "-z", "--format=%x01%H %P%x02%an%x02", "--name-only", "--no-renames",
        "--no-ext-diff", "--no-textconv", "--no-show-signature", "--stdin",
    )  # fmt: skip
    out = _said(sounding, words, stdin, sorted(commits))
    found: dict[str, tuple[str, str, frozenset[str]]] = {}
    parents: list[tuple[str, tuple[str, ...]]] = []
    for row in text(out).split("\x01")[1:]:
        parts = row.split("\x02", 2)
        sha, *above = parts[0].split(" ")
        if len(parts) != 3 or not is_object_id(sha):
            continue  # an author with a control character in their name
        touched = frozenset(name.lstrip("\n") for name in parts[2].split("\0") if name.strip("\n"))
        found[sha] = sha, parts[1], touched
        parents.append((sha, tuple(above)))
    return [found[sha] for sha in children_first(parents)]


def _said(sounding: ObjectReader, words: tuple[str, ...], stdin: str, commits: Sequence[str]) -> bytes:
    """What git says of commits; nothing in a partial clone that lacks their trees, which are noted as needed."""
    try:
        return sounding.ask(*words, stdin=stdin.encode("utf-8", "surrogateescape"))
    except GitError:
        walk = [word for word in words if word.startswith("--max-count")] or ["--no-walk"]
        note_trees(sounding, commits, *walk)
        return b""
