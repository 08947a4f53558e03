"""The argv oracle: a recording `git` on PATH, and in git's exec-path, under the whole suite.

git puts its exec-path in front of PATH for hooks and for everything else that it
starts, and a real `git` lies there; without a recorder in its place no hook that
git itself starts would be seen.

Every git that the product starts carries the environment of process.scrubbed,
by which the recorder knows it from the tests' own. After each test the recorded
calls are judged: an allow-list of subcommands, and no word that is not ours (an
option of a literal form, a full object id, a full ref name) in front of
``--end-of-options`` or ``--``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOG = "GFG_ORACLE_LOG"
# The directory of the recorder, for `unrecorded`.
RECORDER = "GFG_ORACLE_PATH"
SUBCOMMANDS = {
    "cat-file",
    "check-attr",
    "check-ref-format",
    "config",
    "diff-files",
    "diff-index",
    "diff-tree",
    "for-each-ref",
    "log",
    "ls-files",
    "ls-tree",
    "hash-object",
    "merge-base",
    "merge-file",
    "merge-tree",
    "pack-objects",
    "patch-id",
    "rev-list",
    "rev-parse",
    "symbolic-ref",
    "update-index",
    "update-ref",
    "var",
    "version",
}
# The radar asks in a scratch directory of its own (repo.scratch), and merges there without a work tree.
SUBCOMMANDS |= {"merge-tree", "check-attr"}
# What isn't committed yet is staged in a copy of the index, with a git directory of ours (repo.uncommitted).
SUBCOMMANDS |= {"worktree", "write-tree"}
# The recorders that this process has installed, and the git behind each.
_recorders: dict[str, str] = {}
_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# Every option that the product uses, spelled out: a branch may be called --output=x.
_OPTIONS = set("""
    --absolute-git-dir --all --batch --batch-check --cached --exclude-standard --full-name --full-tree --long
    --ignore-submodules=all --ita-invisible-in-index --index-info --no-abbrev --no-color --no-indent-heuristic --others
    --patch-with-raw --raw --show-cdup --src-prefix=a/ --dst-prefix=b/ --inter-hunk-context=0 --diff-algorithm=myers
    --stage -U0 -p -q -r -w --refresh --first-parent --get --get-all --get-regexp --git-common-dir --git-path
    --ignore-missing --is-ancestor --is-bare-repository --is-inside-work-tree
    --find-copies
    --find-renames --is-shallow-repository --local --name-only --name-status --no-commit-id --no-ext-diff --no-renames
    --no-textconv --no-walk=unsorted --octopus --parents --path-format=absolute --quiet --show-object-format
    --show-scope
    --show-toplevel --stdin --topo-order --unset --type=path --verify -g -m -r -z
    """.split())
_WITH_VALUE = re.compile(
    r"--(contains|merged|no-merged)=([0-9a-f]{40}|[0-9a-f]{64})|--max-(count|age)=[0-9]+|--format=%.*|-G\^\(<+\|.*",
    re.DOTALL,
)
# Options that only one subcommand may be given.
_OWN_OPTIONS = {
    "cat-file": {"--batch-check", "--batch-command", "--batch", "--buffer", "-z"},
    "check-attr": {"-z", "--stdin", "conflict-marker-size"},
    "diff-index": {"--text", "--ignore-submodules=none"},
    "diff-tree": {"-c", "--root", "-t", "--histogram", "-U1", "--text", "-l0"},
    "log": {"--no-merges", "--no-show-signature", "--no-walk=sorted"},
    "pack-objects": {"--quiet", "--window=0", "--compression=1"},
    "merge-tree": {"--write-tree", "--stdin", "--no-messages", "-z"},
    "patch-id": {"--stable"},
    "ls-files": {"--resolve-undo", "-v"},
    # What a partial clone lacks is listed, and never fetched for it.
    "rev-list": {"--ancestry-path", "--filter=blob:none", "--missing=print", "--no-walk", "--objects"},
    "diff-files": {"--ignore-submodules=dirty"},
    "update-index": {"--add", "--remove", "--replace"},
    "worktree": {"--porcelain"},
    "write-tree": {"--missing-ok"},
}
# Subcommands that take nothing but these and whole object ids.
_STRICT = ("check-attr", "merge-tree", "pack-objects", "patch-id")
# What may follow the subcommand although it is neither option, object nor ref.
_PLAIN = {
    "check-attr": re.compile(r"merge|filter"),
    "worktree": re.compile(r"list"),
    "config": re.compile(
        r"\^\(commit\\\.\(cleanup\|verbose\|template\)\|core\\\.comment\(char\|string\)\)\$|"
        r"\^\(commit\\\.\(cleanup\|verbose\|template\)\|core\\\.comment\(char\|string\)\)\$|"
        r"\^filter\\\.|\^\(core\|filter\|user\)\\\.|"
        r"\^\((merge\|diff\|remote|merge\|diff|remote\|url)\)\\\.|rebase\.rebaseMerges|"
        r"(gitflow|core|remote|branch|user|init|hook|gitflowguard|\^gitflow|\^gitflowguard|\^remote)\b.*",
        re.DOTALL,
    ),
    "symbolic-ref": re.compile(r"HEAD|refs/remotes/[^-].*"),
    "diff-index": re.compile(r"HEAD"),
    "rev-parse": re.compile(r"HEAD|hooks"),
    "var": re.compile(r"GIT_(AUTHOR|COMMITTER)_IDENT"),
    "update-ref": re.compile(r"branch: Created from .*", re.DOTALL),
}


def install(folder: Path) -> Path:
    """Writes the recorder; returns the directory for the front of PATH."""
    real = shutil.which("git")
    assert real is not None, "the tests need git"
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "git"
    # One printf is one write: two hooks at once cannot mix their words. The real git by its full path: no recursion.
    script.write_text(
        "#!/bin/sh\n"
        f'if [ "$GIT_GRAFT_FILE" = /dev/null ] && [ -n "${LOG}" ]; then\n'
        f"  printf '%s\\0' \"$@\" '' >>\"${LOG}\"\n"
        "fi\n"
        f'exec {shlex.quote(real)} "$@"\n'
    )
    script.chmod(0o755)
    _recorders[str(script)] = real
    return folder


def begin() -> None:
    """Record here what this process itself starts as the recorder would, and start git at once.

    Three of four gits that the product starts in the suite are started by a command that runs in a test's own
    process: an sh less for each is 0.6 of 1.6 ms. What another process starts meets the recorder.
    """
    spawn = os.posix_spawn

    def recorded(path: str, argv: tuple[str, ...], env: Mapping[str, str], **wiring: Any) -> int:
        if path in _recorders:
            if env.get("GIT_GRAFT_FILE") == os.devnull and env.get(LOG):
                with open(env[LOG], "ab", buffering=0) as log:
                    log.write("\0".join((*argv[1:], "", "")).encode("utf-8", "surrogateescape"))
            path = _recorders[path]
        return spawn(path, argv, env, **wiring)

    setattr(os, "posix_spawn", recorded)


def install_exec_path(folder: Path, recorder: Path) -> Path:
    """Fills a directory to stand for git's exec-path: all that lies there, but `git` is the recorder."""
    argv = ["git", "--exec-path"]
    real = Path(subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip())
    folder.mkdir(parents=True, exist_ok=True)
    for program in real.iterdir():
        if program.name != "git":
            (folder / program.name).symlink_to(program)
    (folder / "git").symlink_to(recorder / "git")
    return folder


