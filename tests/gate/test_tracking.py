"""MLflow's stores, recorded small: the newest finished run of a commit, and hostile stores."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.gate.trackingdatabase import runs_of_database
from gitflowguard.app.gate.trackingfiles import runs_of_files
from gitflowguard.app.gate.trackingserver import runs_of_server
from gitflowguard.gate.runs import COMMIT, TrackedRun, Unreachable
from gitflowguard.gate.values import Unreadable
from tests.gate.scenes import fishery_in, model

# Run ids, status by MLflow's number, start, metrics: as MLflow 3.18 wrote them, shortened.
RUNS: tuple[tuple[str, int, int, dict[str, float]], ...] = (
    ("e9f6f53f", 3, 1796010495144, {"f1": 0.5}),
    ("1673f391", 4, 1796010495208, {"f1": 0.99}),
    ("2a941bc9", 3, 1796010495275, {"f1": 0.93, "odd": float("nan"), "big": float("inf"), "val/f1": 0.5}),
)
STATUS = {3: "FINISHED", 4: "FAILED"}
POLICY = """\
preset: ml
model:
  mlflow: {experiment: wine, uri: "%s"}
  gate: [{metric: f1, min: 0.90, drop: 0.02}, {metric: val/f1, min: 0.1}]
"""


def record_files(root: Path, commit: str) -> None:
    """The file store."""
    experiment = root / "8038"
    experiment.mkdir(parents=True)
    (experiment / "meta.yaml").write_text(
        "artifact_location: /x\nexperiment_id: '8038'\nlifecycle_stage: active\nname: wine\n"
    )
    (root / "0").mkdir()
    (root / "0" / "meta.yaml").write_text("experiment_id: '0'\nlifecycle_stage: active\nname: Default\n")
    for name, status, start, metrics in RUNS:
        run = experiment / name
        (run / "tags").mkdir(parents=True)
        (run / "tags" / COMMIT).write_text(commit)
        (run / "meta.yaml").write_text(
            f"lifecycle_stage: active\nrun_id: {name}\nstart_time: {start}\nstatus: {status}\ntags: []\n"
        )
        for key, value in metrics.items():
            file = run / "metrics" / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{start} 0.1 1\n{start + 1} {value} 2\n")


def record_database(path: Path, commit: str) -> None:
    """The SQLite store: the columns that are asked, as in MLflow's dbmodels."""
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE experiments (experiment_id INTEGER, name TEXT, lifecycle_stage TEXT);"
        "CREATE TABLE runs (run_uuid TEXT, experiment_id INTEGER, status TEXT, start_time BIGINT, "
        "lifecycle_stage TEXT);"
        "CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);"
        "CREATE TABLE latest_metrics (key TEXT, value DOUBLE, is_nan BOOLEAN, run_uuid TEXT);"
        "INSERT INTO experiments VALUES (1, 'wine', 'active');"
    )
    for name, status, start, metrics in RUNS:
        base.execute("INSERT INTO runs VALUES (?, 1, ?, ?, 'active')", (name, STATUS[status], start))
        base.execute("INSERT INTO tags VALUES (?, ?, ?)", (COMMIT, commit, name))
        for key, value in metrics.items():
            odd = value != value
            kept = 0.0 if odd else min(value, 1.7976931348623157e308)
            base.execute("INSERT INTO latest_metrics VALUES (?, ?, ?, ?)", (key, kept, odd, name))
    base.commit()
    base.close()


def _proto(value: float) -> Any:
    """A double as MLflow's server writes it."""
    if value == float("inf"):
        return 1.7976931348623157e308
    return "NaN" if value != value else value


class _Server(BaseHTTPRequestHandler):
    """Answers as MLflow's REST API 2.0 does; what it was asked is kept."""

    commit = ""
    asked: list[tuple[str, Any, str]] = []

    def do_GET(self) -> None:
        """experiments/get-by-name."""
        self.asked.append((self.path, None, self.headers.get("Authorization", "")))
        if "experiment_name=wine" in self.path:
            self._answer(200, {"experiment": {"experiment_id": "1", "lifecycle_stage": "active"}})
        elif "experiment_name=moved" in self.path:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.end_headers()
        else:
            self._answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})

    def do_POST(self) -> None:
        """runs/search."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body, self.headers.get("Authorization", "")))
        runs = [
            {
                "info": {"run_id": name, "start_time": start, "status": STATUS[status]},
                "data": {"metrics": [{"key": key, "value": _proto(value)} for key, value in metrics.items()]},
            }
            for name, status, start, metrics in RUNS
            if status == 3 and self.commit in body["filter"]
        ]
        self._answer(200, {"runs": runs} if runs else {})

    def _answer(self, code: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server with the recorded runs of the commit c0ffee."""
    made = HTTPServer(("127.0.0.1", 0), _Server)
    _Server.commit, _Server.asked = "c0ffee", []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()
    thread.join()


