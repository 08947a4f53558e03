"""Random histories for the radar: a model of commits, what may happen in them, and how they become a repository.

A history is a list of events; each stands alone and always applies (a path is chosen by a number modulo what is
there), so that hypothesis can drop any of them on its way to the smallest example.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

FILE, RUN, LINK, SUB = "100644", "100755", "120000", "160000"
TARGET = 0
Files = dict[str, tuple[str, bytes]]
Op = tuple[object, ...]
Test = Callable[..., None]


def lines(name: str, count: int = 12) -> bytes:
    """A text that is like itself and like no other."""
    return "".join(f"{name} has this in line {n}\n" for n in range(count)).encode()


FIRST: Files = {
    "a.txt": (FILE, lines("alpha")),
    "b.md": (FILE, lines("beta")),
    "d/one.py": (FILE, lines("one")),
    "d/two.py": (FILE, lines("two")),
    "d/sub/x.py": (FILE, lines("x")),
    "e/y.py": (RUN, lines("y")),
    "empty": (FILE, b""),
    "image.bin": (FILE, b"\0\1\2" + lines("image", 3)),
    "link": (LINK, b"a.txt"),
    "module": (SUB, b"1" * 40),
    'q "uo\\te".txt': (FILE, lines("quote")),
}
NEW = (
    "a.txt", "A.TXT", "c.txt", "d/new.py", "d/sub/new.py", "e/new.py", "f/new.py", "d", "e", "a.txt/in", "link/in",
    "module/in", "d/one.py/in", "empty", "g\u00e9.txt", "a~b", "line\nbreak.txt", "d/sub/deep/z.py",
)  # fmt: skip
FOLDERS = ("f", "e", "d/sub", "d", "g/h", "d/moved", "F")
WORDS = ("changed", "other", "alpha has this in line 3", "", "<<<<<<< no marker", "=======", "more")
ATTRIBUTES = (
    "*.txt merge=union\n", "*.py -merge\n", "*.md binary\n", "*.py merge=text\n", "*.txt merge=own\n",
    "* merge=union\n", "*.py conflict-marker-size=11\n", '"q \\"uo\\\\te\\".txt" merge=union\n',
    "*.txt text eol=crlf\n", "/d/*.py merge=union\n*.md merge=binary\n", "[attr]both merge=union\n*.py both\n",
    "*.py !merge\n", "new.py -merge\n", "* text=auto\n", "",
)  # fmt: skip
PLACES = (".gitattributes", "d/.gitattributes", "d/sub/.gitattributes", "f/.gitattributes")
SETTINGS = (
    ("merge.renames", "false"), ("merge.renames", "copies"), ("merge.directoryRenames", "true"),
    ("merge.directoryRenames", "false"), ("merge.renameLimit", "1"), ("merge.renormalize", "true"),
    ("merge.default", "union"), ("diff.renames", "false"), ("merge.conflictStyle", "diff3"),
)  # fmt: skip

_small = st.integers(0, 7)
_path = st.integers(0, 15)
_words = st.lists(st.sampled_from(WORDS), max_size=2).map(tuple)
_EDIT = st.tuples(st.just("edit"), _path, st.integers(0, 12), st.integers(0, 2), _words)
# In one file and in one half of it, so that edits meet, and come close without meeting.
_CLOSE = st.tuples(st.just("edit"), st.just(0), st.integers(0, 9), st.integers(0, 1), _words)
OPS: st.SearchStrategy[Op] = st.one_of(
    _EDIT,
    _EDIT,
    _CLOSE,
    _CLOSE,
    st.tuples(st.just("add"), st.sampled_from(NEW), _path, st.booleans()),
    st.tuples(st.just("add"), st.sampled_from(NEW), _path, st.booleans()),
    st.tuples(st.just("delete"), _path),
    st.tuples(st.just("move"), _path, st.sampled_from(NEW), st.booleans()),
    st.tuples(st.just("movedir"), _small, st.sampled_from(FOLDERS)),
    st.tuples(st.just("deldir"), _small),
    st.tuples(st.just("mode"), _path, st.sampled_from((FILE, RUN, LINK))),
    st.tuples(st.just("sub"), _path, st.sampled_from("123")),
    st.tuples(st.just("bytes"), _path, st.sampled_from((b"", b"\0x", b"\r\n", b"no end", b"\0y\n"))),
    st.tuples(st.just("ends"), _path, st.sampled_from(("crlf", "bare", "lf"))),
    st.tuples(st.just("attributes"), st.sampled_from(PLACES), st.sampled_from(ATTRIBUTES)),
)
EVENTS = st.one_of(
    st.tuples(st.just("commit"), _small, st.lists(OPS, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.just("commit"), _small, st.lists(OPS, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.just("commit"), _small, st.lists(OPS, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.just("commit"), st.just(TARGET), st.lists(OPS, min_size=1, max_size=2).map(tuple)),
    st.tuples(st.just("merge"), _small, _small),
    st.tuples(st.just("octopus"), _small, _small, _small),
    st.tuples(st.just("pick"), _small, _small),
    st.tuples(st.just("squash"), _small, _small),
    st.tuples(st.just("cut"), _small, _small),
    st.tuples(st.just("root"), _small),
)


@dataclass
class Commit:
    """parents: places of earlier commits. ops: what was done, for those who pick it."""

    parents: tuple[int, ...]
    files: Files
    ops: tuple[Op, ...] = ()

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Show no files: of more than 30 kB Hypothesis warns, which fails a test and hides what the test found."""
        printer.text(f"Commit({self.parents}, {self.ops})")