def unrecorded() -> dict[str, str]:
    """The environment for a git that sets a scene and starts no hook of ours: half the cost, for no sh precedes it."""
    environment = dict(os.environ)
    environment.pop("GIT_EXEC_PATH", None)
    first, _, rest = environment["PATH"].partition(os.pathsep)
    if first == environment.pop(RECORDER, None):
        environment["PATH"] = rest
    return environment


def direct(program: str = "git", path: str | None = None) -> str | None:
    """The file to start for a program of a test's own: git itself where the recorder would only hand it on.

    None for any other program, and where another git lies before the recorder on that PATH. The hooks that this git
    starts get the recorder from its exec-path.
    """
    found = shutil.which(program, path=path) if program == "git" else None
    recorder = os.environ.get(RECORDER)
    if found is None or recorder is None or found != os.path.join(recorder, "git"):
        return None
    return shutil.which("git", path=unrecorded()["PATH"])


def calls(log: Path) -> list[list[str]]:
    """The argv of each recorded git, without the program's name."""
    if not log.exists():
        return []
    texts = log.read_bytes().decode("utf-8", "surrogateescape").split("\0\0")
    return [text.split("\0") for text in texts if text]


def complaints(log: Path) -> list[str]:
    """What is wrong with the recorded calls, one line each."""
    return [said for call in calls(log) for said in _judge(call)]


def _judge(words: list[str]) -> list[str]:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        taken = 2 if rest[0] in ("-C", "-c") else 1
        rest = rest[taken:]
    if not rest or rest[0] not in SUBCOMMANDS:
        return [f"git {' '.join(rest[:1])} is not on the allow-list: {words!r}"]
    subcommand, *args = rest
    found = []
    for position, word in enumerate(args):
        if word in ("--end-of-options", "--"):
            break
        if _ours(subcommand, word, args[position - 1] if position else ""):
            continue
        found.append(f"foreign word {word!r} before --end-of-options: {words!r}")
    return found


def _ours(subcommand: str, word: str, before: str) -> bool:
    if _OBJECT.fullmatch(word) or word == "" or (word.startswith("refs/") and subcommand not in _STRICT):
        return True
    if word in _OWN_OPTIONS.get(subcommand, ()):
        return True
    if subcommand not in _STRICT and (word in _OPTIONS or _WITH_VALUE.fullmatch(word)):
        return True
    if subcommand == "config" and before.startswith("gitflow."):
        return not word.startswith("-")
    plain = _PLAIN.get(subcommand)
    return bool(plain and plain.fullmatch(word))
