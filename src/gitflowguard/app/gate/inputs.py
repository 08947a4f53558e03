"""DVC without DVC: whether the numbers were made from the files, parameters and commands of the change.

What the lock file says is compared with git's own copies at the head, so nothing is downloaded and nothing is run.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from gitflowguard.app.gate.files import ReportFolder, blobs_at, read_report
from gitflowguard.gate.documents import form_of, parse_report
from gitflowguard.gate.dvclock import (
    Lock,
    LockedFile,
    LockedParam,
    directory_md5,
    parameter,
    read_lock,
    same_bytes,
    same_value,
)
from gitflowguard.gate.values import Unreadable, size_limit
from gitflowguard.model.finding import Unknown
from gitflowguard.model.measure import INPUT, METRIC, Measure
from gitflowguard.repo import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.app.gate.question import GateQuestion
    from gitflowguard.model.demand import ModelDemand
    from gitflowguard.repo.git import Git

_LARGEST = 64 * 1024 * 1024
_REPRO = (("dvc", "repro"),)


def input_measures(git: Git, demand: ModelDemand, asked: GateQuestion, shelf: ReportFolder) -> list[Measure]:
    """A fact for each difference between the lock and the head; raises GitError."""
    try:
        return list(_DvcInputs(git, demand, asked, shelf).differences())
    except Unreadable as problem:
        says = f"{demand.dvc} {problem}, so what the metrics were made from is missing"
        return [Measure(about=asked.about, kind=METRIC, name=demand.dvc, fault=says, path=demand.dvc)]


class _DvcInputs:
    """One lock file, and the commit that it is compared with."""

    def __init__(self, git: Git, demand: ModelDemand, asked: GateQuestion, shelf: ReportFolder) -> None:
        self._git, self._demand, self._asked, self._shelf = git, demand, asked, shelf
        self._folder = posixpath.dirname(demand.dvc)
        self._paths = {entry.path: entry.oid for entry in contents.tree(git, asked.head)}
        self._lock = read_lock(self._data(demand.dvc, "yaml"))
        self._pipeline = self._stages()

    def differences(self) -> Iterator[Measure]:
        """Every one of them, in the order of the lock."""
        lock = self._lock
        outs = {self._path(one): one for one in lock.files if one.out}
        for one in lock.files:
            yield from self._file(one, outs)
        for param in lock.params:
            yield from self._param(param)
        yield from self._commands(lock)
        yield from self._reports(outs)

    def _data(self, path: str, form: str) -> Any:
        data = read_report(self._git, ReportFolder(commit=self._asked.head), path, size_limit(form))
        return parse_report(data, form)

    def _stages(self) -> dict[str, Any]:
        """The stages of dvc.yaml beside the lock, {} where it can't be read: what is compared by it is extra."""
        path = posixpath.join(self._folder, "dvc.yaml")
        if path not in self._paths:
            return {}
        try:
            data = self._data(path, "yaml")
        except Unreadable:
            return {}
        stages = data.get("stages") if isinstance(data, dict) else None
        return stages if isinstance(stages, dict) else {}

    def _path(self, one: LockedFile) -> str:
        """A path of the lock from the repository's root; a stage may have a directory of its own (wdir)."""
        return self._rooted(one.stage, one.path)

    def _rooted(self, stage: str, path: str) -> str:
        entry = self._pipeline.get(stage.partition("@")[0])
        inner = entry.get("wdir", "") if isinstance(entry, dict) else ""
        return posixpath.normpath(posixpath.join(self._folder, inner if isinstance(inner, str) else "", path))

    def _file(self, one: LockedFile, outs: dict[str, LockedFile]) -> Iterator[Measure]:
        path = self._path(one)
        if path in self._paths:
            data = blobs_at(self._git, self._asked.head, (path,), _LARGEST)[path]
            if data is None or not same_bytes(one, data):
                yield self._stale(path)
        elif self._inside(path):
            if directory_md5(self._inside(path)) != one.md5:
                yield self._stale(path)
        elif path + ".dvc" in self._paths:
            if one.md5 and self._tracked(path) != one.md5:
                yield self._stale(path)
        elif not one.out and path in outs:
            if outs[path].md5 != one.md5:
                yield self._stale(path)
        elif not one.out:
            why = f"Can't determine whether {path} is as {self._demand.dvc} has it: it is in neither git nor DVC"
            yield Measure(about=self._asked.about, kind=INPUT, name=path, unknown=Unknown(why), path=path)

    def _inside(self, folder: str) -> dict[str, bytes]:
        """The files that git has below a directory."""
        top = folder.rstrip("/") + "/"
        paths = tuple(path for path in self._paths if path.startswith(top))
        found = blobs_at(self._git, self._asked.head, paths, _LARGEST) if paths else {}
        return {path[len(top) :]: data for path, data in found.items() if data is not None}

    def _tracked(self, path: str) -> str:
        """What a file's own .dvc file says."""
        data = self._data(path + ".dvc", "yaml")
        outs = data.get("outs") if isinstance(data, dict) else None
        first = outs[0] if isinstance(outs, list) and outs else None
        md5 = first.get("md5") if isinstance(first, dict) else None
        return md5 if isinstance(md5, str) else ""

    def _param(self, param: LockedParam) -> Iterator[Measure]:
        path = self._rooted(param.stage, param.file)
        form = form_of(path)
        if path not in self._paths or not form:
            why = (
                f"Can't determine whether {param.name} is as {self._demand.dvc} has it: {path} can't be read"
            )
            yield Measure(about=self._asked.about, kind=INPUT, name=path, unknown=Unknown(why), path=path)
            return
        found = parameter(self._data(path, form), param.name)
        if len(found) != 1 or not same_value(param.value, found[0]):
            yield self._stale(path, f"{param.name} in {path}")

    def _commands(self, lock: Lock) -> Iterator[Measure]:
        """A stage that never ran, or whose command is another one by now."""
        path = posixpath.join(self._folder, "dvc.yaml")
        for name, stage in self._pipeline.items():
            ran = [one for one in lock.commands if one.partition("@")[0] == name]
            if not ran:
                yield self._stale(path, f"the stage {name} in {path}")
            elif name in lock.commands and isinstance(stage, dict):
                command = stage.get("cmd")
                if isinstance(command, str) and "${" not in command and command != lock.commands[name]:
                    yield self._stale(path, f"the command of {name} in {path}")

    def _reports(self, outs: dict[str, LockedFile]) -> Iterator[Measure]:
        """The reports at hand are those that the lock's run wrote."""
        for path in self._demand.metrics:
            if path not in outs:
                says = f"{self._demand.dvc} has no output {path}, so nothing shows what its numbers were made from"
                yield Measure(about=self._asked.about, kind=INPUT, name=path, fault=says, path=path)
            elif self._shelf.root:
                try:
                    data = read_report(self._git, self._shelf, path, size_limit(form_of(path) or "xml"))
                except Unreadable:
                    continue  # missing-metric says so
                if not same_bytes(outs[path], data):
                    says = f"{path} isn't the one that {self._demand.dvc} has, so the metrics are stale"
                    yield Measure(
                        about=self._asked.about, kind=INPUT, name=path, fault=says, path=path, mend=_REPRO
                    )

    def _stale(self, path: str, what: str = "") -> Measure:
        says = f"The metrics are stale: {what or path} isn't as {self._demand.dvc} has it"
        return Measure(
            about=self._asked.about, kind=INPUT, name=what or path, fault=says, path=path, mend=_REPRO
        )