@dataclass
class History:
    """commits: parents first. tips: branch -> place of its newest commit; 0 is the target."""

    commits: list[Commit] = field(default_factory=list)
    tips: dict[int, int] = field(default_factory=dict)
    config: tuple[tuple[str, str], ...] = ()
    ids: list[str] = field(default_factory=list)

    @property
    def branches(self) -> dict[str, str]:
        """Name -> commit, of all but the target."""
        return {f"feature/b{n}": self.ids[place] for n, place in sorted(self.tips.items()) if n != TARGET}

    @property
    def target(self) -> str:
        """The target's commit."""
        return self.ids[self.tips[TARGET]]


def _free(files: Files, path: str) -> None:
    """Makes room: a path cannot be a file and a directory."""
    for other in list(files):
        if other == path or other.startswith(path + "/") or path.startswith(other + "/"):
            del files[other]


def _put(files: Files, path: str, entry: tuple[str, bytes]) -> None:
    _free(files, path)
    files[path] = entry


def _pick(files: Files, number: object) -> str:
    paths = sorted(files)
    return paths[int(str(number)) % len(paths)] if paths else ""


def _folder(files: Files, number: object) -> str:
    folders = sorted({path.rpartition("/")[0] for path in files if "/" in path})
    return folders[int(str(number)) % len(folders)] if folders else ""


def _edit(files: Files, op: Op) -> None:
    path = _pick(files, op[1])
    mode, data = files.get(path, (SUB, b""))
    if mode in (FILE, RUN):
        text = data.splitlines(keepends=True)
        at, gone, words = int(str(op[2])), int(str(op[3])), op[4]
        assert isinstance(words, tuple)
        text[at : at + gone] = [f"{word}\n".encode() for word in words]
        files[path] = (mode, b"".join(text))


def _add(files: Files, op: Op) -> None:
    path, source = str(op[1]), _pick(files, op[2])
    like = files.get(source, (FILE, b""))
    fresh = (FILE, lines(f"new {op[2]}"))
    _put(files, path, like if op[3] and like[0] in (FILE, RUN) else fresh)


def _delete(files: Files, op: Op) -> None:
    files.pop(_pick(files, op[1]), None)


def _move(files: Files, op: Op) -> None:
    path = _pick(files, op[1])
    if path:
        mode, data = files.pop(path)
        _put(files, str(op[2]), (mode, data + b"moved\n" if op[3] and mode in (FILE, RUN) else data))


def _movedir(files: Files, op: Op) -> None:
    folder, new = _folder(files, op[1]), str(op[2])
    if not folder or new == folder:
        return
    moved = {path: files.pop(path) for path in list(files) if path.startswith(folder + "/")}
    for path, entry in moved.items():
        _put(files, new + path[len(folder) :], entry)


def _deldir(files: Files, op: Op) -> None:
    folder = _folder(files, op[1])
    for path in [path for path in files if folder and path.startswith(folder + "/")]:
        del files[path]


