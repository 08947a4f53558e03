"""The first hour in repositories that exist: adopts each in a scratch directory and prints a row of counts.

    python benchmarks/adoption.py NAME=PATH ... [--only NAME] [--tools DIR] [--sample N] [--json] [--keep DIR]

PATH is a git directory, bare or not, of which nothing is written. It is no part of the tests: a small one runs it on a
repository of its own. What each column counts is said in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import gitflowguard.hookmain
from benchmarks.adoption_day import Names
from benchmarks.adoption_day import names_of
from benchmarks.adoption_day import steps
from benchmarks.adoption_scratch import Scratch
from benchmarks.common import NotMeasured
from benchmarks.common import tail
from gitflowguard.app.policy.opening import load_flow
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import plural
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.shim import STAGES
from gitflowguard.repo.shim import shim
from gitflowguard.repo.state import find_place

FINDING = re.compile(r"^ *(error|warning)\[(GFG\d+)\]", re.MULTILINE)
POLICY = ".gitflowguard.yaml"
# How a step that was blocked is done after all (git-config(1), GIT_CONFIG_COUNT).
NO_HOOKS = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null"}
COLUMNS = (
    "repository", "hooks of its own", "branches", "names the preset lacks", "blocked", "warned", "fine", "lines",
    "printed commands failed", "hooks per commit, merge, push", "lines on a legal day", "steps blocked", "remarks",
)  # fmt: skip


@dataclass
class Row:
    """What was counted in one repository.

    strangers: branches whose names the plain preset lacks. lines: those that only direct commits are kept from.
    codes: branches by the rule that spoke. init: its exit code. printed, failed: commands. hooks: (before, after) by
    moment. checked: errors and warnings of ``check --all``. day: its steps; noise: lines that only we print; said:
    the most frequent ones; stopped: steps that were blocked. broken: whether the row could not be finished.
    remarks: what a reader of the row must know.
    """

    name: str
    framework: str = ""
    branches: int = 0
    strangers: int = 0
    judged: int = 0
    blocked: int = 0
    warned: int = 0
    fine: int = 0
    lines: tuple[str, ...] = ()
    codes: dict[str, int] = field(default_factory=dict)
    init: int = 0
    printed: int = 0
    failed: list[str] = field(default_factory=list)
    hooks: dict[str, tuple[int, int]] = field(default_factory=dict)
    checked: tuple[int, int] = (0, 0)
    day: int = 0
    noise: int = 0
    said: dict[str, int] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    broken: int = 0
    remarks: list[str] = field(default_factory=list)


def main(words: Sequence[str] | None = None) -> int:
    """Adopts them all; returns 0 if every row could be made."""
    asked = _parser().parse_args(words)
    kept = Path(asked.keep) if asked.keep else None
    rows = []
    for name, source in _sources(asked.repositories):
        if asked.only and not any(word in name for word in asked.only):
            continue
        root = kept or Path(tempfile.mkdtemp(prefix="adoption-"))
        began = time.monotonic()
        try:
            row = adopt(name, source, root / name, [Path(one).resolve() for one in asked.tools], asked.sample)
        finally:
            if kept is None:
                shutil.rmtree(root, ignore_errors=True)
        rows.append(row)
        print(f"{text(row)}  ({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
    print(json.dumps([asdict(row) for row in rows], indent=1) if asked.json else markdown(rows))
    return int(any(row.broken for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repositories", nargs="+", metavar="[NAME=]PATH")
    parser.add_argument("--only", action="append", metavar="WORD", help="only names that hold this word")
    parser.add_argument(
        "--tools", action="append", default=[], metavar="DIR", help="a directory with husky, lefthook"
    )
    parser.add_argument(
        "--sample", type=int, default=0, metavar="N", help="commit to N branches instead of all"
    )
    parser.add_argument("--json", action="store_true", help="all that was counted, as JSON")
    parser.add_argument("--keep", metavar="DIR", help="work in this directory and leave it there")
    return parser


def _sources(words: Sequence[str]) -> list[tuple[str, Path]]:
    """(name, path); without a name, what the path is called."""
    found = []
    for word in words:
        name, equals, path = word.rpartition("=")
        source = Path(path).resolve()
        usual = source.parent.name if source.name in (".git", "repo", "repo.git") else source.name
        found.append((name if equals else usual.removesuffix(".git").rpartition("+")[2], source))
    return found


def adopt(name: str, source: Path, root: Path, tools: Sequence[Path], sample: int = 0) -> Row:
    """One repository: guarded as its team would, then every branch is committed to, then a day is lived in it."""
    row = Row(name)
    try:
        scratch = Scratch(root, source, tools)
        row.branches = len(scratch.branches)
        if scratch.lacking:
            row.remarks.append(f"the source lacks {plural(scratch.lacking, 'large file')}")
        scratch.team()
        row.framework = scratch.framework
        plain, guarded = scratch.clone("plain"), scratch.clone("guarded")
        for where in (plain, guarded):
            scratch.install(where)
        # The team without us works with an origin of its own.
        shutil.copytree(scratch.origin, root / "plain.git")
        scratch.git(plain, "remote", "set-url", "origin", str(root / "plain.git"))
        flow = _initialize(scratch, guarded, row)
        _attempt_all(scratch, flow, row, sample)
        _check_all(scratch, guarded, row)
        names = names_of(flow, _fresh(scratch, guarded))
        _count_hooks(scratch, plain, guarded, names, row)
        _live(scratch, plain, guarded, names, row)
    except NotMeasured as problem:
        row.broken = 1
        row.remarks.append(str(problem))
    return row


def _initialize(scratch: Scratch, where: Path, row: Row) -> Flow:
    """`init`, the block that it prints, and what a colleague does next. Whatever is missing then is done by hand."""
    row.init, said = scratch.run(where, "gitflowguard", "init", "--yes")
    if row.init:
        row.failed.append(f"gitflowguard init --yes exits with {row.init}: {tail(said)}")
    commands = printed(said)
    row.printed = len(commands) + 1
    for command in commands:
        code, words = scratch.run(where, "sh", "-c", command)
        if code:
            row.failed.append(f"{command}: {tail(words)}")
            scratch.run(where, "git", "merge", "--abort")
            break
    if row.init:
        if row.init == 2 and "production" in said:
            raise NotMeasured(f"init asks for the lines: {tail(said)}")
        scratch.run(where, "gitflowguard", "init", "--yes", "--no-hooks")
        row.remarks.append("init wrote nothing; it was run again with --no-hooks")
        if not _policy(where):
            raise NotMeasured("there is no policy")
    scratch.install(where)
    flow = flow_of(where)
    _share(scratch, where, flow, row)
    if scratch.run(where, "gitflowguard", "doctor")[0]:
        row.remarks.append("doctor finds hooks that are not active")
    return flow


def _policy(where: Path) -> bool:
    """Whether a policy lies in the work tree."""
    table = where / "pyproject.toml"
    return (where / POLICY).exists() or (table.exists() and "[tool.gitflowguard" in table.read_text())


def printed(said: str) -> list[str]:
    """The commands that `init` prints to be pasted: the first block below such a line, or one line behind a colon."""
    head, mark, rest = said.partition("paste this:\n\n")
    if mark:
        return [line.removesuffix(" &&") for line in rest.partition("\n\n")[0].splitlines()]
    return re.findall(r"Share it with the team: (.*)", said)


def flow_of(where: Path) -> Flow:
    """The policy in force in a work tree."""
    git = Git(str(where))
    return load_flow(git, find_place(git), read_refs(git))[0]


def _share(scratch: Scratch, where: Path, flow: Flow, row: Row) -> None:
    """Sees to it that every line holds the policy, at origin too, so that the rest can be counted."""
    changed = scratch.git(where, "status", "--porcelain", "--untracked-files=all")
    lines = [line for line in dict.fromkeys((flow.production, flow.integration)) if line]
    if changed:
        scratch.git(where, "add", "--all", "--sparse", ".")
        scratch.git(where, "commit", "-q", "-m", "Adopt by hand")
    adopted = scratch.git(where, "rev-parse", "HEAD" if _policy(where) else flow.production)
    for line in lines:
        if line not in scratch.branches:
            if not _has(scratch, where, line):
                scratch.git(where, "branch", "--no-track", line, adopted)
            scratch.git(where, "push", "-q", "-u", "origin", line)
        scratch.git(where, "switch", "-q", line)
        if not _policy(where):
            row.remarks.append(f"the block leaves {line} without the policy")
            scratch.git(where, "checkout", "-q", adopted, "--", POLICY)
            scratch.git(where, "commit", "-q", "-m", "Adopt by hand")
        scratch.git(where, "push", "-q", "origin", line)


def _has(scratch: Scratch, where: Path, branch: str) -> bool:
    return scratch.run(where, "git", "show-ref", "-q", "--verify", f"refs/heads/{branch}")[0] == 0


def _attempt_all(scratch: Scratch, flow: Flow, row: Row, sample: int) -> None:
    """Commits to each branch as a colleague with a fresh clone would; the hooks are ours alone, started by git."""
    preset = preset_flow("gitflow", flow.production, flow.integration or "develop")
    names = sorted(scratch.branches)
    row.strangers = sum(preset.kind_of(name) is None for name in names)
    where = scratch.clone("attempts", checkout=False)
    hooks = _hooks(scratch.root / "hooks")
    codes: Counter[str] = Counter()
    lines = []
    for name in _sampled(names, sample):
        found = attempt(scratch, where, hooks, name, flow)
        row.judged += 1
        blocked = [code for severity, code in found if severity == "error"]
        codes.update(dict.fromkeys(blocked, 1))
        if set(blocked) == {"GFG201"}:
            lines.append(name)
        elif blocked:
            row.blocked += 1
        elif found:
            row.warned += 1
            codes.update({f"{code} as a warning": 1 for _, code in set(found)})
        else:
            row.fine += 1
    row.lines, row.codes = tuple(lines), dict(codes.most_common())


def _sampled(names: list[str], count: int) -> list[str]:
    """So many of them, evenly spread; all for 0."""
    if not 0 < count < len(names):
        return names
    return [names[index * len(names) // count] for index in range(count)]


def attempt(scratch: Scratch, where: Path, hooks: Path, name: str, flow: Flow) -> list[tuple[str, str]]:
    """(severity, code) of what is said of a commit on the branch, which is undone; NotMeasured without a verdict."""
    ref, tip = f"refs/heads/{name}", f"refs/remotes/origin/{name}"
    scratch.git(where, "update-ref", ref, tip)
    scratch.git(where, "symbolic-ref", "HEAD", ref)
    scratch.git(where, "read-tree", ref)
    if scratch.lacking:  # git asks for no content of a file that isn't to be checked out
        scratch.run(where, "sh", "-c", "git ls-files -z | git update-index -z --skip-worktree --stdin")
    message = "chore: go on" if flow.message.style == "conventional" else "Go on"
    argv = ("git", "-c", f"core.hooksPath={hooks}", "commit", "-q", "--allow-empty", "-m", message)
    code, said = scratch.run(where, *argv)
    found = FINDING.findall(said)
    if code and not any(severity == "error" for severity, _ in found):
        raise NotMeasured(f"a commit on {name} ended with {code}: {tail(said)}")
    scratch.git(where, "symbolic-ref", "HEAD", "refs/heads/nothing-is-here")
    scratch.git(where, "update-ref", "-d", ref)
    return found


def _hooks(folder: Path) -> Path:
    """Native hooks of ours and nothing else."""
    folder.mkdir()
    for stage in STAGES:
        (folder / stage).write_text(shim(stage, sys.executable, str(Path(gitflowguard.hookmain.__file__))))
        (folder / stage).chmod(0o755)
    return folder


def _check_all(scratch: Scratch, where: Path, row: Row) -> None:
    """`check --all` with each of the team's branches here: it should say what the commits said."""
    rows = "".join(
        f"create refs/heads/{name} {oid}\n"
        for name, oid in scratch.branches.items()
        if not _has(scratch, where, name)
    )
    path = scratch.root / "refs"
    path.write_text(rows)
    scratch.git(where, "switch", "-q", "--detach")
    code, said = scratch.run(where, "sh", "-c", f"git update-ref --stdin <'{path}'")
    if code:
        raise NotMeasured(f"the branches could not be made: {tail(said)}")
    found = FINDING.findall(scratch.run(where, "gitflowguard", "check", "--all")[1])
    row.checked = (sum(one == "error" for one, _ in found), sum(one == "warning" for one, _ in found))
    path.write_text(rows.replace("create ", "delete "))
    scratch.run(where, "sh", "-c", f"git update-ref --stdin <'{path}'")


