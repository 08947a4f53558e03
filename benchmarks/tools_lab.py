"""Compare each tool's verdict in a checkout with ours, on the newest commits of real repositories.

    python benchmarks/tools_lab.py [--commits 20] [--tools ENVIRONMENT] [--tool NAME]... REPOSITORY...

Each REPOSITORY is a local git directory. Nothing of it is written: its commits are checked out in a scratch
directory. For every commit, the files that it changed are given to each tool by name in the checkout, and the same
commit is judged by `gitflowguard quality --from PARENT --to COMMIT --no-cache`. Compared is the verdict on each file:
clean, findings or unchecked. mypy judges files together, so it is given all files of the tree, and what it says of the
changed ones is compared. ENVIRONMENT is a virtual environment that has the tools; flake8's plug-ins are those that are
installed there. Without --tool every tool runs but pylint and mypy, which take as long as all others together.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gitflowguard.app.policy.trust import SETTING, token
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES
from gitflowguard.rules.registry import CODES
from gitflowguard.rules.registry import NAMES as RULES

PYTHON = (".py",)
PYLINT = "--msg-template={path}:{line}:{column}: {msg_id} {msg}"
POLICY = f"""\
preset: gitflow
tools:
  black: true
  isort: {{args: [--atomic]}}
  flake8: {{args: [--max-complexity=99]}}
  ruff: true
  ruff-format: true
  mypy: true
  bandit: true
  yamllint: {{run: [yamllint, --format, parsable, --strict], files: ["*.yaml", "*.yml"]}}
  codespell: {{run: [codespell], files: ["**"]}}
  pylint: {{run: [pylint, --score=n, "{PYLINT}"], files: ["*.py"]}}
  words: {{run: [words], files: ["*.py", "*.md"]}}
quality: {{seconds: 120}}
"""
# A program as teams write them, in that it reads files of the repository that no tool knows.
WORDS = """\
#!{python} -I
import os, sys
names = open({listed!r}).read().split("\\0")
missing = [name for name in names if name and not os.path.lexists(name)]
for path in sys.argv[1:]:
    for name in missing[:1]:
        print(f"{{path}}:1:1: without {{name}}")
sys.exit(bool(missing))
"""
CLEAN, FOUND, UNCHECKED = "clean", "findings", "unchecked"
# They import what they check, or all that is there.
SLOW = ("pylint", "mypy")


@dataclass
class Count:
    """What was compared. differences: (repository, commit, tool, path, in the checkout, ours)."""

    verdicts: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    repositories: int = 0
    commits: int = 0


def run(argv: Iterable[str], cwd: Path, env: dict[str, str], limit: float = 300.0) -> tuple[int, str]:
    """(exit code, output and then errors) of a program."""
    try:
        done = subprocess.run(
            list(argv),
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, ""
    return done.returncode, f"{done.stdout}\n{done.stderr}"


def settings_of_bandit(work: Path) -> list[str]:
    """What a team gives bandit: it finds no configuration by itself where files are named."""
    if (work / ".bandit").is_file():
        return ["--ini", ".bandit"]
    for name in ("bandit.yaml", "bandit.yml"):
        if (work / name).is_file():
            return ["-c", name]
    text = (work / "pyproject.toml").read_text() if (work / "pyproject.toml").is_file() else ""
    return (
        ["-c", "pyproject.toml"]
        if "tool" in (found := tomllib.loads(text)) and "bandit" in found["tool"]
        else []
    )


def commands(work: Path) -> dict[str, tuple[list[str], tuple[str, ...]]]:
    """Each tool's command line in the checkout, and the ends of the names that it looks at."""
    return {
        "black": (["black", "--check"], PYTHON),
        "isort": (["isort", "--check-only", "--filter-files"], PYTHON),
        "flake8": (["flake8", "--max-complexity=99", "--format=default"], PYTHON),
        "ruff": (
            ["ruff", "check", "--no-cache", "--no-fix", "--force-exclude", "--output-format=concise"],
            (*PYTHON, ".ipynb"),
        ),
        "ruff-format": (
            ["ruff", "format", "--check", "--no-cache", "--force-exclude"], (*PYTHON, ".ipynb"),
        ),
        "bandit": (
            ["bandit", "--quiet", "--format=custom", "--msg-template={relpath}:{line}", *settings_of_bandit(work)],
            PYTHON,
        ),
        "yamllint": (["yamllint", "--format", "parsable", "--strict"], (".yaml", ".yml")),
        "codespell": (["codespell"], ("",)),
        "words": (["words"], (".py", ".md")),
        "pylint": (["pylint", "--score=n", PYLINT], PYTHON),
        "mypy": (["mypy", "--no-incremental", "--cache-dir=/dev/null"], PYTHON),
    }  # fmt: skip


