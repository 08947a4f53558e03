"""The pictures of docs/ml.md: the example's trainings, judged by `model check --picture` in a repository of their own.

Run from anywhere: python tools/model_pictures.py. A test compares them with a run of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "spam"
FOLDER = ROOT / "docs" / "pictures"
# What each picture shows: the line of pipeline.py that a branch changes, as the demo does.
LINES = {"worse-model": "maxIter=3", "better-model": "maxIter=20"}


def drawn(place: Path) -> dict[str, str]:
    """Name of each picture -> its text, after a real training and a real check of it."""
    work = place / "spam"
    shutil.copytree(EXAMPLE, work, ignore=shutil.ignore_patterns("__pycache__", "models"))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    env |= {"HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*argv: str, code: int = 0) -> None:
        done = subprocess.run(  # nosec B603
            argv, cwd=work, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode != code:
            raise SystemExit(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def git(*words: str) -> None:
        run("git", "-c", "user.name=Ben", "-c", "user.email=ben@example.org", *words)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "Start")
    git("branch", "develop")
    found = {}
    for name, line in LINES.items():
        git("switch", "-q", "-c", f"feature/{name}", "develop")
        pipeline = work / "pipeline.py"
        pipeline.write_text(pipeline.read_text("utf-8").replace("maxIter=10", line), "utf-8")
        run(sys.executable, "train.py")
        git("commit", "-q", "-am", "Iterate otherwise")
        file = place / f"{name}.svg"
        check = (
            sys.executable,
            "-m",
            "gitflowguard",
            "model",
            "check",
            "--base",
            "develop",
            "--picture",
            str(file),
        )
        run(*check, code=1 if name == "worse-model" else 0)
        found[name] = file.read_text("utf-8")
        git("checkout", "-q", "--", ".")
    return found


def main() -> int:
    """Writes the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for name, text in drawn(Path(place)).items():
            (FOLDER / f"{name}.svg").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
