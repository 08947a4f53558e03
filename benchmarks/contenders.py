"""Every set-up that is compared: ours three ways, each peer, and none at all.

Peers run as their own documents say, except that hooks a framework would clone from GitHub are `repo: local`
entries with the manifest's own fields, so that nothing but PyPI is needed.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.cache import OURS
from benchmarks.cache import ROOT
from benchmarks.cache import Cache
from benchmarks.common import NotMeasured
from benchmarks.common import tail
from benchmarks.deeds import Commit
from benchmarks.deeds import Deed
from benchmarks.deeds import Push
from benchmarks.deeds import prove
from benchmarks.sandbox import Sandbox
from benchmarks.worlds import World

Claims = dict[str, str]
BASE = "pre-commit"
NATIVE = "gitflowguard"
POLICY = """\
preset: gitflow
rules:
  malformed-message: error
message:
  style: conventional
"""
GITLINT = """\
[general]
contrib = contrib-title-conventional-commits
ignore = body-is-missing
"""
PROTECTED = "--branch main --branch develop"


@dataclass(frozen=True)
class Contender:
    """One set-up: its hooks, what it must refuse (each with a word of that refusal), its files, its installer."""

    name: str
    hooks: str
    claims: Claims = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()
    install: Callable[[Sandbox], object] = lambda box: None

    def ready(self, root: Path, deed: Deed, world: World) -> Sandbox:
        """A repository with this set-up, proved to refuse what it claims to; raises NotMeasured."""
        box = world.sandbox(root, self.files, self.paths)
        self.install(box)
        prove(deed, box, self.claims)
        return box


Maker = Callable[[Cache], Contender]


def makers(deed: Deed) -> dict[str, Maker]:
    """The set-ups to compare at this deed, by name; one that cannot be had raises NotMeasured when made."""
    made: Sequence[tuple[str, Maker]] = _AT_COMMIT if isinstance(deed, Commit) else _AT_PUSH
    assert isinstance(deed, Commit | Push)
    return dict(made)


# --- frameworks -----------------------------------------------------------------------------------------------


def local(*hooks: dict[str, Any]) -> dict[str, Any]:
    """A `repo: local` block whose hooks start an installed program as it is."""
    return {"repo": "local", "hooks": [{"language": "system", **hook} for hook in hooks]}


def no_commit_to_branch(cache: Cache, stage: str) -> dict[str, Any]:
    """The usual protected-branch hook, with its manifest's fields."""
    script = cache.script("pre-commit-hooks", "no-commit-to-branch")
    name = "no-commit-to-branch"
    entry = f"{script} {PROTECTED}"
    return {
        "id": name,
        "name": name,
        "entry": entry,
        "always_run": True,
        "pass_filenames": False,
        "stages": [stage],
    }


def conventional(cache: Cache) -> dict[str, Any]:
    """The usual message hook, with its manifest's fields."""
    name = "conventional-pre-commit"
    return {"id": name, "name": name, "entry": cache.script(name, name), "stages": ["commit-msg"]}


def ours(cache: Cache, stages: Sequence[str]) -> list[dict[str, Any]]:
    """Our own entries of .pre-commit-hooks.yaml, started from the installed package."""
    manifest = ROOT / ".pre-commit-hooks.yaml"
    if not manifest.is_file():
        raise NotMeasured("there is no .pre-commit-hooks.yaml yet")
    try:
        known = {hook["id"]: hook for hook in yaml.safe_load(manifest.read_text())}
    except yaml.YAMLError as problem:
        raise NotMeasured(f".pre-commit-hooks.yaml cannot be read: {tail(str(problem))}") from problem
    missing = [stage for stage in stages if f"{OURS}-{stage}" not in known]
    if missing:
        raise NotMeasured(f".pre-commit-hooks.yaml has no entry for {', '.join(missing)}")
    return [_installed(cache, known[f"{OURS}-{stage}"]) for stage in stages]


def _installed(cache: Cache, hook: dict[str, Any]) -> dict[str, Any]:
    """The manifest's entry with the program's place instead of a language to install it with."""
    program, _, rest = str(hook["entry"]).partition(" ")
    kept = {key: value for key, value in hook.items() if key not in ("language", "additional_dependencies")}
    kept.pop("minimum_pre_commit_version", None)
    return {**kept, "entry": f"{cache.script(OURS, program)} {rest}".strip()}


