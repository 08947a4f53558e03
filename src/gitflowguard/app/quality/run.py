"""The contents that no tool has passed yet: laid out in a private directory, checked, thrown away.

Loaded by name from app.quality, so that a commit whose contents are all known pays
nothing for it. The tools' modules begin to load before the files are laid out.
"""

from __future__ import annotations

import os
import posixpath

from gitflowguard.app.quality import around
from gitflowguard.app.quality.asked import EXCLUDED, Group, QualityRequest, items_of
from gitflowguard.app.quality.newlines import only_new
from gitflowguard.model.check import FORMAT, HARD, WARN, Check
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.process import scrubbed
from gitflowguard.quality.adapter import (
    GarbledOutput,
    Partly,
    Prepared,
    Remark,
    ToolAnswer,
    ToolExit,
    option,
)
from gitflowguard.repo import contents
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.order import Result, ToolCall
from gitflowguard.tooling.plan import is_long
from gitflowguard.tooling.run import start
from gitflowguard.tooling.tree import Tree, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from gitflowguard.app.quality.around import Around
    from gitflowguard.app.quality.asked import Configs, ToolProgress
    from gitflowguard.model.check import Tool
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Git, Place
    from gitflowguard.tooling.run import Runner
    from gitflowguard.tooling.stay import Stay
    from gitflowguard.tooling.store import Store

    Texts = Mapping[str, bytes | Unknown]

# What a caller could use to make a tool read or run something else.
_DROPPED = ("GIT_", "FLAKE8", "RUFF_", "MYPY", "BLACK_", "BANDIT")
# Names of files that are more than a command line bears; mypy reads such a list (mypy/main.py, fromfile_prefix_chars).
_LIST = ".gitflowguard-files"


class Job(Record):
    """A group with its adapter, the options that it runs under, and the contents that it is given."""

    group: Group
    adapter: ModuleType
    prepared: Prepared
    entries: tuple[IndexEntry, ...]


class Said(Record):
    """What one tool said of one group; unchecked: (path, why)."""

    remarks: tuple[Remark, ...] = ()
    unchecked: tuple[tuple[str, str], ...] = ()
    excluded: tuple[str, ...] = ()
    hidden: Mapping[str, int] = {}


def run(
    git: Git,
    place: Place,
    flow: Flow,
    asked: QualityRequest,
    groups: tuple[Group, ...],
    store: Store,
    environ: Mapping[str, str],
) -> tuple[tuple[Check, ...], tuple[str, ...], list[tuple[str, int]]]:
    """(checks, notes, (tool, mark of a file) pairs) of contents that were not passed before."""
    scene = environment(environ)
    bar = flow.bar(asked.branch)

    def laid(asked: QualityRequest, groups: tuple[Group, ...]) -> tuple[Texts, list[Job], list[Said]]:
        texts = _texts(git, place, asked, groups, flow.quality.file_kb * 1024)
        with Tree(scene) as tree:
            jobs = lay_out(git, asked, groups, texts, tree, flow.quality.suppressions == "refuse", place.top)
            heard = _counter(jobs, asked.progress) if asked.progress is not None else None
            said = _run(jobs, texts, runner, tree.root, flow.quality.seconds, flow.quality.megabytes, heard)
        return texts, jobs, [_barred(answer, job.group, bar) for job, answer in zip(jobs, said)]

    def again(asked: QualityRequest, groups: tuple[Group, ...]) -> Iterator[tuple[str, Remark]]:
        _, jobs, said = laid(asked._replace(progress=None), groups)
        for job, answer in zip(jobs, said):
            yield from ((job.group.tool.name, remark) for remark in answer.remarks)

    with interruptible(), start(_wanted(groups), scene, cores(), _stay(asked, groups, scene)) as runner:
        sweep(scene)
        texts, jobs, said = laid(asked, groups)
        checks, marks = _answers(jobs, said, texts, store, asked.branch, bar)
        _keep_binary(store, groups, texts)
        given = {(job.group.tool.name, entry.path) for job in jobs for entry in job.entries}
        found = tuple(dict.fromkeys((*_unread(groups, texts, given, asked.branch), *checks)))
        found = only_new(git, place, flow, asked, found, groups, environ, again)
    notes = tuple(
        dict.fromkeys((*(note for job in jobs for note in job.prepared.notes), *_large(groups, texts)))
    )
    return _thawed(git, found, asked, texts, groups), notes, marks


