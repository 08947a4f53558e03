"""flake8 on single files that git has in some tree or other: which names are unknown, what isn't Python."""

from __future__ import annotations

from gitflowguard.app.quality.asked import QualityRequest
from gitflowguard.app.quality.groups import groups_of
from gitflowguard.app.quality.run import cores, environment
from gitflowguard.model.check import FULL, Tool
from gitflowguard.quality import flake8
from gitflowguard.quality.adapter import GarbledOutput, ToolExit
from gitflowguard.radar.signatures import CallFault
from gitflowguard.repo.contents import IndexEntry
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.order import ToolCall
from gitflowguard.tooling.run import start
from gitflowguard.tooling.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.app.quality.asked import Group
    from gitflowguard.app.radar.files import Files
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place
    from gitflowguard.tooling.order import Result
    from gitflowguard.tooling.run import Runner

    Known = dict[tuple[str, bool], tuple[CallFault, ...]]

# Names that cannot be resolved, imports and definitions that hide each other, and what isn't Python at all.
_SELECT = "--select=E9,F"
_INIT = "__init__.py"


class Flake8:
    """The project's flake8, else ours, without any configuration. name: which one it is."""

    def __init__(self, git: Git, place: Place, flow: Flow, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.seconds, self.megabytes = flow.quality.seconds, flow.quality.megabytes
        self.name = "flake8"
        self._known: Known = {}
        self._unread: set[tuple[str, bool]] = set()
        self.used: set[tuple[str, bool]] = set()
        self._problem = ""
        self._group = self._find(git, place, flow, environ)

    def _find(self, git: Git, place: Place, flow: Flow, environ: Mapping[str, str]) -> Group | None:
        """How flake8 is started here."""
        asked = QualityRequest((IndexEntry("module.py", ""),), "")
        groups, found, problems = groups_of(git, place, (Tool("flake8"),), asked, FULL, flow.quality, environ)
        self.name = " ".join(word for one in found for word in (one.name, one.version) if word)
        if problems and problems[0].unchecked is not None:
            self._problem = f"flake8 looked at nothing: {problems[0].unchecked.reason}"
        return groups[0] if groups else None

    def begin(self, known: Known) -> None:
        """Goes on from what is known of files by (blob, whether it is a package's own); new ones are added there."""
        known.update(self._known)
        self._known = known

    def problems(self) -> tuple[str, ...]:
        """What it couldn't check at."""
        found = [self._problem] if self._problem else []
        if self._unread:
            found.append(f"flake8 could not read {len(self._unread)} of the files")
        return tuple(found)

    def faults(self, path: str, oid: str, tree: str) -> Iterable[CallFault] | None:
        """What it said of a file; None where it could not read it. tree: is not asked for."""
        self.used.add((oid, path.endswith(_INIT)))
        known = self._known.get((oid, path.endswith(_INIT)), None if oid else ())
        return None if known is None else tuple(one._replace(path=path) for one in known)

    def read(self, files: Files, wanted: Iterable[tuple[str, str]]) -> None:
        """Looks at files, given as (path, blob), that it hasn't checked before."""
        # flake8 sees nothing of a file's surroundings but whether it is a package's own.
        keys = {(oid, path.endswith(_INIT)) for path, oid in wanted if oid} - self._known.keys()
        texts = {key: data for key in sorted(keys) if (data := files.data(key[0])) is not None}
        if not texts or self._group is None:
            return
        scene = environment(self.environ)
        known = self._group.known
        python = self._group.found.python
        with interruptible(), start([(python, (known.entry,))] if python else [], scene, cores()) as runner:
            with Tree(scene) as tree:
                for path, data in flake8.prepare(None, Tool("flake8"), False).files:
                    tree.write(path, data)
                named = {}
                for number, ((oid, init), data) in enumerate(texts.items()):
                    name = f"{number}/{_INIT if init else 'module.py'}"
                    tree.write(name, data)
                    named[name] = oid, init
                self._run(runner, tree.root, {name: len(texts[key]) for name, key in named.items()}, named)

    def _run(
        self, runner: Runner, root: str, sizes: Mapping[str, int], named: Mapping[str, tuple[str, bool]]
    ) -> None:
        """Runs it on all files; where an answer cannot be understood, on each by itself."""
        orders = [self._order(tuple(sizes), tuple(sizes.values()), True)]
        alone = False
        while orders:
            again: list[str] = []
            for result in runner.run(orders, root):
                again += self._take(result, named)
            orders = [] if alone else [self._order((name,), (sizes[name],), False) for name in again]
            alone = True
            if not orders:
                self._unread.update(named[name] for name in again)

    def _order(self, names: tuple[str, ...], sizes: tuple[int, ...], entry: bool) -> ToolCall:
        assert self._group is not None  # `read` has looked  # nosec B101
        found = self._group.found
        prepared = flake8.prepare(None, Tool("flake8"), False)
        return ToolCall(
            key=names[0],
            argv=(found.program, *prepared.args, _SELECT),
            files=names,
            sizes=sizes,
            python=found.python if entry else "",
            entry=self._group.known.entry if entry else "",
            split=True,
            seconds=self.seconds,
            megabytes=self.megabytes,
        )

    def _take(self, result: Result, named: Mapping[str, tuple[str, bool]]) -> list[str]:
        """Keeps what was said; returns the files of which nothing is known now."""
        try:
            if result.why:
                raise GarbledOutput(result.why)
            answer = flake8.read(ToolExit(result.code, result.out, result.err), result.files)
        except GarbledOutput:
            return list(result.files)
        by_file: dict[str, list[CallFault]] = {name: [] for name in result.files}
        for one in answer.remarks:
            by_file[one.path].append(CallFault("", one.line, one.code, one.says))
        for name, own in by_file.items():
            self._known[named[name]] = tuple(own)
        self._unread.update(named[name] for name, _ in answer.unchecked)
        return []