def framework(name: str, cache: Cache, repos: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The part of a Contender that sets pre-commit or prek up for these repos, with every stage they name."""
    script = cache.script(name, name)
    stages = sorted(
        {stage for repo in repos for hook in repo["hooks"] for stage in hook["stages"] if stage != "manual"}
    )
    types = [word for stage in stages for word in ("--hook-type", stage)]
    return {
        "files": {
            ".gitflowguard.yaml": POLICY,
            ".pre-commit-config.yaml": json.dumps({"repos": list(repos)}, indent=2),
        },
        "install": lambda box: box.run(script, "install", *types),
    }


# --- at commit ------------------------------------------------------------------------------------------------

USUAL = {"branch": "no-commit-to-branch", "message": "onventional"}
LEFTHOOK = {"branch": "check", "message": "onventional"}
OUR_TWO = {"branch": "GFG", "message": "GFG"}
COMMIT_STAGES = ("pre-commit", "pre-merge-commit", "commit-msg")
EVERY_STAGE = (*COMMIT_STAGES, "prepare-commit-msg")


def _none(cache: Cache) -> Contender:
    return Contender("no hooks", "none")


def _native(claims: Claims, hooks: str) -> Maker:
    def make(cache: Cache) -> Contender:
        script = cache.script(OURS, OURS)

        def install(box: Sandbox) -> None:
            box.run(script, "init", "--yes")

        return Contender(NATIVE, hooks, claims, {".gitflowguard.yaml": POLICY}, (), install)

    return make


def _ours_through(runner: str, stages: Sequence[str], claims: Claims, hooks: str, suffix: str = "") -> Maker:
    def make(cache: Cache) -> Contender:
        setup = framework(runner, cache, [local(*ours(cache, stages))])
        return Contender(f"{NATIVE} through {runner}{suffix}", hooks, claims, **setup)

    return make


def _usual(runner: str) -> Maker:
    def make(cache: Cache) -> Contender:
        repos = [local(no_commit_to_branch(cache, "pre-commit"), conventional(cache))]
        hooks = "no-commit-to-branch, conventional-pre-commit"
        return Contender(runner, hooks, USUAL, **framework(runner, cache, repos))

    return make


def _builtin(stage: str, claims: Claims) -> Maker:
    def make(cache: Cache) -> Contender:
        hook = {"id": "no-commit-to-branch", "args": PROTECTED.split(), "stages": [stage]}
        repos = [{"repo": "builtin", "hooks": [hook]}]
        if "message" in claims:
            repos.append(local(conventional(cache)))
        hooks = "its own branch hook" + (", conventional-pre-commit" if "message" in claims else "")
        return Contender("prek built-in", hooks, claims, **framework("prek", cache, repos))

    return make


def _lefthook(name: str, stages: Sequence[str], claims: Claims, hooks: str) -> Maker:
    """Both ways to have it: the PyPI package puts a Python starter on the PATH, other channels the binary itself."""

    def make(cache: Cache) -> Contender:
        branch = f"{cache.script('pre-commit-hooks', 'no-commit-to-branch')} {PROTECTED}"
        message = f"{cache.script('conventional-pre-commit', 'conventional-pre-commit')} {{1}}"
        runs = {"pre-commit": branch, "pre-push": branch, "commit-msg": message}
        config = {stage: {"commands": {"check": {"run": runs[stage]}}} for stage in stages}
        files = {"lefthook.yml": json.dumps(config, indent=2)}
        program = cache.script("lefthook", "lefthook")
        paths = (cache.bin("lefthook") if name == "lefthook" else _lefthook_binary(cache),)
        return Contender(name, hooks, claims, files, paths, lambda box: box.run(program, "install"))

    return make


def _lefthook_binary(cache: Cache) -> Path:
    home = cache.bin("lefthook").parent
    machine = platform.machine().replace("aarch64", "arm64")
    for path in home.glob(
        f"lib/python*/site-packages/lefthook/bin/lefthook-{sys.platform}-{machine}/lefthook"
    ):
        return path.parent
    raise NotMeasured("lefthook's package holds no binary for this machine")


def _shim(name: str, package: str, stage: str, command: str, sign: str) -> Maker:
    """A hook of one line, as these programs' documents show it."""

    def make(cache: Cache) -> Contender:
        script = cache.script(package, command.split()[0])
        line = f"exec {script} {command.partition(' ')[2]}"
        files = {".gitlint": GITLINT} if package == "gitlint" else {}
        return Contender(
            name, "messages alone", {"message": sign}, files, (), lambda box: box.hook(stage, line)
        )

    return make


def _husky(stages: Sequence[str], claims: Claims, hooks: str) -> Maker:
    """Its own sh around one line a hook; node runs at the installation alone."""

    def make(cache: Cache) -> Contender:
        node, installer = cache.husky()
        branch = f"{cache.script('pre-commit-hooks', 'no-commit-to-branch')} {PROTECTED}"
        message = f"{cache.script('conventional-pre-commit', 'conventional-pre-commit')} \"$1\""
        lines = {"pre-commit": branch, "pre-push": branch, "commit-msg": message}
        files = {"package.json": "{}\n", **{f".husky/{stage}": f"{lines[stage]}\n" for stage in stages}}
        return Contender("husky", hooks, claims, files, (), lambda box: box.run(node, installer))

    return make


_AT_COMMIT: list[tuple[str, Maker]] = [
    ("no hooks", _none),
    (NATIVE, _native({**OUR_TWO, "merge": "GFG"}, "branch, merge target, message")),
    (
        f"{NATIVE} through pre-commit",
        _ours_through("pre-commit", COMMIT_STAGES, OUR_TWO, "branch, merge target, message"),
    ),
    (
        f"{NATIVE} through prek",
        _ours_through("prek", COMMIT_STAGES, OUR_TWO, "branch, merge target, message"),
    ),
    (
        f"{NATIVE} through pre-commit, every stage",
        _ours_through(
            "pre-commit", EVERY_STAGE, OUR_TWO, "the same, and prepare-commit-msg", ", every stage"
        ),
    ),
    (
        f"{NATIVE} through prek, every stage",
        _ours_through("prek", EVERY_STAGE, OUR_TWO, "the same, and prepare-commit-msg", ", every stage"),
    ),
    (BASE, _usual("pre-commit")),
    ("prek", _usual("prek")),
    ("prek built-in", _builtin("pre-commit", USUAL)),
    *(
        (
            name,
            _lefthook(
                name, ("pre-commit", "commit-msg"), LEFTHOOK, "no-commit-to-branch, conventional-pre-commit"
            ),
        )
        for name in ("lefthook", "lefthook, its binary")
    ),
    (
        "commitizen",
        _shim("commitizen", "commitizen", "commit-msg", 'cz check --commit-msg-file "$1"', "commit"),
    ),
    ("gitlint", _shim("gitlint", "gitlint", "commit-msg", 'gitlint --staged --msg-filename "$1"', "CT1")),
    (
        "commit-check",
        _shim("commit-check", "commit-check", "commit-msg", 'commit-check --message "$1"', "CC001"),
    ),
    (
        "husky",
        _husky(
            ("pre-commit", "commit-msg"),
            {"branch": "husky", "message": "onventional"},
            "no-commit-to-branch, conventional-pre-commit",
        ),
    ),
]

# --- at push --------------------------------------------------------------------------------------------------


def _usual_push(runner: str) -> Maker:
    def make(cache: Cache) -> Contender:
        repos = [local(no_commit_to_branch(cache, "pre-push"))]
        name = "no-commit-to-branch"
        return Contender(runner, name, {"branch": name}, **framework(runner, cache, repos))

    return make


_AT_PUSH: list[tuple[str, Maker]] = [
    ("no hooks", _none),
    (NATIVE, _native({**OUR_TWO, "crossed": "GFG"}, "every pushed ref, its commits, their messages")),
    (
        f"{NATIVE} through pre-commit",
        _ours_through("pre-commit", ("pre-push",), {"branch": "GFG"}, "the first pushed ref"),
    ),
    (
        f"{NATIVE} through prek",
        _ours_through("prek", ("pre-push",), {"branch": "GFG"}, "the first pushed ref"),
    ),
    (BASE, _usual_push("pre-commit")),
    ("prek", _usual_push("prek")),
    ("prek built-in", _builtin("pre-push", {"branch": "no-commit-to-branch"})),
    *(
        (name, _lefthook(name, ("pre-push",), {"branch": "check"}, "no-commit-to-branch"))
        for name in ("lefthook", "lefthook, its binary")
    ),
    (
        "commitizen",
        _shim("commitizen", "commitizen", "pre-push", "cz check --rev-range origin/develop..HEAD", "commit"),
    ),
    (
        "gitlint",
        _shim(
            "gitlint", "gitlint", "pre-push", "gitlint --ignore-stdin --commits origin/develop..HEAD", "CT1"
        ),
    ),
    (
        "commit-check",
        _shim("commit-check", "commit-check", "pre-push", "commit-check --message </dev/null", "CC001"),
    ),
    ("husky", _husky(("pre-push",), {"branch": "husky"}, "no-commit-to-branch")),
]