def _keep_binary(store: Store, groups: Iterable[Group], texts: Texts) -> None:
    """A program that is meant for text has nothing to look at in a binary content."""
    for group in groups:
        if group.takes_text():
            rest = [
                (entry.path, entry.oid, 0)
                for entry in group.entries
                if isinstance(data := texts.get(entry.oid), bytes) and contents.is_binary(data)
            ]
            store.keep(group.setup, rest)


def _large(groups: Iterable[Group], texts: Texts) -> Iterator[str]:
    """What a program that names no files was not given because of its size. Data and pictures aren't text that
    somebody has asked to be checked, so it is a note."""
    for group in groups:
        for entry in group.entries if group.takes_text() else ():
            data = texts.get(entry.oid)
            if isinstance(data, Unknown) and contents.is_too_large(data):
                yield f"{group.tool.name} did not check {entry.path}: {data.reason}"


def _answers(
    jobs: list[Job], said: list[Said], texts: Texts, store: Store, branch: str, bar: str
) -> tuple[list[Check], list[tuple[str, int]]]:
    """(checks, marks) of all jobs; what passed is remembered."""
    checks: list[Check] = []
    marks: list[tuple[str, int]] = []
    for job, answer in zip(jobs, said):
        own = _marks(job, answer, texts)
        marks += [(job.group.tool.name, mark) for mark in own.values() if mark]
        _keep(store, job, answer, own)
        checks += _checks(job, answer, branch, bar)
    return checks, marks


def _counter(jobs: list[Job], progress: ToolProgress) -> Callable[[Result], None]:
    """Counts files by tool as results come, and reports each count. What is asked for again counts once."""
    counts: dict[str, tuple[int, int]] = {}
    for job in jobs:
        counts[job.group.tool.name] = (0, counts.get(job.group.tool.name, (0, 0))[1] + len(job.entries))
    progress.tell(dict(counts))

    def heard(result: Result) -> None:
        name = jobs[int(result.key.partition(":")[0])].group.tool.name
        done, total = counts[name]
        counts[name] = (min(done + len(result.files), total), total)
        progress.tell(dict(counts))

    return heard


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What a tool's environment is: the user's, without what could lead it to other code or another repository."""
    kept = {name: value for name, value in scrubbed(environ).items() if not name.startswith(_DROPPED)}
    return {**kept, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def adapter_of(group: Group) -> ModuleType:
    """The module that knows how the tool is called and what it answers."""
    return _adapter(group.tool.reads if group.tool.run else group.tool.name)


def _adapter(name: str) -> ModuleType:
    """By the tool's name."""
    module: ModuleType = __import__(f"gitflowguard.quality.{name.replace('-', '_')}", fromlist=["read"])
    return module


def _wanted(groups: Iterable[Group]) -> list[tuple[str, tuple[str, ...]]]:
    """(interpreter, entry points) that the runner may begin to load."""
    wanted: dict[str, list[str]] = {}
    for group in groups:
        if group.known.entry and group.found.python:
            wanted.setdefault(group.found.python, []).append(group.known.entry)
    return [(python, tuple(dict.fromkeys(entries))) for python, entries in wanted.items()]


def _stay(asked: QualityRequest, groups: Iterable[Group], scene: Mapping[str, str]) -> Stay | None:
    """Where the tools stay loaded for the next commit."""
    if not asked.stays:
        return None
    from gitflowguard.tooling.stay import stay

    return stay(scene, {(group.found.python, group.known.entry): group.found.mark for group in groups})


def _texts(
    git: Git, place: Place, asked: QualityRequest, groups: Iterable[Group], limit: int
) -> dict[str, bytes | Unknown]:
    """Content by object id; Unknown where it cannot be had or is too large."""
    own = asked.texts or {}
    entries = {entry.oid: entry for group in groups for entry in group.entries}
    found: dict[str, bytes | Unknown] = {}
    for oid in entries:
        if oid in own:
            size = len(own[oid])
            found[oid] = own[oid] if size <= limit else contents.too_large(size, limit)
    rest = tuple(oid for oid in entries if oid not in found)
    found.update(contents.texts(git, place, rest, limit))
    return found


