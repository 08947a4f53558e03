"""One repository with everything in it that some program would start or import; each leaves a file of its own name."""

# flake8: noqa: E501 - a setting and what starts it are one line
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import executable

TTY = "tty"
# setting -> the git command that starts its program (git-config(1)); TTY: it needs a terminal.
# {P} is the program. A key with "*" is written with another name for each use.
PROGRAMS: dict[str, tuple[str, ...]] = {
    "core.fsmonitor": ("status",),
    "core.editor": ("commit", "--allow-empty"),
    "core.pager": (TTY, "--paginate", "log"),
    "core.sshCommand": ("ls-remote", "ssh://host.invalid/x"),
    "core.gitProxy": ("ls-remote", "git://host.invalid/x"),
    "core.askPass": ("credential", "fill"),
    "pager.log": (TTY, "log"),
    "pager.show": (TTY, "show"),
    "sequence.editor": ("rebase", "-i", "HEAD~1"),
    "diff.external": ("diff", "--", "plain.md"),
    "diff.evil.command": ("diff", "--", "a.txt"),
    "diff.text.textconv": ("diff", "--no-ext-diff", "--", "a.text"),
    "difftool.evil.cmd": ("difftool", "-y", "-t", "evil"),
    "filter.evil.clean": ("add", "a.txt"),
    "filter.evil.smudge": ("checkout", "HEAD~1", "--", "a.txt"),
    "filter.proc.process": ("add", "a.proc"),
    "merge.evil.driver": ("merge", "feature/other"),
    "gpg.program": ("commit", "--allow-empty", "-S", "-m", "x"),
    "gpg.ssh.program": ("-c", "gpg.format=ssh", "-c", "user.signingKey=/k", "commit", "--allow-empty", "-S", "-m", "x"),
    "gpg.x509.program": ("-c", "gpg.format=x509", "commit", "--allow-empty", "-S", "-m", "x"),
    "gpg.ssh.defaultKeyCommand": ("-c", "gpg.format=ssh", "commit", "--allow-empty", "-S", "-m", "x"),
    "credential.helper": ("credential", "fill"),
    "credential.https://host.invalid.helper": ("credential", "fill"),
    "trailer.evil.command": ("interpret-trailers", "--trailer", "evil=1"),
    "trailer.evil2.cmd": ("interpret-trailers", "--trailer", "evil2=1"),
    "alias.evil": ("evil",),
    "man.evil.cmd": ("-c", "man.viewer=evil", "help", "-m", "log"),
    "browser.evil.cmd": ("web--browse", "-b", "evil", "x"),
    "remote.origin.uploadpack": ("fetch", "origin"),
    "remote.origin.receivepack": ("push", "origin", "HEAD:x"),
    "pager.branch": (TTY, "branch"),
    "tar.evil.command": ("archive", "--format=evil", "HEAD"),
    "difftool.vimdiff.path": ("difftool", "-y", "-t", "vimdiff"),
    "remote.evil.url": ("ls-remote", "evil"),
    "url.evil.insteadOf": ("ls-remote", "far:x"),
    "mergetool.evil.cmd": ("mergetool", "-y", "-t", "evil"),
    "mergetool.vimdiff.path": ("mergetool", "-y", "-t", "vimdiff"),
    "pager.diff": (TTY, "diff", "--no-ext-diff", "--no-textconv", "--", "plain.md"),
    # The built-in add of git 2.39 colors its diff, and so filters it, at a terminal alone; its older form always does.
    "interactive.diffFilter": (
        "-c", "core.fsmonitor=", "-c", "add.interactive.useBuiltin=false", "-c", "color.ui=always", "add", "-p",
        "plain.md",
    ),
    "core.alternateRefsCommand": ("fetch", "origin"),
    "submodule.ext.update": ("-c", "protocol.file.allow=always", "submodule", "update", "ext"),
    "include.path": ("included",),
    "includeIf.gitdir:**.path": ("included2",),
}  # fmt: skip
HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc",
    "post-rewrite", "sendemail-validate", "fsmonitor-watchman", "p4-pre-submit", "post-index-change",
)  # fmt: skip
SHADOWS = (
    "yaml", "click", "msgspec", "typing", "git", "sitecustomize", "usercustomize", "json", "subprocess", "signal",
    "dataclasses", "functools", "pathlib", "tempfile", "tomllib", "hashlib", "ssl", "logging", "argparse", "shutil",
    "platform", "gitflowguard", "black", "flake8", "bandit", "random", "textwrap",
)  # fmt: skip
TOOLS = (
    "black", "git", "flake8", "bandit", "ruff", "mypy", "isort", "python", "python3", "sh", "gitflowguard",
    "gitflowguard-hook",
)  # fmt: skip
ENVIRONMENTS = (
    ".venv/bin/python", ".venv/bin/flake8", ".venv/bin/black", ".venv/bin/bandit", "venv/bin/python",
    "venv/bin/flake8", "venv/bin/black", "env/bin/python", "env/bin/flake8", "node_modules/.bin/flake8",
)  # fmt: skip
INNER = ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "gpg.program", "alias.evil")
INNER_HOOKS = ("pre-commit", "post-checkout", "reference-transaction", "post-index-change")
POLICY = """\
preset: gitflow
tools: {black: true, flake8: true, bandit: true}
quality: {stages: [pre-commit, pre-merge-commit, pre-push]}
"""
PLUGIN = "class Check:\n    name = 'x'\n    version = '1'\n    def __init__(self, tree): pass\n    def run(self): return ()\n"


