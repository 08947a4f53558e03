"""Exit codes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.exits import exit_of
from gitflowguard.installation import bug
from gitflowguard.model.exits import MEANINGS
from gitflowguard.model.finding import Report, Silenced
from tests.report.samples import DIRECT, STACK, UNTOLD


@pytest.mark.parametrize(
    ("report", "lenient", "blind"),
    [
        (Report(), 0, 3),
        (Report((STACK,)), 0, 3),
        (Report(silenced=(Silenced(DIRECT, "why"),)), 0, 3),
        (Report((STACK,), (UNTOLD,)), 0, 3),
        (Report((STACK, DIRECT)), 1, 1),
        (Report((DIRECT,), (UNTOLD,)), 1, 1),
    ],
)
def test_errors_fail_and_what_could_not_be_checked_fails_closed(
    report: Report, lenient: int, blind: int
) -> None:
    """With --exit-zero an error doesn't fail, and what couldn't be checked still does where there is no error."""
    assert exit_of(report) == lenient
    assert exit_of(report, blind=True) == blind
    assert exit_of(report, exit_zero=True) == 0
    assert exit_of(report, blind=True, exit_zero=True) == (0 if report.errors else 3)


def test_the_codes_are_stable() -> None:
    assert MEANINGS == {
        0: "clean; warnings do not fail",
        1: "violations",
        2: "usage or configuration",
        3: "couldn't check",
        4: "our bug",
        5: "partly applied",
        130: "interrupted",
    }


def crash(*_: object) -> None:
    raise ZeroDivisionError("a \udcff in it")


def test_a_bug_in_a_hook_is_kept_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gitflowguard.app.hooks.judge.judge", crash)
    assert hookfront.main(["pre-commit"]) == 4
    said, path = capsys.readouterr().err, tmp_path / ".git" / "gitflowguard" / "error.log"
    assert said.startswith("gitflowguard: a bug of ours: ZeroDivisionError: ") and str(path) in said
    kept = path.read_text()
    assert kept.startswith("gitflowguard ") and "in crash" in kept


def test_a_bug_elsewhere_has_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    says = [bug(ValueError("x")) for _ in range(2)]
    assert len(list(tmp_path.iterdir())) == 2 and says[0] != says[1]
    assert Path(says[0].rpartition(" ")[2]).read_text().endswith("ValueError: x\n")


def test_a_bug_whose_details_have_no_place() -> None:
    assert bug(ValueError("x"), "/dev/null/error.log").endswith("; the details couldn't be kept")