def lay_out(
    git: Git,
    asked: QualityRequest,
    groups: tuple[Group, ...],
    texts: Mapping[str, bytes | Unknown],
    tree: Tree,
    refuse: bool,
    top: str = "",
) -> list[Job]:
    """Writes contents, configuration and what the tools need beside them; returns what is to be run.

    top: the work tree, whose configuration somebody answers for where it runs code (app.policy.trust).
    """
    if not groups:
        return []
    near = around.read(git, asked, groups)
    jobs: list[Job] = []
    written: set[str] = set()
    refused: set[str] = set()
    for group in groups:
        entries = tuple(entry for entry in group.entries if _is_given(group, texts.get(entry.oid)))
        _contents(entries, texts, tree, written, refused)
        entries = tuple(entry for entry in entries if entry.path not in refused)
        jobs += _jobs(group, entries, near, refuse, top)
    for path, data in (one for job in jobs for one in job.prepared.files):
        if path not in written or path in near.files:
            tree.write(path, data)
            written.add(path)
    every = contents.everything(git, asked.head) if any(job.prepared.needs for job in jobs) else ()
    for job in jobs:
        _needs(git, job, every, tree, written)
    around.write(tree, near, written)
    for job in jobs:
        if _is_listed(job):
            tree.write(_LIST, os.fsencode("\n".join(named(entry.path) for entry in job.entries)))
        around.names(tree, (*around.packages(job.group.listing, job.entries), *job.group.beside), written)
    return jobs


def _is_given(group: Group, data: bytes | Unknown | None) -> bool:
    """Whether a content can be given to the tool: a program with no files of its own is meant for text."""
    return isinstance(data, bytes) and not (group.takes_text() and contents.is_binary(data))


def _jobs(
    group: Group, entries: tuple[IndexEntry, ...], near: Around, refuse: bool, top: str
) -> Iterator[Job]:
    """What is to be run on the contents of a group."""
    adapter = adapter_of(group)
    chosen = _config(group, adapter, near)
    code = around.foreign_code(group.tool, near, top) if group.tool.run else ""
    for tool, files in _styled(group, entries, adapter, chosen, near):
        prepared: Prepared = adapter.prepare(chosen, tool, refuse)
        if tool.run and near.left:
            prepared = prepared._replace(notes=(*prepared.notes, around.said(tool.name, near.left)))
        if code:
            prepared = prepared._replace(
                refused=f"{code} runs code, and it isn't the one that this clone trusts"
            )
        yield Job(group, adapter, prepared, files)


def _styled(
    group: Group,
    entries: tuple[IndexEntry, ...],
    adapter: ModuleType,
    chosen: tuple[str, bytes] | None,
    near: Around,
) -> Iterable[tuple[Tool, tuple[IndexEntry, ...]]]:
    """The tool with the args that its entries need; one call but where it follows a formatter of many styles."""
    if not group.led:
        return ((group.tool, entries),)
    args = {led: _following(group.tool, led, adapter, chosen, near) for led in set(group.led.values())}
    parts: dict[tuple[str, ...], list[IndexEntry]] = {}
    for entry in entries:
        parts.setdefault(args[group.led[entry.path.rpartition("/")[0]]], []).append(entry)
    return tuple((group.tool._replace(args=words), tuple(files)) for words, files in parts.items())


def _following(
    tool: Tool,
    led: Configs,
    adapter: ModuleType,
    chosen: tuple[str, bytes] | None,
    near: Around,
) -> tuple[str, ...]:
    """The args by which a tool agrees with its formatter under these configuration files."""
    formatter = _adapter(tool.leader[0])
    own = _first(led, formatter, near)
    columns = formatter.columns(own, tool.leader[1:], near.files)
    args: tuple[str, ...] = adapter.following(chosen, columns)
    return args


def _config(group: Group, adapter: ModuleType, near: Around) -> tuple[str, bytes] | None:
    """The configuration that counts: the file that args name, else the one that the tool would find."""
    named = posixpath.normpath(option(group.tool.args, *getattr(adapter, "NAMES", ())) or "/")
    if named in near.files:
        return named, near.files[named]
    return _first(group.configs, adapter, near)