def _fresh(scratch: Scratch, where: Path) -> str:
    """A major version above that of every tag, so that a release of it is a new one."""
    found = re.findall(r"^v?(\d{1,4})\.", scratch.git(where, "tag", "--list"), re.MULTILINE)
    return str(max(map(int, found), default=98) + 1)


def _count_hooks(scratch: Scratch, plain: Path, guarded: Path, names: Names, row: Row) -> None:
    """How often the team's own hook runs at a commit, a merge and a push, without us and with us."""
    for line in dict.fromkeys((names.main, names.base)):  # what init made, the team without us has made too
        if line not in scratch.branches:
            scratch.git(plain, "branch", "--no-track", line, f"origin/{names.main}")
            scratch.git(plain, "push", "-q", "-u", "origin", line)
    counts = []
    for where in (plain, guarded):
        scratch.git(where, "switch", "-q", names.base)
        scratch.git(where, "switch", "-q", "-c", f"{names.work}-hooks")
        (where / "labhooks").write_text("1\n")
        scratch.git(where, "add", "--sparse", "labhooks")
        scratch.ran()
        own = []
        into = f"git switch -q {names.base} && git merge -q --no-ff --no-edit {names.work}-hooks"
        for command in ("git commit -q -m 'Count them'", into, f"git push -q origin {names.base}"):
            code, said = scratch.run(where, "sh", "-c", command)
            if code:
                row.stopped.append(f"{command}: {tail(said)}")
            own.append(scratch.ran())
        counts.append(own)
    row.hooks = dict(zip(("commit", "merge", "push"), zip(*counts)))