def touching(marks: Path, name: str) -> str:
    """A program of that name in sh; it also hands on what it is given, as a filter does."""
    return f"#!/bin/sh\n: >'{marks}/{name.replace('/', '%')}'\ncat 2>/dev/null\n"


def module(marks: Path, name: str) -> str:
    """A module of that name in Python; it needs nothing that could be shadowed itself."""
    return f"import posix\nposix.close(posix.open({str(marks / name)!r}, posix.O_CREAT | posix.O_WRONLY))\n"


class Marked:
    """The repository. names: the marker of each thing; a marker that exists is a thing that ran."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = root / "web"
        self.marks = root / "marks"
        self.programs = root / "programs"
        for folder in (self.top, self.marks, self.programs):
            folder.mkdir(parents=True)
        self._base()
        self._stranger()
        self._settings()
        self.clear()

    def git(self, *words: str) -> None:
        """git with hooks and programs off, to set the scene."""
        off = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=", "-c", "protocol.file.allow=always")
        argv = ("git", *off, *words)
        done = subprocess.run(argv, cwd=self.top, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)

    def _base(self) -> None:
        self.git("init", "-q", "--template=", "-b", "main")
        (self.top / ".gitflowguard.yaml").write_text(POLICY)
        for name in ("a.txt", "a.text", "a.proc", "plain.md", "app.py"):
            (self.top / name).write_text("")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Start")
        self.git("clone", "-q", "--bare", str(self.top), str(self.root / "origin.git"))
        self.git("remote", "add", "origin", str(self.root / "origin.git"))
        self.git("branch", "develop")
        self.git("push", "-q", "origin", "main", "develop")
        self.git("switch", "-q", "-c", "feature/other", "develop")
        (self.top / "a.txt").write_text("other\n")
        self.git("commit", "-q", "-am", "Other")
        self.git("push", "-q", "origin", "feature/other")
        self.git("switch", "-q", "-c", "feature/x", "develop")

    def _stranger(self) -> None:
        """What travels by clone, in one commit of feature/x."""
        for name in SHADOWS:
            (self.top / f"{name}.py").write_text(module(self.marks, f"shadow-{name}"))
        for name in TOOLS:
            executable(self.top / name, touching(self.marks, f"tool-{name}"))
        for path in ENVIRONMENTS:
            executable(self.top / path, touching(self.marks, f"env-{path}"))
        site = self.top / ".venv" / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
        site.mkdir(parents=True)
        (site / "evil.pth").write_text(module(self.marks, "pth").replace("\n", "; ").rstrip("; ") + "\n")
        (self.top / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
        (self.top / "plugin.py").write_text(module(self.marks, "flake8-plugin") + PLUGIN)
        (self.top / ".flake8").write_text(
            "[flake8:local-plugins]\nextension =\n  EVI = plugin:Check\npaths = .\n"
        )
        (self.top / "mypy_plugin.py").write_text(
            module(self.marks, "mypy-plugin") + "def plugin(v): return object\n"
        )
        (self.top / "mypy.ini").write_text("[mypy]\nplugins = mypy_plugin.py\n")
        (self.top / "conftest.py").write_text(module(self.marks, "conftest"))
        executable(self.top / "entry.sh", touching(self.marks, "pre-commit-entry"))
        (self.top / ".pre-commit-config.yaml").write_text(
            "repos:\n- repo: local\n  hooks:\n  - {id: x, name: x, entry: ./entry.sh, language: script, "
            "always_run: true}\n"
        )
        (self.top / ".gitmodules").write_text(
            f'[submodule "ext"]\n\tpath = ext\n\turl = ext::{self._program("gitmodules")}\n'
        )
        (self.top / ".gitattributes").write_text(
            "*.txt filter=evil diff=evil merge=evil\n*.text diff=text\n*.proc filter=proc\n"
        )
        for number, name in enumerate(("a.txt", "a.text", "a.proc", "plain.md")):
            (self.top / name).write_text(f"{number}\n")
        inner = self.top / "assets" / "inner"
        self.git("init", "-q", "--bare", "--template=", str(inner))
        for key in INNER:
            value = self._program(f"inner-{key}")
            self.git("-C", str(inner), "config", key, f"!{value}" if key.startswith("alias") else value)
        for hook in INNER_HOOKS:
            executable(inner / "hooks" / hook, touching(self.marks, f"inner-hook-{hook}"))
        self.git("add", "-f", "-A")
        tip = subprocess.run(
            ["git", "rev-parse", "main"], cwd=self.top, capture_output=True, text=True, check=True
        )
        self.git("update-index", "--add", "--cacheinfo", f"160000,{tip.stdout.strip()},ext")
        self.git("commit", "-q", "-m", "Feature")

    def _program(self, name: str) -> str:
        return str(executable(self.programs / name.replace("/", "%"), touching(self.marks, name)))

    def _settings(self) -> None:
        """What somebody with a hand in .git/config can do."""
        for key in PROGRAMS:
            self._set(key, self._program(key))
        for key, value in {
            "protocol.ext.allow": "always", "log.showSignature": "true", "trailer.evil.key": "evil",
            "submodule.ext.url": str(self.root / "origin.git"), "maintenance.auto": "true", "extensions.partialClone": "evil",
            "remote.evil.promisor": "true", "merge.tool": "evil", "fetch.recurseSubmodules": "false",
            "filter.proc.required": "false", "user.signingKey": "x",
        }.items():  # fmt: skip
            self.git("config", key, value)
        for hook in HOOKS:
            executable(self.top / ".git" / "hooks" / hook, touching(self.marks, f"hook-{hook}"))
        for number, name in enumerate(("a.txt", "a.text", "a.proc", "plain.md", "app.py")):
            (self.top / name).write_text(f"changed {number}\n")
        (self.top / "MESSAGE").write_text("A message\n")
        alternates = self.top / ".git" / "objects" / "info" / "alternates"
        alternates.parent.mkdir(exist_ok=True)
        alternates.write_text(f"{self.root / 'origin.git'}/objects\n")

    def _set(self, key: str, program: str) -> None:
        shell = {
            "alias.evil",
            "credential.helper",
            "credential.https://host.invalid.helper",
        }
        value = f"!{program}" if key in shell or key.startswith("submodule.") else program
        if key.startswith("include"):
            file = self.root / f"{key.replace(':', '-').replace('*', 's')}.config"
            alias = "included" if key == "include.path" else "included2"
            file.write_text(f'[alias]\n\t{alias} = "!{program}"\n')
            value = str(file)
        elif key == "remote.evil.url":
            value = f"ext::{program}"
        elif key == "url.evil.insteadOf":
            key, value = f"url.ext::{program} .insteadOf", "far:"
        self.git("config", key, value)

    def clear(self) -> None:
        """No marker is left."""
        for mark in self.marks.iterdir():
            mark.unlink()

    def fired(self) -> list[str]:
        """What ran since."""
        return sorted(mark.name for mark in self.marks.iterdir())


def environ(**more: str) -> dict[str, str]:
    """This process's variables without git's own ways to name an editor."""
    return {
        name: value for name, value in os.environ.items() if name not in ("GIT_EDITOR", "GIT_PAGER")
    } | more