def _first(pairs: Configs, adapter: ModuleType, near: Around) -> tuple[str, bytes] | None:
    """The first file that holds a configuration of the tool: nearest first, then in the tool's own order."""
    there = [(path, data) for path, _ in pairs if (data := near.content(path)) is not None]
    for path, data in there:
        if adapter.has_section(path.rpartition("/")[2], data):
            return path, data
    anyway = getattr(adapter, "ANYWAY", ())
    return next(((path, data) for path, data in there if path in anyway), None)


def _contents(
    entries: Iterable[IndexEntry],
    texts: Mapping[str, bytes | Unknown],
    tree: Tree,
    written: set[str],
    refused: set[str],
) -> None:
    """Writes the contents themselves; a path that this system cannot have is refused, and reported as unchecked."""
    for entry in entries:
        data = texts[entry.oid]
        if entry.path in written or entry.path in refused or not isinstance(data, bytes):
            continue
        try:
            tree.write(entry.path, data, executable=entry.mode == "100755")
            written.add(entry.path)
        except ValueError:
            refused.add(entry.path)


def _needs(git: Git, job: Job, every: tuple[IndexEntry, ...], tree: Tree, written: set[str]) -> None:
    """The code that the policy lets a tool load."""
    wanted = [
        entry
        for entry in every
        if any(need in (".", entry.path) or entry.path.startswith(need + "/") for need in job.prepared.needs)
    ]
    texts = contents.texts(git, None, tuple(entry.oid for entry in wanted), 1 << 24)
    for entry in wanted:
        data = texts.get(entry.oid)
        if isinstance(data, bytes) and entry.path not in written:
            tree.write(entry.path, data)
            written.add(entry.path)


def _run(
    jobs: list[Job],
    texts: Mapping[str, bytes | Unknown],
    runner: Runner,
    root: str,
    seconds: int,
    megabytes: int,
    heard: Callable[[Result], None] | None = None,
) -> list[Said]:
    """Runs every job. An answer that cannot be understood is asked for again: by the plain command line, then for
    half of the files, until the file that is to blame stands alone."""
    orders = [
        order for index, job in enumerate(jobs) for order in _orders(index, job, texts, seconds, megabytes)
    ]
    parts = [[_not_run(job)] if job.prepared.refused else [] for job in jobs]
    while orders:
        by_key = {order.key: order for order in orders}
        again: list[ToolCall] = []
        for result in runner.run(orders, root, heard):
            index = int(result.key.partition(":")[0])
            try:
                parts[index].append(_read(jobs[index], result))
            except GarbledOutput as problem:
                smaller = _smaller(by_key[result.key], result.files, isinstance(problem, Partly))
                again += smaller
                if not smaller:
                    parts[index].append(_nothing(result.files, str(problem)))
        orders = [
            order._replace(key=f"{order.key.partition(':')[0]}:again{n}") for n, order in enumerate(again)
        ]
    return [_joined(part) for part in parts]


def _smaller(order: ToolCall, files: tuple[str, ...], partly: bool) -> list[ToolCall]:
    """What to ask instead; nothing where there is no doubt left which file it is.

    partly: the answer was one, about some of the files.
    """
    sizes = dict(zip(order.files, order.sizes))
    entry = order.entry if partly else ""
    if order.entry and not partly:
        parts = [files]
    elif len(files) > 1 and order.split:
        middle = len(files) // 2
        parts = [files[:middle], files[middle:]]
    else:
        return []
    return [order._replace(files=part, sizes=tuple(sizes[f] for f in part), entry=entry) for part in parts]


def _not_run(job: Job) -> Said:
    """A tool that may not run under its configuration has looked at nothing."""
    return _nothing(tuple(entry.path for entry in job.entries), job.prepared.refused)