def faulty(tool: str, code: int) -> bool:
    """Whether an exit code says that the tool could not look: 123 of black, 2 of ruff and mypy."""
    return (
        code < 0
        or (tool == "black" and code == 123)
        or (tool in ("ruff", "ruff-format", "mypy") and code == 2)
    )


def named(out: str, work: Path, paths: Collection[str]) -> set[str]:
    """Those of the paths that stand in a tool's answer as a word of its own."""
    said = "\n".join(
        line for line in out.splitlines() if not line.startswith("warning: ")
    )  # of ruff's, on comments
    words = re.split(r"[\s\":,]+", said.replace(f"{work}/", ""))
    return {word.removeprefix("./") for word in words}.intersection(paths)


def by_hand(
    work: Path, env: dict[str, str], paths: list[str], tools: list[str]
) -> dict[tuple[str, str], str]:
    """(tool, path) to verdict in the checkout; each file by itself where one answer for all can't be read."""
    found = {}
    for tool, (argv, ends) in commands(work).items():
        mine = [path for path in paths if path.endswith(ends)] if tool in tools else []
        if tool == "mypy" and mine:
            code, out = run((*argv, *tracked(work, env, (".py", ".pyi"))), work, env)
            bad = {line.partition(":")[0] for line in out.splitlines() if ": error:" in line}
            verdict = UNCHECKED if faulty(tool, code) else CLEAN
            found.update({(tool, path): FOUND if path in bad else verdict for path in mine})
            continue
        code, out = run((*argv, *mine), work, env) if mine else (0, "")
        known = named(out, work, mine) if code and not faulty(tool, code) else set()
        for path in mine:
            own = code and (1 if path in known else 0 if known else run((*argv, path), work, env)[0])
            found[tool, path] = CLEAN if not own else UNCHECKED if faulty(tool, own) else FOUND
    return found


def tracked(work: Path, env: dict[str, str], ends: tuple[str, ...]) -> list[str]:
    """The files of the tree with these ends."""
    names = run(("git", "ls-files", "-z"), work, env)[1].rstrip("\n").split("\0")
    return [name for name in names if name.endswith(ends) and (work / name).is_file()]


def by_us(
    work: Path, env: dict[str, str], parent: str, commit: str, tools: list[str]
) -> dict[tuple[str, str], str]:
    """(tool, path) to what isn't clean."""
    words = [word for tool in tools for word in ("--tool", tool)]
    argv = (
        "gitflowguard",
        "quality",
        "--from",
        parent,
        "--to",
        commit,
        *words,
        "--no-cache",
        "--output-format",
        "json",
    )
    _, out = run(argv, work, env, 900)
    report, _ = json.JSONDecoder().raw_decode(out)
    found = {(str(one["tool"]), str(one["path"])): FOUND for one in report["findings"]}
    for one in report["skipped"]:
        reason = str(one.get("reason", one))
        tool, about, rest = reason.partition(" did not check ")
        if about:
            found[tool, rest.partition(": ")[0]] = f"{UNCHECKED} ({rest.partition(': ')[2]})"
        else:  # a tool that did not run at all
            found.update(
                {(tool, ""): UNCHECKED for tool in tools if tool in reason.replace(":", " ").split()}
            )
    return found


