"""The wheel, installed as README says: by uvx, uv tool, a relocatable environment of uv's, pipx and pipx run.

uv and pipx take what the package needs from the same places as this environment's pip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard import __version__

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from this source."""
    folder = tmp_path_factory.mktemp("wheel")
    argv = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    subprocess.run(argv, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def _places() -> dict[str, str]:
    """Where this environment's pip looks for packages, in uv's variables."""
    done = subprocess.run(
        (sys.executable, "-m", "pip", "config", "list"), capture_output=True, text=True, check=False
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    pip = {key.rpartition(".")[2]: value.strip("'") for key, value in found.items()}
    names = {"index-url": "UV_DEFAULT_INDEX", "find-links": "UV_FIND_LINKS", "cert": "SSL_CERT_FILE"}
    return {uv: pip[name] for name, uv in names.items() if name in pip}


class Home:
    """A home of its own for what an installer keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            **_places(),
            "HOME": str(folder),
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "UV_PYTHON": sys.executable,
            "PIPX_HOME": str(folder / "pipx"),
            "PIPX_BIN_DIR": str(folder / "bin"),
            "UV_TOOL_BIN_DIR": str(folder / "bin"),
            "UV_TOOL_DIR": str(folder / "uv/tools"),
        }

    def run(self, *argv: str | Path, cwd: Path | None = None) -> str:
        """What the program printed; it has to succeed."""
        program = str(argv[0])
        if program in ("uv", "uvx", "pipx"):
            found = shutil.which(program, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
            if found is None:
                pytest.skip(f"{program} is not installed")
            argv = (found, *argv[1:])
        done = subprocess.run(
            [str(one) for one in argv],
            cwd=cwd or self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode and any(
            word in done.stderr for word in ("dns error", "NewConnectionError", "No route to host")
        ):
            pytest.skip("there is no package index here")
        assert done.returncode == 0, (argv, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def _guards(home: Home, *program: str | Path) -> None:
    """The program works from there: a repository gets its hooks, and a hook blocks."""
    repo = home.folder / "repo"
    home.run("git", "init", "-q", "-b", "main", repo)
    home.run("git", "-C", repo, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty",
             "-m", "start")  # fmt: skip
    assert home.run(*program, "--version") == f"gitflowguard {__version__}\n"
    assert "Plan:" in home.run(*program, "init", "--dry-run", cwd=repo)


def test_uvx(home: Home, wheel: Path) -> None:
    """README's first command, from the wheel: nothing is installed for good."""
    _guards(home, "uvx", "--from", wheel, "gitflowguard")
    assert "A day without the guard" in home.run("uvx", "--from", wheel, "gitflowguard", "demo")


def test_uv_tool(home: Home, wheel: Path) -> None:
    home.run("uv", "tool", "install", wheel)
    _guards(home, home.folder / "bin/gitflowguard")
    assert "usage" in home.run(home.folder / "bin/git-flowguard", "--help").lower()


def test_a_relocatable_environment(home: Home, wheel: Path) -> None:
    """Such as an image's, which is made in one place and used in another."""
    home.run("uv", "venv", "--relocatable", home.folder / "made")
    home.run("uv", "pip", "install", "--python", home.folder / "made/bin/python", wheel)
    (home.folder / "made").rename(home.folder / "used here")
    _guards(home, home.folder / "used here/bin/gitflowguard")


def test_pipx(home: Home, wheel: Path) -> None:
    """Installed, upgraded by the command that a repair prints, and run without being installed."""
    home.run("pipx", "install", wheel)
    _guards(home, home.folder / "bin/gitflowguard")
    home.run("pipx", "install", "--force", wheel)
    assert home.run(home.folder / "bin/gitflowguard", "--version") == f"gitflowguard {__version__}\n"
    assert (
        home.run("pipx", "run", "--spec", wheel, "gitflowguard", "--version")
        == f"gitflowguard {__version__}\n"
    )