def _orders(
    index: int, job: Job, texts: Mapping[str, bytes | Unknown], seconds: int, megabytes: int
) -> list[ToolCall]:
    """The calls of one job: one for all usual names, and one for each name that could be misread."""
    group = job.group
    if job.prepared.refused:
        return []
    program = (group.found.program, *group.tool.run[1:])
    base = ToolCall(
        key=f"{index}:",
        argv=(*program, *job.prepared.args),
        files=(),
        sizes=(),
        python=group.found.python if group.known.entry else "",
        entry=group.known.entry,
        split=not group.known.whole,
        listed=_LIST if _is_listed(job) else "",
        seconds=seconds,
        megabytes=megabytes,
    )
    alone = group.known.single
    plain = [entry for entry in job.entries if not alone and not _odd(entry.path)]
    odd = [entry for entry in job.entries if alone or _odd(entry.path)]
    orders = [_on(base, plain, texts, job.prepared.prefix)] if plain else []
    if group.known.whole:
        return [_on(base, list(job.entries), texts)] if job.entries else []
    before = job.prepared.prefix
    return orders + [
        _on(base._replace(key=f"{index}:{n}"), [entry], texts, before) for n, entry in enumerate(odd)
    ]


def _is_listed(job: Job) -> bool:
    """Whether a tool that judges files together is given a list of them: its command line can't be cut."""
    return job.group.known.whole and is_long([entry.path for entry in job.entries])


def _on(order: ToolCall, entries: list[IndexEntry], texts: Texts, prefix: str = "") -> ToolCall:
    sizes = tuple(len(data) if isinstance(data := texts[entry.oid], bytes) else 0 for entry in entries)
    return order._replace(files=tuple(named(prefix + entry.path) for entry in entries), sizes=sizes)


def _odd(path: str) -> bool:
    """Whether a tool could take the name for an option, or print it so that it can't be determined from its words."""
    return path.startswith(("-", "@")) or not path.isprintable() or ":" in path


def named(path: str) -> str:
    """A path as a tool is given it: never an option, nor a file of options (mypy reads ``@file``)."""
    return f"./{path}" if path.startswith(("-", "@")) else path


def _read(job: Job, result: Result) -> Said:
    """What a result says of its files; raises Garbled."""
    files = result.files
    if result.why:
        return _nothing(files, f"it {result.why}")
    answer: ToolAnswer = job.adapter.read(ToolExit(result.code, result.out, result.err), files)
    if len(files) == 1:
        answer = _of_one(answer, files[0])
    return _renamed(Said(answer.remarks, answer.unchecked, answer.excluded, dict(answer.hidden)))


def _of_one(answer: ToolAnswer, path: str) -> ToolAnswer:
    """With one file there is no doubt which one is meant."""
    return ToolAnswer(
        tuple(remark._replace(path=path) for remark in answer.remarks),
        tuple((path, why) for _, why in answer.unchecked),
        (path,) if answer.excluded else (),
        tuple((path, number) for _, number in answer.hidden),
    )


def _renamed(said: Said) -> Said:
    """Under the repository's own names again."""
    return Said(
        tuple(remark._replace(path=remark.path.removeprefix("./")) for remark in said.remarks),
        tuple((path.removeprefix("./"), why) for path, why in said.unchecked),
        tuple(path.removeprefix("./") for path in said.excluded),
        {path.removeprefix("./"): number for path, number in said.hidden.items()},
    )


def _nothing(files: tuple[str, ...], why: str) -> Said:
    return _renamed(Said((), tuple((path, why) for path in files)))


def _joined(parts: list[Said]) -> Said:
    return Said(
        tuple(remark for part in parts for remark in part.remarks),
        tuple(pair for part in parts for pair in part.unchecked),
        tuple(path for part in parts for path in part.excluded),
        {path: number for part in parts for path, number in part.hidden.items()},
    )


def _barred(said: Said, group: Group, bar: str) -> Said:
    """Under the bar ``hard`` nothing else was asked for."""
    if bar != HARD:
        return said
    return said._replace(remarks=tuple(one for one in said.remarks if _is_hard(group, one)))


def _is_hard(group: Group, remark: Remark) -> bool:
    return any(remark.code.startswith(start) for start in group.known.hard)