def _mode(files: Files, op: Op) -> None:
    path = _pick(files, op[1])
    if path and files[path][0] != SUB:
        data = files[path][1]
        files[path] = (str(op[2]), (data.replace(b"\0", b"")[:30] or b"x") if op[2] == LINK else data)


def _sub(files: Files, op: Op) -> None:
    path = _pick(files, op[1])
    if path:
        files[path] = (SUB, str(op[2]).encode() * 40)


def _bytes(files: Files, op: Op) -> None:
    path, data = _pick(files, op[1]), op[2]
    assert isinstance(data, bytes)
    if path and files[path][0] in (FILE, RUN):
        files[path] = (files[path][0], data)


def _ends(files: Files, op: Op) -> None:
    path = _pick(files, op[1])
    if path and files[path][0] in (FILE, RUN):
        mode, data = files[path]
        lf = data.replace(b"\r\n", b"\n")
        files[path] = (
            mode,
            {"crlf": lf.replace(b"\n", b"\r\n"), "bare": lf.rstrip(b"\n"), "lf": lf}[str(op[2])],
        )


def _attributes(files: Files, op: Op) -> None:
    _put(files, str(op[1]), (FILE, str(op[2]).encode()))


_DEEDS: dict[str, Callable[[Files, Op], None]] = {
    "edit": _edit, "add": _add, "delete": _delete, "move": _move, "movedir": _movedir, "deldir": _deldir,
    "mode": _mode, "sub": _sub, "bytes": _bytes, "ends": _ends, "attributes": _attributes,
}  # fmt: skip


def applied(files: Files, ops: tuple[Op, ...]) -> Files:
    new = dict(files)
    for op in ops:
        _DEEDS[str(op[0])](new, op)
    return new


def _held(commits: list[Commit], place: int) -> set[int]:
    found, todo = set[int](), [place]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += commits[one].parents
    return found


def _three_way(base: Files, ours: Files, theirs: Files) -> Files:
    """A merge as a person in a hurry makes it: theirs where ours is as it was, else ours."""
    merged = dict(ours)
    for path in sorted({*base, *theirs}):
        if ours.get(path) == base.get(path) and theirs.get(path) != base.get(path):
            if path in theirs:
                _put(merged, path, theirs[path])
            else:
                merged.pop(path, None)
    return merged


class _Builder:
    def __init__(self, count: int) -> None:
        self.count = count
        self.history = History([Commit((), dict(FIRST))], {TARGET: 0})

    def tip(self, number: int) -> int:
        """Where a branch stands; one that is new stands where the target does."""
        tips = self.history.tips
        return tips.setdefault(number % self.count, tips[TARGET])

    def commit(self, number: int, parents: tuple[int, ...], files: Files, ops: tuple[Op, ...] = ()) -> None:
        commits = self.history.commits
        commits.append(Commit(parents, files, ops))
        self.history.tips[number % self.count] = len(commits) - 1

    def apply(self, number: int, ops: tuple[Op, ...]) -> None:
        tip = self.tip(number)
        self.commit(number, (tip,), applied(self.history.commits[tip].files, ops), ops)

    def merge(self, number: int, others: tuple[int, ...]) -> None:
        commits = self.history.commits
        tip = self.tip(number)
        parents, files, held = [tip], commits[tip].files, _held(commits, tip)
        for other in others:
            theirs = self.tip(other)
            if theirs in held:
                continue
            common = held & _held(commits, theirs)
            base = commits[max(common)].files if common else {}
            files = _three_way(base, files, commits[theirs].files)
            parents.append(theirs)
            held |= _held(commits, theirs)
        if len(parents) > 1:
            self.commit(number, tuple(parents), files)

    def event(self, event: tuple[object, ...]) -> None:
        what, who = str(event[0]), int(str(event[1]))
        others = tuple(int(str(word)) for word in event[2:]) if what != "commit" else ()
        commits = self.history.commits
        if what == "commit":
            ops = event[2]
            assert isinstance(ops, tuple)
            self.apply(who, ops)
        elif what in ("merge", "octopus"):
            self.merge(who, others)
        elif what == "pick":
            self.apply(who, commits[self.tip(others[0])].ops)
        elif what == "squash":
            mine = _held(commits, self.tip(who))
            left = sorted(_held(commits, self.tip(others[0])) - mine)
            self.apply(who, tuple(op for place in left for op in commits[place].ops))
        elif what == "cut" and who % self.count != TARGET:
            self.history.tips[who % self.count] = self.tip(others[0])
        elif what == "root" and who % self.count != TARGET:
            self.commit(who, (), dict(FIRST))


