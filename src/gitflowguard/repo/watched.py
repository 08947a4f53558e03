"""All that a check on a pull request reads at the base, as one list. What decides a verdict is watched.

`pr check` reads the base because the author of a pull request cannot write there. The next pull request is judged
by what this one leaves there, so each file that the check reads is in `WATCHED` and the rule changed-policy speaks of
its change. tests/pull/test_watched.py traces which contents of a base are read, and fails for one that is missing here.
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import (
    ATTRIBUTES_FILE,
    BASELINE_FILE,
    POLICY_FILES,
    POLICY_TOML,
    TRUST_FILE,
    WORKFLOW_FILE,
    table_of,
    toml_of,
)
from gitflowguard.model.checkname import FAMILY, check_names
from gitflowguard.model.record import Record
from gitflowguard.protection.owners import PLACES
from gitflowguard.quality.catalogue import BY_NAME, KNOWN
from gitflowguard.repo import contents
from gitflowguard.repo.git import text
from gitflowguard.repo.ruleprogram import is_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.model.finding import Unknown
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git

    # A content: None where there is no file, Unknown where it is too large to read.
    Data = bytes | Unknown | None

# A job of the check's name may stand in any of these files (docs.github.com, "Workflow syntax").
_GITHUB = (".github/workflows/", ".github/actions/")
# Where the other services that `pr check` knows keep their jobs.
_OTHER_CI = (".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml")
_LARGEST = 1 << 20
# Sections of a shared file that a tool reads beside those that begin with its program's name.
_SECTIONS = {"isort": ("tool:isort", "*")}
_PYTHON = ("black", "ruff")
_DIFF = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv")


class Watch(Record):
    """Files of one purpose. says: what they decide, a clause for a finding; "" for what can turn the check off.

    paths: from the root. folders: beginnings of paths. anywhere: names of files in any directory.
    tool: the tool of the policy that reads them, "" for all others.
    """

    says: str = ""
    paths: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    tool: str = ""

    def holds(self, path: str) -> bool:
        """Whether the path is one of these files."""
        name = path.rpartition("/")[2]
        return path in self.paths or name in self.anywhere or path.startswith(self.folders)


class Touched(Record):
    """enforcing: files that can turn the check off. settings: (path, what it decides) of the others."""

    enforcing: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


POLICY = Watch(paths=POLICY_FILES)
OWNERS = Watch(paths=PLACES)
JOBS = Watch(paths=_OTHER_CI, folders=_GITHUB)
BASELINE = Watch(paths=(BASELINE_FILE,))
TRUSTED = Watch(paths=(TRUST_FILE,))
ATTRIBUTES = Watch("how git merges files in the radar", anywhere=(ATTRIBUTES_FILE,))
TOOLS = tuple(
    Watch(
        f"what {row.name} reports",
        paths=() if row.nested else row.configs,
        anywhere=row.configs if row.nested else (),
        tool=row.name,
    )
    for row in KNOWN
    if row.configs
)
WATCHED = (POLICY, OWNERS, JOBS, BASELINE, TRUSTED, ATTRIBUTES, *TOOLS)


def watching(path: str, tools: tuple[Tool, ...]) -> tuple[Watch, ...]:
    """The entries that hold the path, for a policy with these tools and the formatters that they follow."""
    names = {tool.name for tool in tools} | {tool.leader[0] for tool in tools if tool.leader}
    return tuple(one for one in WATCHED if one.holds(path) and (not one.tool or one.tool in names))


def touched(git: Git, base: str, head: str, flow: Flow) -> Touched:
    """What of all this the head changes since it left the base, and matters."""
    start = contents.range_start(git, base, head)
    out = git.call("diff-tree", "-r", *_DIFF, "--end-of-options", start.commit, head).out
    fields = text(out).split("\0")
    rows = [
        (path, (words.split(" ")[2], words.split(" ")[3]))
        for words, path in zip(fields[0::2], fields[1::2])
        if start.has(path)
    ]
    heads = dict(rows)
    rows += [
        (now, (oid, heads[was][1]))
        for was, (now, oid) in contents.renamed(git, start, base, heads).items()
        if heads[was][1].strip("0")
    ]
    found = [(path, oids, (*watching(path, flow.tools), *_programs(path, flow))) for path, oids in rows]
    found = [row for row in found if row[2]]
    wanted = {oid for _, oids, _ in found for oid in oids if oid.strip("0")}
    data = contents.texts(git, None, tuple(sorted(wanted)), _LARGEST)
    enforcing: list[str] = []
    settings: list[tuple[str, str]] = []
    for path, (old, new), watches in found:
        for watch in watches:
            says = _changed(watch, path, data.get(old), data.get(new), flow)
            if says == "":
                enforcing.append(path)
            elif says is not None:
                settings.append((path, says))
    return Touched(tuple(dict.fromkeys(enforcing)), tuple(dict.fromkeys(settings)))


def _programs(path: str, flow: Flow) -> tuple[Watch, ...]:
    """The rules of the policy's own that this file is a part of: those run as they are on a line (repo.ruleprogram)."""
    return tuple(Watch(f"what the rule {rule.name} reports") for rule in flow.own if is_part(path, rule.run))


