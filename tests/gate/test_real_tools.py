"""The real MLflow and the real DVC, in an environment that is thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gitflowguard.app.gate.trackingdatabase import runs_of_database
from gitflowguard.app.gate.trackingfiles import runs_of_files
from tests.gate.scenes import fishery_in, model, pull

pytestmark = pytest.mark.slow

TRAIN = """\
import math, sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("wine")
for f1, status in ((0.5, "FINISHED"), (0.99, "FAILED"), (0.93, "FINISHED")):
    mlflow.start_run()
    mlflow.set_tag("mlflow.source.git.commit", sys.argv[2])
    mlflow.log_metric("f1", 0.1, step=1)
    mlflow.log_metric("f1", f1, step=2)
    mlflow.log_metric("odd", math.nan)
    mlflow.end_run(status)
"""
PIPELINE = """\
stages:
  train:
    cmd: python3 train.py
    deps: [train.py, data]
    params: [lr]
    metrics: [{metrics.json: {cache: false}}]
"""
POLICY = "preset: ml\nmodel: {metrics: metrics.json, gate: [{metric: f1, min: 0.9}], dvc: dvc.lock}\n"


def _environment(place: Path, *packages: str) -> Path:
    """The folder of programs of a new environment; skips where nothing can be installed."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", *packages]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{packages[0]} can't be installed here: {done.stderr[-200:]}")
    return place / "bin"


def test_the_stores_of_real_mlflow_are_read(tmp_path: Path) -> None:
    """Both kinds of store: the finished runs of the commit, and the last value of each metric."""
    programs = _environment(tmp_path / "venv", "mlflow-skinny", "sqlalchemy", "alembic")
    script = tmp_path / "train.py"
    script.write_text(TRAIN)
    environ = {**os.environ, "MLFLOW_ALLOW_FILE_STORE": "true"}
    for uri in ("sqlite:///mlflow.db", "mlruns"):
        words = [str(programs / "python"), str(script), uri, "c0ffee"]
        subprocess.run(words, cwd=tmp_path, env=environ, check=True, capture_output=True)
    for runs in (
        runs_of_database(str(tmp_path / "mlflow.db"), "wine", "c0ffee"),
        runs_of_files(str(tmp_path / "mlruns"), "wine", "c0ffee"),
    ):
        assert sorted(float(run.metrics["f1"]) for run in runs) == [0.5, 0.93]
        assert max(runs, key=lambda run: run.started).metrics["f1"] == "0.93"
        assert {run.metrics["odd"].lower() for run in runs} == {"nan"}


def test_the_lock_of_real_dvc_is_read_and_its_command_repairs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """repro, then an edit without one: stale; `dvc repro`, as it is printed, makes it fresh."""
    programs = _environment(tmp_path / "venv", "dvc")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    here = fishery_in(tmp_path, POLICY)
    monkeypatch.chdir(here.top)

    def dvc(*words: str) -> None:
        subprocess.run(["dvc", *words, "-q"], cwd=here.top, check=True)

    dvc("init")
    here.write("train.py", 'open("metrics.json", "w").write(\'{"f1": 0.93}\')\n')
    here.write("data/ref.csv", "1,2\n")
    here.write("params.yaml", "lr: 0.001\n")
    here.write("dvc.yaml", PIPELINE)
    dvc("repro")
    here.commit()
    assert model() == 0 and pull() == 0
    here.write("train.py", 'open("metrics.json", "w").write(\'{"f1": 0.94}\')\n')
    here.commit()
    capsys.readouterr()
    assert model() == 1
    out = capsys.readouterr().out
    assert "train.py isn't as dvc.lock has it" in out and "help: dvc repro" in out
    dvc("repro")
    here.commit()
    assert model() == 0 and pull() == 0
    here.git("rm", "-q", "metrics.json")
    here.commit()
    assert model() == 1
