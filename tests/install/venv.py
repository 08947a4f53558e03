"""A real environment with a real installation, small enough to be broken in many ways."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gitflowguard

PACKAGE = Path(gitflowguard.__file__).parent
SITE = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
OURS = Path(sys.prefix) / SITE
START = "gitflowguard-start"
LAUNCHERS = Path(__file__).parents[2] / "launchers"


@dataclass(frozen=True)
class Venv:
    """An environment. root: its directory."""

    root: Path

    @property
    def python(self) -> Path:
        """Its interpreter, a link as `python -m venv` makes it."""
        return self.root / "bin/python"

    @property
    def site(self) -> Path:
        """Where its packages are."""
        return self.root / SITE

    @property
    def package(self) -> Path:
        """Our package in it, a copy."""
        return self.site / "gitflowguard"

    def put(self, name: str, text: str) -> None:
        """Gives a file of our package another content; a file of its own, for the others share theirs (`make_venv`)."""
        path = self.package / name
        path.unlink()
        path.write_text(text)

    def run(self, program: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Runs one of its programs."""
        return subprocess.run(
            (self.root / "bin" / program, *args),
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def make_venv(root: Path, shelf: Path) -> Venv:
    """What `python -m venv` and `pip install gitflowguard` make; the other packages are links to this run's own.

    Our files are hard links to one template's, a quarter of a copy's cost: `Venv.put` changes one of them. Python
    itself replaces byte code and never writes into it.

    Args:
        root: the environment's directory.
        shelf: a directory of this process, on the same file system, for what its environments share.
    """
    venv = Venv(root)
    venv.python.parent.mkdir(parents=True)
    venv.python.symlink_to(os.path.realpath(sys.executable))
    version = ".".join(map(str, sys.version_info[:3]))
    home = Path(os.path.realpath(sys.executable)).parent
    (root / "pyvenv.cfg").write_text(f"home = {home}\nversion = {version}\n")
    venv.site.parent.mkdir(parents=True)
    subprocess.run(("cp", "-al", _template(shelf).site, venv.site), check=True)
    script = venv.root / "bin" / START
    script.write_text(
        f"#!{venv.python}\nimport sys\nfrom gitflowguard.__main__ import main\nsys.exit(main())\n"
    )
    script.chmod(0o755)
    for launcher in LAUNCHERS.iterdir():
        shutil.copy(launcher, venv.root / "bin" / launcher.name)
    return venv


@cache
def _template(shelf: Path) -> Venv:
    """The packages of an environment, put together once in a process; cp links them at a tenth of Python's cost."""
    made = Venv(shelf / "venv-template")
    made.site.mkdir(parents=True)
    for path in OURS.iterdir():
        if (
            "gitflowguard" not in path.name
            and path.suffix != ".pth"
            and not path.name.startswith(("pip", "ensurepip"))
        ):
            (made.site / path.name).symlink_to(path)
    # With the byte code, as an installer leaves it: to compile the package is half of what a test costs. A file that
    # another process is just writing has a further suffix.
    shutil.copytree(PACKAGE, made.package, ignore=shutil.ignore_patterns("*.pyc.*"))
    record(made, gitflowguard.__version__)
    return made


def with_pip(venv: Venv) -> None:
    """Puts a pip into it that answers at once, as most environments have one: to find none takes 0.3 s a hook."""
    package = venv.site / "pip"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").touch()


def record(venv: Venv, version: str) -> None:
    """The list of files that an installer leaves (PEP 376)."""
    rows = []
    for path in sorted(venv.package.rglob("*.py")):
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(venv.site)},sha256={digest},{path.stat().st_size}\n")
    folder = venv.site / f"gitflowguard-{version}.dist-info"
    folder.mkdir()
    (folder / "RECORD").write_text("".join(rows))
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gitflowguard\nVersion: {version}\n")


def own(venv: Venv, package: str) -> Path:
    """Makes a package the environment's own copy, so that it can be broken."""
    link = venv.site / package
    real = link.resolve()
    link.unlink()
    shutil.copytree(real, link)
    return link