def _live(scratch: Scratch, plain: Path, guarded: Path, names: Names, row: Row) -> None:
    """The same day twice; counted is what is printed with us and not without us."""
    day = steps(names)
    row.day = len(day)
    if any([_level(scratch, where, names) for where in (plain, guarded)]):
        row.remarks.append(f"{names.main} held what {names.base} lacks, and was merged before the day began")
    said: Counter[str] = Counter()
    for command in day:
        before, after = (scratch.run(where, "sh", "-c", command) for where in (plain, guarded))
        if before[0]:
            raise NotMeasured(f"the day without hooks fails: {command}: {tail(before[1])}")
        said.update(_more(before[1], after[1]))
        row.noise, row.said = sum(said.values()), dict(said.most_common(20))
        if after[0]:
            row.stopped.append(f"{command}: {tail(after[1])}")
            scratch.run(guarded, "sh", "-c", f"git merge --abort; {command}", env=NO_HOOKS)


def _level(scratch: Scratch, where: Path, names: Names) -> bool:
    """Where production holds what integration lacks, a release may conflict: both begin the day at one commit then."""
    scratch.git(where, "switch", "-q", names.main)
    scratch.git(where, "switch", "-q", names.base)
    if scratch.run(where, "git", "merge-base", "--is-ancestor", names.main, names.base)[0] == 0:
        return False
    scratch.git(where, "merge", "-q", "-s", "ours", "-m", "Bring both together", names.main)
    scratch.git(where, "switch", "-q", names.main)
    scratch.git(where, "merge", "-q", "--ff-only", names.base)
    scratch.git(where, "push", "-q", "origin", names.main, names.base)
    return True


