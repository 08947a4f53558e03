"""DVC's lock against git's copies: what is stale, and what can't be determined."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gitflowguard.gate.documents import parse_report
from gitflowguard.gate.dvclock import (
    LockedFile,
    directory_md5,
    read_lock,
    same_bytes,
    same_value,
)
from gitflowguard.gate.values import Unreadable, Written
from tests.budget import sampled
from tests.gate.scenes import Fishery, fishery_in, model, pull

POLICY = """\
preset: ml
model: {metrics: metrics.json, gate: [{metric: f1, min: 0.9}], dvc: dvc.lock}
"""
PIPELINE = "stages:\n  train:\n    cmd: python train.py\n    deps: [train.py, data]\n"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def repro(here: Fishery) -> None:
    """What `dvc repro` leaves, as DVC 3.67 writes it."""
    train, metrics = ((here.top / name).read_text() for name in ("train.py", "metrics.json"))
    data = directory_md5({"ref.csv": (here.top / "data" / "ref.csv").read_bytes()})
    here.write(
        "dvc.lock",
        "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n"
        f"    - path: data\n      hash: md5\n      md5: {data}\n      nfiles: 1\n"
        f"    - path: train.py\n      hash: md5\n      md5: {_md5(train)}\n"
        "    params:\n      params.yaml:\n        depth:\n        - 1\n        - 2\n        lr: 0.001\n"
        f"    outs:\n    - path: metrics.json\n      hash: md5\n      md5: {_md5(metrics)}\n"
        "    - path: model.bin\n      hash: md5\n      md5: 6f8f57715090da2632453988d9a1501b\n",
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fishery:
    """A pipeline that has just run."""
    made = fishery_in(tmp_path, POLICY)
    monkeypatch.chdir(made.top)
    made.write("data/ref.csv", "1,2\n")
    made.write("params.yaml", "lr: 1e-3\ndepth: [1, 2]\n")
    made.write("metrics.json", '{"f1": 0.93}')
    made.write("dvc.yaml", PIPELINE)
    repro(made)
    made.commit()
    return made


def test_what_was_just_run_is_fresh(here: Fishery) -> None:
    """And pr check needs no reports, because the lock answers for the committed ones."""
    assert model() == 0 and pull() == 0


@pytest.mark.parametrize(
    ("path", "text", "says"),
    sampled(
        [
            ("train.py", "print('tuned')\n", "train.py isn't as dvc.lock has it"),
            ("data/ref.csv", "1,2\n3,4\n", "data isn't as dvc.lock has it"),
            ("data/more.csv", "1\n", "data isn't as dvc.lock has it"),
            (
                "params.yaml",
                "lr: 0.002\ndepth: [1, 2]\n",
                "lr in params.yaml isn't as dvc.lock has it",
            ),
            ("params.yaml", "depth: [1, 2]\n", "lr in params.yaml isn't as dvc.lock has it"),
            ("metrics.json", '{"f1": 0.99}', "metrics.json isn't as dvc.lock has it"),
            (
                "dvc.yaml",
                PIPELINE.replace("python train.py", "python train.py --fast"),
                "the command of train in dvc.yaml isn't as dvc.lock has it",
            ),
            (
                "dvc.yaml",
                PIPELINE + "  evaluate: {cmd: python e.py}\n",
                "the stage evaluate in dvc.yaml isn't as",
            ),
        ],
        0,
        1,
        3,
        4,
        5,
        6,
        7,
    ),
)
def test_what_changed_without_a_run_is_stale(
    here: Fishery, capsys: pytest.CaptureFixture[str], path: str, text: str, says: str
) -> None:
    """Code, data, parameters, the command, the numbers themselves.

    One is slow: one more file in a folder is compared as a changed one is.
    """
    here.write(path, text)
    here.commit()
    for run in (model, pull):
        assert run() == 1
        assert f"error[GFG005]: The metrics are stale: {says}" in capsys.readouterr().out


def test_lost_numbers_are_missing_and_lost_data_is_unknown(
    here: Fishery, capsys: pytest.CaptureFixture[str]
) -> None:
    """DVC itself ends with 0 where the metrics are gone."""
    here.git("rm", "-q", "metrics.json")
    here.commit()
    assert model() == pull() == 1
    assert "error[GFG001]: metrics.json isn't there" in capsys.readouterr().out
    here.git("revert", "--no-edit", "HEAD")
    here.git("rm", "-q", "-r", "data")
    here.commit()
    assert model() == 3
    assert "Can't determine whether data is as dvc.lock has it" in capsys.readouterr().out


def test_a_lock_that_is_gone_or_broken_is_missing(here: Fishery, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing says what the numbers were made from."""
    for text in ("stages: 1\n", "a: [", "stages: {train: {deps: [{md5: x}]}}\n"):
        here.write("dvc.lock", text)
        here.commit()
        assert pull() == 1
        assert "so what the metrics were made from is missing" in capsys.readouterr().out
    here.git("rm", "-q", "dvc.lock")
    here.commit()
    assert pull() == 1


def test_a_report_that_no_stage_makes_is_answered_for_by_nobody(
    here: Fishery, capsys: pytest.CaptureFixture[str]
) -> None:
    """A committed number that isn't an output of the pipeline could be of any day."""
    text = (here.top / "dvc.lock").read_text()
    here.write("dvc.lock", text.replace("path: metrics.json", "path: other.json"))
    here.commit()
    assert pull() == 1
    assert "dvc.lock has no output metrics.json" in capsys.readouterr().out


def test_old_locks_take_line_ends_as_lf() -> None:
    """DVC before 3, whose entries have no `hash`."""
    text = b"a\r\nb\r\n"
    old = LockedFile(stage="s", path="p", md5=_md5("a\nb\n"), out=False, plain=False)
    assert same_bytes(old, text) and not same_bytes(old._replace(plain=True), text)


def test_parameters_compare_as_values() -> None:
    """1e-3 is 0.001, text is text, and a list is compared item by item."""
    assert same_value(Written("0.001"), Written("1e-3"))
    assert not same_value(Written("1"), "1")
    assert same_value([Written("1"), {"a": True}], [Written("1.0"), {"a": True}])
    assert not same_value([Written("1")], [Written("1"), Written("2")])
    assert not same_value(True, Written("1"))
    with pytest.raises(Unreadable, match="has no stages"):
        read_lock(parse_report(b"a: 1", "yaml"))
