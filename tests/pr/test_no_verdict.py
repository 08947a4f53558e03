"""A check that couldn't check, on every surface that GitHub shows: never the words of a pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pull.scenes import FEATURE, build, check

Patch = pytest.MonkeyPatch


def _surfaces(tmp: Path, monkeypatch: Patch) -> tuple[Path, Path]:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.setenv(name, str(tmp / name))
    return tmp / "GITHUB_STEP_SUMMARY", tmp / "GITHUB_OUTPUT"


@pytest.mark.parametrize(
    ("policy", "head", "code", "says"),
    [
        ("a: 1", "feature/login", 2, "Nothing was judged."),
        ("preset: gitflow", "feature/gone", 3, "Nothing was judged."),
        ("preset: gitflow\\nrules: {missing-approval: error}", "feature/login", 3, "can't determine"),
    ],
)
def test_no_verdict_is_no_pass_anywhere(
    policy: str, head: str, code: int, says: str, tmp_path: Path, monkeypatch: Patch
) -> None:
    """A broken policy, a missing commit, a rule that blocks and can't be determined."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    reader.write(".gitflowguard.yaml", "develop", policy)
    reader.publish("develop")
    summary, outputs = _surfaces(tmp_path, monkeypatch)
    assert check("--head", head, "--base", "develop") == code
    text = summary.read_text()
    assert text.startswith("## gitflowguard: can't determine\n") and says in text
    assert "clean" not in text and "All clear" not in text and "Nothing to check" not in text
    assert "unknown" in outputs.read_text() and "clean" not in outputs.read_text()


def test_a_bug_of_ours_is_no_pass_either(tmp_path: Path, monkeypatch: Patch) -> None:
    """Exit 4."""
    build(tmp_path, FEATURE, monkeypatch)
    monkeypatch.setattr("gitflowguard.cli.pr.judge", lambda *_, **__: 1 / 0)
    summary, _ = _surfaces(tmp_path, monkeypatch)
    assert check("--head", "feature/login", "--base", "develop") == 4
    assert summary.read_text().startswith("## gitflowguard: can't determine\n\nNothing was judged.\n")


def test_what_is_only_not_known_is_a_pass_everywhere(
    tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reviews are not kept in git; nothing that blocks depends on them, so exit 0, and all say clean."""
    build(tmp_path, FEATURE, monkeypatch)
    summary, outputs = _surfaces(tmp_path, monkeypatch)
    assert check("--head", "feature/login", "--base", "develop", "--output-format", "json") == 0
    assert '"verdict": "clean"' in capsys.readouterr().out
    assert summary.read_text().startswith("## gitflowguard: clean\n") and "clean" in outputs.read_text()