def _more(before: str, after: str) -> Counter[str]:
    """The lines that are printed more often; ids, numbers and paths of the two clones are no difference."""
    one, other = (Counter(filter(None, map(_bare, text.splitlines()))) for text in (before, after))
    more = other - one
    extra = sum(other.values()) - sum(one.values())
    # What only reads differently is no more than before.
    return more if sum(more.values()) <= max(extra, 0) else Counter(dict(more.most_common(max(extra, 0))))


def _bare(line: str) -> str:
    line = re.sub(r"\b[0-9a-f]{7,40}\b|\d+", "#", line.strip())
    return re.sub(r"(/[^ ]*)?/(plain|guarded|plain\.git|origin\.git)\b", "/#", line)


def text(row: Row) -> str:
    """One line for a person who waits."""
    return " · ".join(f"{head} {value}" for head, value in zip(COLUMNS, cells(row)) if value)


def markdown(rows: Sequence[Row]) -> str:
    """A table with a line of each, and below it what failed and what was said."""
    table = [COLUMNS, tuple("---" for _ in COLUMNS), *map(cells, rows)]
    out = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in table]
    for row in rows:
        notes = [*(f"failed: {one}" for one in row.failed), *(f"stopped: {one}" for one in row.stopped)]
        notes += [f"{count} x {line}" for line, count in row.said.items()]
        notes += [f"{code}: {count} branches" for code, count in row.codes.items()]
        out += ["", f"### {row.name}", *(f"- {note}" for note in notes)]
    return "\n".join(out)


def cells(row: Row) -> tuple[str, ...]:
    """A row of the table; "-" for what could not be counted."""
    if not row.judged:
        return (
            row.name,
            row.framework or "none",
            str(row.branches),
            *("-" for _ in COLUMNS[4:]),
            "; ".join(row.remarks),
        )
    judged = "" if row.judged == row.branches else f" of {row.judged} tried"
    hooks = ", ".join(f"{before} → {after}" for before, after in row.hooks.values())
    check = f"check --all: {row.checked[0]} errors, {row.checked[1]} warnings"
    return (
        row.name, row.framework or "none", str(row.branches), str(row.strangers), f"{row.blocked}{judged}",
        str(row.warned), str(row.fine), ", ".join(row.lines), f"{len(row.failed)} of {row.printed}", hooks,
        str(row.noise), f"{len(row.stopped)} of {row.day + 3}", "; ".join((check, *row.remarks)),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