def lab(
    source: Path, count: Count, commits: int, env: dict[str, str], scratch: Path, most: int, tools: list[str]
) -> None:
    """One repository."""
    name = source.name if source.name != "repo" else source.parent.name.replace("+", "/")
    work = scratch / name.replace("/", "-")
    plain = {**env, "GIT_CONFIG_NOSYSTEM": "1"}
    if run(("git", "clone", "-q", "--shared", "--no-checkout", str(source), str(work)), scratch, plain)[0]:
        return
    shas = run(("git", "rev-list", "--first-parent", f"-n{commits + 1}", "HEAD"), work, plain)[1].split()
    count.repositories += 1
    for commit, parent in zip(shas, shas[1:]):
        run(("git", "checkout", "-q", "--force", "--detach", commit), work, plain)
        names = run(
            (
                "git",
                "diff-tree",
                "-r",
                "-z",
                "--name-only",
                "--no-renames",
                "--diff-filter=AM",
                parent,
                commit,
            ),
            work,
            plain,
        )[1]
        paths = [
            path
            for path in names.rstrip("\n").split("\0")
            if path and (work / path).is_file() and not (work / path).is_symlink()
        ]
        if not paths or len(paths) > most:
            continue
        count.commits += 1
        listed = scratch / "listed"
        listed.write_text(run(("git", "ls-files", "-z"), work, plain)[1].rstrip("\n"))
        (work / ".gitflowguard.yaml").write_text(POLICY)
        flow = parse(POLICY.encode(), ".gitflowguard.yaml", RULES, CODES, tools=NAMES).flow
        for one in flow.tools:
            run(("git", "config", "--add", SETTING, token(str(work), one)), work, plain)
        ours = by_us(work, plain, parent, commit, tools)
        (work / ".gitflowguard.yaml").unlink()
        theirs = by_hand(work, plain, paths, tools)
        for (tool, path), verdict in theirs.items():
            own = ours.get((tool, path), ours.get((tool, ""), CLEAN))
            count.verdicts[tool] += 1
            count.equal[tool] += own.startswith(verdict)
            if not own.startswith(verdict):
                count.differences.append((name, commit[:10], tool, path, verdict, own))
                print(*count.differences[-1], sep="\t", flush=True)
        print(f"{name} {commit[:10]}: {len(theirs)} verdicts", file=sys.stderr, flush=True)


def table(count: Count) -> str:
    """The page's table."""
    rows = [
        f"{count.repositories} repositories, {count.commits} commits, {sum(count.verdicts.values())} verdicts, "
        f"{len(count.differences)} differences.",
        "", "| tool | verdicts | equal | different |", "|---|--:|--:|--:|",
    ]  # fmt: skip
    for tool, number in count.verdicts.items():
        rows.append(f"| {tool} | {number} | {count.equal[tool]} | {number - count.equal[tool]} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Runs the lab and prints its table; exits 1 where a verdict differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=20)
    parser.add_argument("--most", type=int, default=40, help="commits that change more files are left out")
    parser.add_argument("--tools", type=Path, help="a virtual environment that has the tools")
    parser.add_argument("--tool", action="append", help="only this tool; may be given again")
    asked = parser.parse_args()
    count = Count()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "bin").mkdir()
        words = scratch / "bin" / "words"
        words.write_text(WORDS.format(python=sys.executable, listed=str(scratch / "listed")))
        words.chmod(0o755)
        home = asked.tools.absolute() if asked.tools else Path(sys.prefix)
        own = Path(sys.executable).parent
        env = {
            **os.environ, "HOME": folder, "VIRTUAL_ENV": str(home),
            "PATH": os.pathsep.join((str(home / "bin"), str(scratch / "bin"), str(own), os.environ["PATH"])),
        }  # fmt: skip
        tools = asked.tool or [name for name in commands(scratch) if name not in SLOW]
        try:
            for source in asked.repositories:
                try:
                    lab(source, count, asked.commits, env, scratch, asked.most, tools)
                except (OSError, ValueError) as error:
                    print(f"{source}: {error}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print("interrupted: what was compared until then", file=sys.stderr)
    print(table(count))
    return int(bool(count.differences))


if __name__ == "__main__":
    sys.exit(main())
