"""The self-test against a GitHub that somebody else has written: the emulator of the npm package ``emulate``.

It has refs, contents, pull requests and merges, and neither rulesets nor commit statuses. So this asks whether what is
sent is what GitHub takes, and whether a server that lacks much is still reported truly.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from gitflowguard.forge import pacing
from tests.protect.bench import Clock

NODE = Path(__file__).parents[1] / "ci" / "node"
SERVE = """
import { createEmulator } from "emulate";
const people = ["ada", "ben"];
const scopes = ["repo", "delete_repo"];
const tokens = Object.fromEntries(people.map((login) => [`token_of_${login}`, { login, scopes }]));
const github = { users: people.map((login) => ({ login, name: login })), orgs: [], repos: [] };
const emulator = await createEmulator({ service: "github", port: 0, seed: { tokens, github } });
console.log(emulator.url);
"""


@pytest.fixture
def emulator() -> Iterator[str]:
    """Its address; skipped where node or the package is missing."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules" / "emulate").is_dir():
        pytest.skip("the emulator isn't installed: npm ci in tests/ci/node")
    words = [node, "--input-type=module", "--eval", SERVE]
    with subprocess.Popen(words, cwd=NODE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().replace("localhost", "127.0.0.1")
        finally:
            server.kill()


@pytest.mark.slow
def test_the_self_test_on_an_emulator_of_others(
    emulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that it can do is as promised; what it lacks is not tried; the repository is gone."""
    monkeypatch.setattr(pacing, "Pace", Clock)
    monkeypatch.setenv("GITHUB_TOKEN", "token_of_ada")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    policy = tmp_path / "policy.yaml"
    policy.write_text("preset: gitflow\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("token_of_ben"))
    words = ["protect", "selftest", "ada/scratch", "--yes", "--public", "--second-token-stdin"]
    code = main([*words, "--output-format", "json", "--api-url", emulator, "--policy", str(policy)])
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert [one for one in result["trials"] if one["differs"]] == [] and code == 0, err[-2000:]
    rows = [one for one in result["trials"] if one["happened"] != "not tried"]
    tried = {one["does"]: one["happened"] for one in rows}
    stranger = [one["happened"] for one in rows if one["does"].endswith(" as ben")]
    assert len(rows) - len(stranger) == 96
    assert len(stranger) >= 12 and set(stranger) == {"no"}
    assert tried["delete main"] == "no"  # the default branch, which GitHub never deletes
    assert tried["merge release/1.0 into main without its check"] == "yes"
    lacking = [one["says"] for one in result["trials"] if one["row"] in ("S5", "S13", "S14")]
    assert lacking and all("404" in says for says in lacking), lacking
    assert result["end"] == "ada/scratch is deleted"