def _marks(job: Job, said: Said, texts: Mapping[str, bytes | Unknown]) -> dict[str, int]:
    """What the store keeps beside a file's pass: comments that hide findings (the tool's own count goes
    before ours), and whether the tool's configuration leaves the file out."""
    from gitflowguard.quality.suppress import count

    left = set(said.excluded)
    found = {}
    for entry in job.entries:
        if entry.path in left:
            found[entry.path] = EXCLUDED
            continue
        content = texts[entry.oid]
        own = said.hidden.get(entry.path)
        ours = count(job.group.tool.name, content) if own is None and isinstance(content, bytes) else 0
        found[entry.path] = min(ours if own is None else own, EXCLUDED - 1)
    return found


def _keep(store: Store, job: Job, said: Said, marks: Mapping[str, int]) -> None:
    """Remembers what passed, so that it need not be looked at again."""
    failed = {remark.path for remark in said.remarks} | {path for path, _ in said.unchecked}
    group = job.group
    if group.known.whole:
        if not failed and len(job.entries) == len(group.entries):
            store.keep(group.setup, [(*items_of(group)[0], sum(marks.values()) % EXCLUDED)])
        return
    passed = tuple(entry for entry in job.entries if entry.path not in failed)
    items = items_of(group._replace(entries=passed))
    store.keep(group.setup, [(part, oid, marks[entry.path]) for (part, oid), entry in zip(items, passed)])


def _checks(job: Job, said: Said, branch: str, bar: str) -> list[Check]:
    """A fact for each remark, and one for each file that could not be looked at."""
    group = job.group
    checks = []
    for one in said.remarks:
        hard = _is_hard(group, one)
        mend: tuple[tuple[str, ...], ...] = ()
        if group.known.fixes:
            mend = (("gitflowguard", "quality", "--fix", "--", one.path),)
        checks.append(
            Check(
                about=branch,
                tool=group.tool.name,
                family=group.known.family,
                path=one.path,
                code=one.code,
                says=one.says,
                line=one.line,
                column=one.column,
                hard=hard,
                advice=bar == WARN and not hard,
                unchecked=None,
                mend=mend,
                end=one.end,
            )
        )
    for path, why in said.unchecked:
        unknown = Unknown(f"{group.tool.name} did not check {path}: {why}")
        checks.append(Check(branch, group.tool.name, group.known.family, path, unchecked=unknown))
    return checks


def _unread(
    groups: Iterable[Group],
    texts: Mapping[str, bytes | Unknown],
    given: set[tuple[str, str]],
    branch: str,
) -> Iterable[Check]:
    """Contents that could not be had, are too large, or could not be laid out: no tool has looked at them."""
    for group in groups:
        name = group.tool.name
        for entry in group.entries:
            if (name, entry.path) in given:
                continue
            data = texts.get(entry.oid)
            if group.takes_text() and _is_no_text(data):
                continue  # a binary content, or a note
            why = data if isinstance(data, Unknown) else Unknown("its path cannot be laid out on this system")
            unknown = Unknown(f"{name} did not check {entry.path}: {why.reason}", why.mend)
            yield Check(branch, name, group.known.family, entry.path, unchecked=unknown)


def _is_no_text(data: bytes | Unknown | None) -> bool:
    """Whether a content is binary, or so large that nobody knows: nothing that a program for text has to speak of."""
    return (
        contents.is_binary(data)
        if isinstance(data, bytes)
        else data is not None and contents.is_too_large(data)
    )


def _thawed(
    git: Git,
    checks: tuple[Check, ...],
    asked: QualityRequest,
    texts: Mapping[str, bytes | Unknown],
    groups: Iterable[Group],
) -> tuple[Check, ...]:
    """Without what is frozen."""
    found = checks
    if asked.baseline and any(check.unchecked is None for check in found):
        # Here, because only what was found may be frozen.
        from gitflowguard.app.quality.baseline import unfrozen

        oids = {entry.path: entry.oid for group in groups for entry in group.entries}
        by_path = {path: data for path, oid in oids.items() if isinstance(data := texts.get(oid), bytes)}
        found = unfrozen(git, asked.commit, found, by_path)
    return _one_a_file(found)


def _one_a_file(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """A formatter's places in a file are one finding, at the first of them: one command fixes them all."""
    seen: set[tuple[str, str]] = set()
    found = []
    for check in checks:
        if check.family == FORMAT and check.unchecked is None:
            if (check.tool, check.path) in seen:
                continue
            seen.add((check.tool, check.path))
        found.append(check)
    return tuple(found)