def _changed(watch: Watch, path: str, old: Data, new: Data, flow: Flow) -> str | None:
    """What the change decides; "" where it can turn the check off, None where it decides nothing."""
    if watch is JOBS:
        return _of_jobs(path, old, new, flow)
    if not all(data is None or isinstance(data, bytes) for data in (old, new)):
        return watch.says  # git says that they differ; how can't be read
    if watch.tool:
        same = _settings(watch.tool, path, old) == _settings(watch.tool, path, new)
        return None if same else watch.says
    if watch is BASELINE:
        return "" if _freezes_more(old, new) else None
    if path == POLICY_TOML:
        return "" if _table(old) != _table(new) else None
    return watch.says


def _table(data: Data) -> object:
    """Our table, however it is written; of what cannot be read, the text."""
    return table_of(data) if data is None or isinstance(data, bytes) else data


def _toml(data: Data) -> dict[str, Any] | None:
    """A pyproject.toml with a ``tool`` that is a table; None for what cannot be read."""
    return toml_of(data) if data is None or isinstance(data, bytes) else None


def _settings(tool: str, path: str, data: Data) -> object:
    """What a tool reads of a file: of one that it shares with others, its own sections."""
    name = path.rpartition("/")[2]
    program = BY_NAME[tool].program
    if name == POLICY_TOML:
        tables = _toml(data)
        if tables is None:
            return data
        project = tables.get("project")
        # black and ruff take the Python that they write for from the project's own (docs.astral.sh/ruff/settings,
        # "target-version").
        python = project.get("requires-python") if isinstance(project, dict) else None
        return tables.get("tool", {}).get(program), python if program in _PYTHON else None
    if name in ("setup.cfg", "tox.ini", ".editorconfig") and isinstance(data, bytes):
        return _sections(program, data)
    return data


def _sections(program: str, data: bytes) -> object:
    """The sections of an INI file that are a tool's, line by line, so that no parser of another opinion stands between.

    A file that two parsers could take for different things differs in its lines as well.
    """
    own = (program, *_SECTIONS.get(program, ()))
    found: list[bytes] = []
    inside = False
    for line in data.splitlines():
        if line.lstrip().startswith(b"["):
            inside = line.lstrip()[1:].lstrip().startswith(tuple(word.encode() for word in own))
        if inside and line.strip():
            found.append(line.strip())
    return tuple(found) or None


def _freezes_more(old: Data, new: Data) -> bool:
    """Whether a baseline holds a finding that it did not hold before; one that only shrinks is good news."""
    if new is None:
        return False
    if not isinstance(new, bytes) or not (old is None or isinstance(old, bytes)):
        return True
    before = _counts(old or b"")
    return any(count > before.get(key, 0) for key, count in _counts(new).items())


def _counts(data: bytes) -> dict[bytes, int]:
    """Row -> how often, without a reader's opinion of what a row means."""
    found: dict[bytes, int] = {}
    for row in data.split(b"\n"):
        count, _, key = row.partition(b"\t")
        if key:
            found[key] = max(found.get(key, 0), int(count) if count.isdigit() and len(count) < 10 else 1)
    return found


def _of_jobs(path: str, old: Data, new: Data, flow: Flow) -> str | None:
    """A CI's file: whether it runs the check, or has a job that may be called as the check is."""
    if path == WORKFLOW_FILE:
        return ""
    if path in _OTHER_CI:
        return "" if any(_mentions(data, "gitflowguard") for data in (old, new)) else None
    if any(_mentions(data, FAMILY) for data in (old, new)):
        return ""
    computed = any(_computed(data, check_names(flow)) for data in (old, new))
    return "a job whose name is made at run time, which may be the check's" if computed else None


def _mentions(data: Data, word: str) -> bool:
    """Whether the word stands in the file, in letters or behind YAML's escapes; unread counts as yes."""
    if not isinstance(data, bytes):
        return data is not None
    if word.encode() in data.lower():
        return True
    return b"\\" in data and any(word in scalar.lower() for scalar in _scalars(_yaml(data)))


def _computed(data: Data, names: tuple[str, ...]) -> bool:
    """Whether a job's name holds an expression that could make it one of the names."""
    if not isinstance(data, bytes):
        return data is not None
    read = _yaml(data)
    jobs = read.get("jobs") if isinstance(read, dict) else None
    if not isinstance(jobs, dict):
        # An action has no jobs; what this reader cannot read, GitHub's may.
        return read is None and bool(data.strip())
    shown = (job.get("name") for job in jobs.values() if isinstance(job, dict))
    return any("${{" in one and _fits(one, names) for one in shown if isinstance(one, str))


def _fits(shown: str, names: tuple[str, ...]) -> bool:
    """Whether the text around a name's expressions begins and ends one of the names, in any letter case."""
    start = shown.partition("${{")[0].casefold()
    end = shown.rpartition("}}")[2].casefold()
    return any(name.casefold().startswith(start) and name.casefold().endswith(end) for name in names)


def _yaml(data: bytes) -> object:
    """A YAML document, None for what cannot be read."""
    import yaml

    try:
        return yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _scalars(value: object) -> Iterator[str]:
    """Every text in a document. Aliases make one value stand in many places; each is visited once."""
    seen: set[int] = set()
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, (dict, list)) and id(one) not in seen:
            seen.add(id(one))
            rest.extend((*one.keys(), *one.values()) if isinstance(one, dict) else one)
