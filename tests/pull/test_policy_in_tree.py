"""The policy at the base, where it is no plain file of an ordinary size: as strict as in a work tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from gitflowguard.process import Completed
from gitflowguard.repo.git import Git
from tests.budget import sampled
from tests.pull.scenes import FEATURE, build, check

Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]
YAML, TOML = ".gitflowguard.yaml", "pyproject.toml"


def _entry(tmp: Path, monkeypatch: Patch, mode: str, name: str, data: str) -> None:
    """develop, here and on the remote, with one entry of the mode; ``data`` is what its object holds."""
    reader = build(tmp, FEATURE, monkeypatch)
    reader.git("switch", "-q", "develop")
    made = reader.git("rev-parse", "develop")
    if mode != "160000":
        (tmp / "data").write_text(data)
        made = reader.git("hash-object", "-w", str(tmp / "data"))
    path = f"{name}/inner" if mode == "040000" else name
    reader.git(
        "update-index", "--add", "--cacheinfo", f"{'100644' if mode == '040000' else mode},{made},{path}"
    )
    reader.git("commit", "-q", "--no-verify", "-m", "An entry")
    reader.publish("develop")


@pytest.mark.parametrize("name", sampled([YAML, TOML], YAML))
@pytest.mark.parametrize(
    ("mode", "data", "says"),
    [
        ("120000", "elsewhere", "this is a symbolic link"),
        ("120000", "preset: gitflow", "this is a symbolic link"),
        ("040000", "x", "this is not a plain file"),
        ("160000", "", "this is not a plain file"),
        ("100644", "# " + "x" * 2_000_000, "larger than"),
    ],
)
def test_what_is_no_plain_file_fails_closed(
    mode: str, data: str, says: str, name: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """Exit 2, with the place. Of what is too large not one byte is read.

    pyproject.toml is slow: one function reads both.
    """
    read: list[str] = []
    real = Git.call

    def call(
        self: Git, *args: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,), magic: bool = False
    ) -> Completed:
        done = real(self, *args, stdin=stdin, codes=codes, magic=magic)
        read.extend(args[:1] if len(done.out) > 1_000_000 else ())
        return done

    monkeypatch.setattr(Git, "call", call)
    _entry(tmp_path, monkeypatch, mode, name, data)
    assert check("--head", "feature/login", "--base", "develop") == 2
    said = capsys.readouterr().err
    assert f"develop:{name}" in said and says in said and not read


def test_an_odd_pyproject_beside_a_policy_is_somebody_elses(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """As in a work tree."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    reader.write(YAML, "develop", "preset: gitflow")
    reader.publish("develop")
    _linked(reader.top)
    reader.git("commit", "-q", "--no-verify", "-am", "A link")
    reader.publish("develop")
    assert check("--head", "feature/login", "--base", "develop", "--output-format", "json") == 0
    assert "no policy" not in json.dumps(json.loads(capsys.readouterr().out))


def _linked(top: Path) -> None:
    import subprocess

    subprocess.run(["git", "switch", "-q", "develop"], cwd=top, check=True)
    (top / TOML).symlink_to("nowhere")
    subprocess.run(["git", "add", TOML], cwd=top, check=True)


@pytest.mark.parametrize(
    "text",
    [
        'tool.gitflowguard.rules.forbidden-pull = "ignore"',
        '[tool."gitflowguard".rules]\nforbidden-pull = "ignore"',
    ],
)
def test_a_table_in_any_spelling_is_the_policy_at_a_base(
    text: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """The base's own word counts."""
    _entry(tmp_path, monkeypatch, "100644", TOML, text + "\n")
    assert (
        main(["pr", "check", "--head", "feature/login", "--base", "develop", "--output-format", "json"]) == 0
    )
    assert "no policy" not in capsys.readouterr().out
