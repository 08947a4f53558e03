"""The details of conflicts: on which lines, of which kind, and who last worked on each side."""

from __future__ import annotations

from gitflowguard.app.radar.lacking import note_trees
from gitflowguard.model.names import is_object_id
from gitflowguard.model.record import Record
from gitflowguard.radar.ancestry import children_first
from gitflowguard.radar.clashes import blobs_of, carried, clashes, hunks, spans
from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitflowguard.radar.answers import ConflictedMerge
    from gitflowguard.radar.changes import Edit
    from gitflowguard.radar.nouns import Clash, Span
    from gitflowguard.radar.screen import Key
    from gitflowguard.repo.objectreader import ObjectReader

# How far back the last author on the target's side is looked for: commits that touch a conflicted path.
MOST_COMMITS = 400


def mailmap(target: str) -> tuple[str, ...]:
    """The setting by which git calls people as the target's .mailmap does; where it has none, none counts."""
    return ("-c", f"mailmap.blob={target}:.mailmap")


class ConflictCase(Record):
    """A conflict that is to be described. names: what the sides of its merge are called. ours, theirs: the
    commits that only each side has, for authors; ours None: the target's, as far back as MOST_COMMITS.
    trees: what lies on each side: on the target, or on the branch that lands first; and on the one that comes.
    """

    merge: ConflictedMerge
    names: tuple[str, str]
    theirs: Collection[str]
    trees: tuple[str, str]
    ours: Collection[str] | None = None


class _Texts(Record):
    """The contents that decide about one path, "" for none. base, ours, theirs: as they were merged.
    mine, its: in each side's own file, with the paths that these have. now: on the target.
    """

    base: str
    ours: str
    theirs: str
    mine: tuple[str, str] = ("", "")
    its: tuple[str, str] = ("", "")
    now: str = ""


def details(
    reader: ObjectReader,
    cases: Sequence[ConflictCase],
    target: str,
    main: str,
    texts: bool,
    last: Mapping[str, str] = {},
) -> list[tuple[Clash, ...]]:
    """The clashes of each case. target, main: the target's commit and tree.

    texts: whether the lines between the markers are wanted, too. last: path -> who changed it last on the target, as
    far as that is known.
    """
    found = [clashes(case.merge.answer, dict(zip(case.merge.sides, case.names))) for case in cases]
    lines = _texts(reader, cases, main)
    scripts = reader.scripts({key for one in lines for own in one.values() for key in _keys(reader, own)})
    marked = _marked(reader, cases, lines) if texts else {}
    authors = Authors(reader, cases, found, target, last)
    out = []
    for place, (case, clashing) in enumerate(zip(cases, found)):
        full = []
        for clash in clashing:
            own = lines[place].get(clash.path)
            if own is not None:
                clash = _placed(clash, own, scripts, reader)
                text = marked.get(f"{case.merge.answer.tree}:{clash.path}", b"") if texts else b""
                clash = clash._replace(hunks=hunks(text))
            full.append(clash._replace(authors=authors.of(case, clash.own, clash.path)))
        out.append(tuple(full))
    return out


def _texts(reader: ObjectReader, cases: Sequence[ConflictCase], main: str) -> list[dict[str, _Texts]]:
    """Path -> its contents, for the paths of each case whose lines clash."""
    merged = [
        {
            path: blobs
            for path in case.merge.answer.paths
            if (blobs := blobs_of(case.merge.answer, path)) is not None
        }
        for case in cases
    ]
    specs = {
        f"{tree}:{path}"
        for case, own in zip(cases, merged)
        for path in own
        for tree in (*case.trees, main)
        if tree
    }
    there = _oids(reader, specs)
    found = []
    for case, own in zip(cases, merged):
        moved = _Moved(reader, case)
        row = {}
        for path, (base, ours, theirs) in own.items():
            mine, its = (
                (there[f"{tree}:{path}"], path) if f"{tree}:{path}" in there else moved.of(side, path)
                for side, tree in enumerate(case.trees)
            )
            row[path] = _Texts(
                base=base, ours=ours, theirs=theirs, mine=mine, its=its, now=there.get(f"{main}:{path}", "")
            )
        found.append(row)
    return found


def _oids(reader: ObjectReader, specs: Iterable[str]) -> dict[str, str]:
    wanted = sorted(specs)
    return {spec: oid for spec, (oid, kind) in zip(wanted, reader.types(wanted)) if kind == "blob"}


class _Moved:
    """Where the files of a conflict lie on a side that calls them otherwise: one diff with renames a side."""

    def __init__(self, reader: ObjectReader, case: ConflictCase) -> None:
        self.reader, self.case = reader, case
        self.known: dict[int, dict[str, str]] = {}

    def of(self, side: int, path: str) -> tuple[str, str]:
        """(content, path) there; ("", "") where that is not known."""
        if side not in self.known:
            self.known[side] = self._renames(self.case.trees[side])
        old = self.known[side].get(path, "")
        spec = f"{self.case.trees[side]}:{old}"
        oid = _oids(self.reader, (spec,)).get(spec, "") if old else ""
        return (oid, old) if oid else ("", "")

    def _renames(self, tree: str) -> dict[str, str]:
        """Path in the merge -> path on the side."""
        how = ("-r", "-z", "--find-renames", "--name-status", "--no-ext-diff")
        try:
            out = self.reader.ask("diff-tree", *how, tree, self.case.merge.answer.tree) if tree else b""
        except GitError:
            if not self.reader.types([self.case.merge.answer.tree])[0][0]:
                raise  # an earlier run made it, and it is gone: nothing can be said without it
            return {}
        fields, at, found = text(out).split("\0")[:-1], 0, {}
        while at < len(fields):
            two = fields[at][:1] in ("R", "C")  # git-diff-tree(1): these bear both paths
            if two:
                found[fields[at + 2]] = fields[at + 1]
            at += 3 if two else 2
        return found


