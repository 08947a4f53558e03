"""What is compared, installed from PyPI in pinned versions, and our own package as its users have it.

Each program gets a virtual environment of its own, as pipx or a hook framework would give it: none pays for
another's dependencies.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import NotMeasured
from benchmarks.common import tail

ROOT = Path(__file__).resolve().parent.parent
HUSKY = "husky"  # from npm, all others from PyPI
PINS = {
    "pre-commit": "4.7.0",
    "prek": "0.5.11",
    "lefthook": "2.2.2",
    "pre-commit-hooks": "6.0.0",
    "conventional-pre-commit": "4.4.0",
    "commitizen": "4.19.3",
    "gitlint": "0.19.1",
    "commit-check": "2.19.3",
    HUSKY: "9.1.7",
}
OURS = "gitflowguard"
TOOLED = "gitflowguard[quality]"  # with the tools that it brings


@dataclass(frozen=True)
class Cache:
    """A directory of virtual environments, one a program and version, kept between runs."""

    where: Path
    tell: Callable[[str], None]

    def bin(self, package: str) -> Path:
        """The directory with the package's console scripts; installs it first where needed."""
        if package in (OURS, TOOLED):
            return self._home(package, _fingerprint(), [f"{ROOT}{package.removeprefix(OURS)}"])
        return self._home(package, PINS[package], [f"{package}=={PINS[package]}"])

    def script(self, package: str, name: str) -> str:
        """The absolute path of a console script."""
        path = self.bin(package) / name
        if not path.is_file():
            raise NotMeasured(f"{package} has no script {name}")
        return str(path)

    def husky(self) -> tuple[str, str]:
        """(node, husky's installer); installs husky first where needed."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise NotMeasured("husky needs node and npm")
        home = self.where / f"{HUSKY}-{PINS[HUSKY]}"
        script = home / "node_modules" / HUSKY / "bin.js"
        if not script.is_file():
            self.tell(f"installing {HUSKY}")
            home.mkdir(parents=True, exist_ok=True)
            argv = [npm, "install", "--silent", "--no-audit", "--prefix", str(home), f"{HUSKY}@{PINS[HUSKY]}"]
            done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0 or not script.is_file():
                raise NotMeasured(f"{HUSKY} could not be installed: {tail(done.stdout)}")
        return node, str(script)

    def _home(self, package: str, version: str, wanted: list[str]) -> Path:
        home = self.where / f"py{platform.python_version()}" / package
        stamp = home / ".version"
        if not stamp.is_file() or stamp.read_text() != version:
            self.tell(f"installing {package}")
            shutil.rmtree(home, ignore_errors=True)
            venv.create(home, with_pip=False, symlinks=os.name == "posix")
            _pip(home / "bin" / "python", wanted, package)
            stamp.write_text(version)
        return home / "bin"


def _pip(python: Path, wanted: list[str], package: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    done = subprocess.run([*pip, *wanted], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise NotMeasured(f"{package} could not be installed: {tail(done.stdout)}")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "pyproject.toml"
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
