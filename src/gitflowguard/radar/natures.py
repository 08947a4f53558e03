"""What kind of file a conflict is in, and what fixes that kind.

A conflict in a lock file is not settled line by line, nor is one in a notebook's JSON. Only names are looked at;
whoever knows more of a file (that Git LFS keeps it, say) may say ``data pointer`` without asking here.
"""

from __future__ import annotations

from gitflowguard.model.names import quote
from gitflowguard.radar.nouns import CODE, GENERATED, LOCK, NOTEBOOK, POINTER

# The command that completes a lock file from its manifest and keeps the versions that still fit. Not one of them
# reads a file that holds conflict markers, so one side has to be taken whole first (astral-sh/uv#5633).
_LOCKS = {
    "uv.lock": "uv lock",
    "poetry.lock": "poetry lock",
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
    "pixi.lock": "pixi install",
    "pylock.toml": "",
    "conda-lock.yml": "conda-lock lock",
    "package-lock.json": "npm install",
    "npm-shrinkwrap.json": "npm install",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
    "deno.lock": "deno install",
    "Cargo.lock": "cargo update --workspace",
    "Gemfile.lock": "bundle lock",
    "composer.lock": "composer update --lock",
    "go.sum": "go mod tidy",
    "mix.lock": "mix deps.get",
    "Podfile.lock": "pod install",
    "pubspec.lock": "dart pub get",
    "Package.resolved": "swift package resolve",
    "packages.lock.json": "dotnet restore --force-evaluate",
    "gradle.lockfile": "gradle dependencies --write-locks",
    "flake.lock": "nix flake lock",
    ".terraform.lock.hcl": "terraform init",
    "dvc.lock": "dvc repro",
}
# What a lock file is made from, beside it; where there are several, the first that is there.
_MANIFESTS = {
    "uv.lock": ("pyproject.toml",),
    "poetry.lock": ("pyproject.toml",),
    "pdm.lock": ("pyproject.toml",),
    "Pipfile.lock": ("Pipfile",),
    "pixi.lock": ("pixi.toml", "pyproject.toml"),
    "conda-lock.yml": ("environment.yml", "environment.yaml", "pyproject.toml"),
    "package-lock.json": ("package.json",),
    "npm-shrinkwrap.json": ("package.json",),
    "yarn.lock": ("package.json",),
    "pnpm-lock.yaml": ("package.json",),
    "bun.lock": ("package.json",),
    "bun.lockb": ("package.json",),
    "deno.lock": ("deno.json", "deno.jsonc"),
    "Cargo.lock": ("Cargo.toml",),
    "Gemfile.lock": ("Gemfile",),
    "composer.lock": ("composer.json",),
    "go.sum": ("go.mod",),
    "mix.lock": ("mix.exs",),
    "Podfile.lock": ("Podfile",),
    "pubspec.lock": ("pubspec.yaml",),
    "Package.resolved": ("Package.swift",),
    "gradle.lockfile": ("build.gradle", "build.gradle.kts"),
    "flake.lock": ("flake.nix",),
    "dvc.lock": ("dvc.yaml",),
}
_TOML = ("pyproject.toml", "Pipfile", "pixi.toml", "Cargo.toml")
_JSON = ("package.json", "composer.json", "deno.json")
_MADE = (
    "_pb2.py", "_pb2.pyi", "_pb2_grpc.py", ".pb.go", ".pb.cc", ".pb.h", ".g.dart", ".freezed.dart",
    ".min.js", ".min.css", ".js.map", ".css.map", ".designer.cs",
)  # fmt: skip
_PROTO = ("_pb2_grpc.py", "_pb2.pyi", "_pb2.py", ".pb.go", ".pb.cc", ".pb.h")


def nature_of(path: str) -> str:
    """One of model.radar.NATURES, by the name alone.

    path: as git says it in a conflict. Where a file and a directory clash git invents ``uv.lock~feature_x``.
    """
    name = path.rpartition("/")[2]
    found = _nature(name)
    return _nature(name.rpartition("~")[0]) if found == CODE and "~" in name else found


def parts(nature: str, path: str) -> tuple[str, ...]:
    """How a conflict in such a file is settled, in pieces: words, a command, words, a command, and so on; () where the
    lines themselves are to be settled by hand.

    A command that takes one side says so with git's own options. While a branch is merged in, ``--ours`` is the
    branch that is checked out (git-checkout(1)); for files that are made anew either side will do.
    """
    file = quote(path)
    ours, theirs = f"git checkout --ours -- {file}", f"git checkout --theirs -- {file}"
    if nature == NOTEBOOK:
        return "merge it cell by cell with nbdime: ", f"git mergetool --tool=nbdime -- {file}"
    if nature == LOCK:
        return "keep one side whole: ", theirs, *_relock(path)
    if nature == GENERATED:
        return "keep one side whole: ", theirs, *_remake(path)
    if nature == POINTER:
        fetch = (", then ", f"dvc checkout {file}") if path.lower().endswith(".dvc") else ()
        return "it stands for data, so take one side: ", ours, " or ", theirs, *fetch
    return ()


def _nature(name: str) -> str:
    """The nature of a file name without its directories."""
    if name in _LOCKS:
        return LOCK
    low = name.lower()
    if low.endswith(".ipynb"):
        return NOTEBOOK
    if low.endswith(".dvc"):
        return POINTER
    return GENERATED if low.endswith(_MADE) else CODE


def regenerates(path: str) -> str:
    """The command that completes a lock file from the top of the repository, "" where none is known."""
    folder, _, name = path.rpartition("/")
    command = _LOCKS.get(name) or _LOCKS.get(name.rpartition("~")[0], "")
    return f"(cd {quote(folder)} && {command})" if command and folder else command


def manifests(path: str) -> tuple[str, ...]:
    """The files beside a lock file from which it may be made; () where they aren't known by name."""
    folder, slash, name = path.rpartition("/")
    return tuple(f"{folder}{slash}{one}" for one in _MANIFESTS.get(name, ()))


def has_form(path: str) -> bool:
    """Whether a manifest is TOML or JSON, so that a merge by lines can leave what its tool doesn't read."""
    return path.rpartition("/")[2] in (*_TOML, *_JSON)


def well_formed(path: str, data: bytes) -> bool:
    """Whether it can be read. Two branches that add the same key at two places merge cleanly, and TOML allows no key
    twice (toml.io, "Keys")."""
    import json
    import tomllib

    try:
        (tomllib.loads if path.rpartition("/")[2] in _TOML else json.loads)(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def _relock(path: str) -> tuple[str, ...]:
    """What completes the lock file."""
    command = regenerates(path)
    return (
        (", and let it be completed: ", command)
        if command
        else (", and complete it with the tool that made it",)
    )


def _remake(path: str) -> tuple[str, ...]:
    """From what a generated file is made anew."""
    for end in _PROTO:
        if path.lower().endswith(end):
            return ", and make it anew from ", quote(path[: -len(end)] + ".proto")
    return (", and make it anew with the program that wrote it",)