def _keys(reader: ObjectReader, own: _Texts) -> list[Key]:
    """What has to be compared with what."""
    base = own.base or reader.scratch.blob(b"")
    keys = [(base, own.ours), (base, own.theirs)]
    pairs = ((own.ours, own.mine[0]), (own.theirs, own.its[0]), (own.base, own.now))
    return keys + [(old, new) for old, new in pairs if old and new and old != new]


def _placed(
    clash: Clash, own: _Texts, scripts: Mapping[Key, tuple[Edit, ...] | None], reader: ObjectReader
) -> Clash:
    """The clash with its places, each as lines of that side's own file."""
    base = own.base or reader.scratch.blob(b"")
    mine, its = scripts.get((base, own.ours)), scripts.get((base, own.theirs))
    found = spans(mine, its) if mine is not None and its is not None else ()

    def lines(side: int, old: str, new: str) -> tuple[Span, ...]:
        places = [place[side] for place in found]
        if old == new:
            return tuple(places)
        script = scripts.get((old, new)) if new else None
        return carried(places, script) if script is not None else ()

    return clash._replace(
        ours=lines(0, own.ours, own.mine[0]),
        theirs=lines(1, own.theirs, own.its[0]),
        base=lines(2, own.base, own.now),
        called=(_other(clash, own.mine[1]), _other(clash, own.its[1])),
    )


def _other(clash: Clash, path: str) -> str:
    """The path where it is another one than the clash's."""
    return path if path != clash.path else ""


def _marked(
    reader: ObjectReader, cases: Sequence[ConflictCase], lines: Sequence[Mapping[str, object]]
) -> dict[str, bytes]:
    """``tree:path`` -> the file with its conflict markers."""
    specs = list(
        dict.fromkeys(f"{case.merge.answer.tree}:{path}" for case, own in zip(cases, lines) for path in own)
    )
    return {spec: data for spec, data in zip(specs, reader.blobs(specs)) if data is not None}


class Authors:
    """Who last changed a path on each side of a case. found: the clashes of each case. last: path -> who did on the
    target, as far as that is known.

    Each path that a case will ask about is asked of git, also one that git names in a message alone: otherwise its
    author would be known only where another case happens to have it. A path with a line break has no author on the
    target, whatever else is asked.
    """

    def __init__(
        self,
        reader: ObjectReader,
        cases: Sequence[ConflictCase],
        found: Sequence[Sequence[Clash]],
        target: str,
        last: Mapping[str, str] = {},
    ) -> None:
        commits = {sha for case in cases for sha in (*case.theirs, *(case.ours or ()))}
        self.by_path: dict[str, list[tuple[str, str]]] = {}
        for sha, author, touched in touching(reader, target, ("--no-walk=sorted",), commits, ()):
            for path in touched:
                self.by_path.setdefault(path, []).append((sha, author))
        paths = {clash.path for case, own in zip(cases, found) if case.ours is None for clash in own}
        # git reads one a line (git-log(1), --stdin).
        asked = sorted(path for path in paths.difference(last) if "\n" not in path)
        how = (f"--max-count={MOST_COMMITS}", "--no-merges")
        on_target = touching(reader, target, how, (target,), asked) if asked else []
        self.target = {path: name for path, name in last.items() if "\n" not in path}
        for _, author, touched in on_target:
            for path in touched:
                self.target.setdefault(path, author)

    def of(self, case: ConflictCase, own: tuple[str, str], path: str) -> tuple[str, str]:
        """own: the file's path on each side. path: in the merge."""
        ours = self.target.get(path, "") if case.ours is None else self._last(case.ours, own[0])
        return ours, self._last(case.theirs, own[1])

    def _last(self, commits: Collection[str], path: str) -> str:
        return next((author for sha, author in self.by_path.get(path, ()) if sha in commits), "")


def touching(
    reader: ObjectReader, target: str, how: tuple[str, ...], commits: Iterable[str], paths: Sequence[str]
) -> list[tuple[str, str, frozenset[str]]]:
    """(commit, author, paths) of commits, newest first; with paths only those that touch one of them.

    People are called as the target's .mailmap calls them (gitmailmap(5)).
    """
    stdin = "".join(f"{sha}\n" for sha in sorted(commits))
    if not stdin:
        return []
    if paths:
        stdin += "--\n" + "".join(f"{path}\n" for path in paths)
    words = (
        "--literal-pathspecs", *mailmap(target), "log", *how, "-z", "--format=%x01%H %P%x02%aN%x02", "--name-only",
        "--no-renames", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--stdin",
    )  # fmt: skip
    out = _said(reader, words, stdin, sorted(commits))
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


def _said(reader: ObjectReader, words: tuple[str, ...], stdin: str, commits: Sequence[str]) -> bytes:
    """What git says of commits; nothing in a partial clone that lacks their trees, which are noted as needed."""
    try:
        return reader.ask(*words, stdin=stdin.encode("utf-8", "surrogateescape"))
    except GitError:
        walk = [word for word in words if word.startswith("--max-count")] or ["--no-walk"]
        note_trees(reader, commits, *walk)
        return b""