def build(
    branches: list[tuple[tuple[Op, ...], ...]],
    before: list[tuple[object, ...]],
    after: list[tuple[object, ...]],
    first: tuple[Op, ...],
    config: tuple[tuple[str, str], ...],
) -> History:
    """A history. branches: the commits of each, the target aside. before, after: events around these.
    first: what the first commit has beside FIRST."""
    builder = _Builder(len(branches) + 1)
    commits = builder.history.commits
    commits[0].files = applied(commits[0].files, first)
    for event in before:
        builder.event(event)
    for number, work in enumerate(branches, 1):
        for ops in work:
            builder.apply(number, ops)
    for event in after:
        builder.event(event)
    builder.history.config = config
    return builder.history


def histories(fewest: int = 3, most: int = 5) -> st.SearchStrategy[History]:
    """fewest, most: branches beside the target."""
    attributes = st.tuples(st.just("attributes"), st.sampled_from(PLACES), st.sampled_from(ATTRIBUTES))
    work = st.lists(st.lists(OPS, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple)
    return st.builds(
        build,
        st.lists(work, min_size=fewest, max_size=most),
        st.lists(EVENTS, max_size=4),
        st.lists(EVENTS, max_size=6),
        st.lists(attributes, max_size=2).map(tuple),
        st.one_of(st.just(()), st.just(()), st.lists(st.sampled_from(SETTINGS), max_size=2).map(tuple)),
    )


def write(history: History, where: Path) -> None:
    """Makes the repository, not bare, its work tree empty; fills history.ids."""
    subprocess.run(["git", "init", "-q", "-b", "develop", str(where)], check=True)
    marks = where / "marks"
    stream = bytearray()
    skewed = len(history.commits) % 2 == 0  # clocks differ: a parent may be younger than its child
    for place, commit in enumerate(history.commits):
        when = 1700000000 + (place * 37 % 11 * 1000 if skewed else place)
        stream += f"commit refs/work/{place}\nmark :{place + 1}\n".encode()
        stream += f"committer T <t@example.invalid> {when} +0000\n".encode()
        stream += b"data 0\n"
        if commit.parents:
            stream += f"from :{commit.parents[0] + 1}\n".encode()
        for parent in commit.parents[1:]:
            stream += f"merge :{parent + 1}\n".encode()
        stream += b"deleteall\n"
        for path, (mode, data) in commit.files.items():
            name = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
            if mode == SUB:
                stream += f"M {mode} {data.decode()} {name}\n".encode()
            else:
                stream += f"M {mode} inline {name}\ndata {len(data)}\n".encode() + data + b"\n"
    argv = ["git", "-C", str(where), "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(argv, input=bytes(stream), check=True)
    by_mark = dict(line.split(" ") for line in marks.read_text().splitlines())
    history.ids = [by_mark[f":{place + 1}"] for place in range(len(history.commits))]
    marks.unlink()
    refs = {"refs/heads/develop": history.target} | {
        f"refs/heads/{n}": s for n, s in history.branches.items()
    }
    for folder in (where / ".git" / "refs" / "work",):
        for ref in folder.iterdir():
            ref.unlink()
    rows = "".join(f"{sha} {name}\n" for name, sha in sorted(refs.items()))
    (where / ".git" / "packed-refs").write_text("# pack-refs with: peeled fully-peeled sorted \n" + rows)
    settings = "".join(
        f"[{key.partition('.')[0]}]\n\t{key.partition('.')[2]} = {value}\n" for key, value in history.config
    )
    with open(where / ".git" / "config", "a", encoding="utf-8") as file:
        file.write(settings)


def every_time(part: int, count: int) -> Callable[[Test], Test]:
    """So many examples, the same ones every time; part: which ones."""
    chosen = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: seed(part)(chosen(test))