def _by_id(runs: list[TrackedRun]) -> dict[str, dict[str, float]]:
    return {run.id: {key: float(value) for key, value in run.metrics.items()} for run in runs}


def test_the_three_stores_say_the_same(tmp_path: Path, server: str) -> None:
    """Finished runs of the commit alone, the last value of each metric, NaN and infinity as what they are."""
    record_files(tmp_path / "mlruns", "c0ffee")
    record_database(tmp_path / "mlflow.db", "c0ffee")
    found = [
        runs_of_files(str(tmp_path / "mlruns"), "wine", "c0ffee"),
        runs_of_database(str(tmp_path / "mlflow.db"), "wine", "c0ffee"),
        runs_of_server(server, "wine", "c0ffee"),
    ]
    for runs in found:
        values = _by_id(runs)
        assert sorted(values) == ["2a941bc9", "e9f6f53f"]
        newest = max(runs, key=lambda run: run.started)
        assert newest.id == "2a941bc9"
        assert (values["2a941bc9"]["f1"], values["2a941bc9"]["val/f1"]) == (0.93, 0.5)
        assert str(values["2a941bc9"]["odd"]) == "nan" and str(values["2a941bc9"]["big"]) == "inf"
    assert runs_of_server(server, "nothing", "c0ffee") == []
    assert runs_of_files(str(tmp_path / "mlruns"), "wine", "other") == []
    assert runs_of_database(str(tmp_path / "mlflow.db"), "nothing", "c0ffee") == []


def test_a_token_goes_to_nobody_else(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only over https or to this machine, and no redirect is followed."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "s3cret")
    runs_of_server(server, "wine", "c0ffee")
    assert {authorization for _, _, authorization in _Server.asked} == {"Bearer s3cret"}
    with pytest.raises(Unreachable, match="answered 302"):
        runs_of_server(server, "moved", "c0ffee")
    with pytest.raises(Unreachable, match="127.0.0.1"):
        runs_of_server("http://user:pw@127.0.0.1:1", "wine", "c0ffee")


def test_hostile_stores_are_refused(tmp_path: Path) -> None:
    """A view that never ends, a file that is no database, a link out of the directory."""
    path = tmp_path / "mlflow.db"
    record_database(path, "c0ffee")
    base = sqlite3.connect(path)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) "
    endless += "SELECT x AS key, x AS value, x AS run_uuid FROM c"
    base.executescript(f"DROP TABLE tags; CREATE VIEW tags AS {endless};")
    base.close()
    with pytest.raises(Unreadable, match="isn't a store of MLflow"):
        runs_of_database(str(path), "wine", "c0ffee")
    path.write_bytes(b"SQLite format 3\0" + b"x" * 500)
    with pytest.raises(Unreadable, match="can't be read"):
        runs_of_database(str(path), "wine", "c0ffee")
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(Unreadable, match="isn't a plain file"):
        runs_of_database(str(path), "wine", "c0ffee")
    record_files(tmp_path / "mlruns", "c0ffee")
    meta = tmp_path / "mlruns" / "8038" / "2a941bc9" / "meta.yaml"
    meta.unlink()
    meta.symlink_to("/etc/hostname")
    with pytest.raises(Unreadable, match="is a link"):
        runs_of_files(str(tmp_path / "mlruns"), "wine", "c0ffee")


@pytest.mark.parametrize("uri", ["mlruns", "sqlite:///mlflow.db"])
def test_the_numbers_of_the_run_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], uri: str
) -> None:
    """Two finished runs of one commit: the newest, and that is said. No run of a commit is a violation."""
    here = fishery_in(tmp_path, POLICY % uri)
    monkeypatch.chdir(here.top)
    here.write(".gitignore", "mlruns\nmlflow.db\n")
    head = here.commit()
    record = record_files if uri == "mlruns" else record_database
    assert model() == 1
    assert "so the model's metrics are missing" in capsys.readouterr().out
    record(here.top / uri.removeprefix("sqlite:///"), head)
    assert model() == 0
    out = capsys.readouterr().out
    assert "the experiment wine has 2 finished runs of" in out and "the newest counts (2a941bc9)" in out
    here.commit("Another")
    assert model() == 1
    assert "the experiment wine has no finished run of the commit" in capsys.readouterr().out


def test_a_server_that_does_not_answer_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3: red, and not the model's fault."""
    here = fishery_in(tmp_path, POLICY % "http://127.0.0.1:1")
    monkeypatch.chdir(here.top)
    here.commit()
    assert model() == 3
    assert "couldn't ask MLflow (127.0.0.1:" in capsys.readouterr().out
