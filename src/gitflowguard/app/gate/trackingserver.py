"""MLflow's REST API 2.0, asked with the standard library: two questions, a time limit, no redirect."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlsplit

from gitflowguard.gate.documents import parse_report
from gitflowguard.gate.runs import COMMIT, TrackedRun, Unreachable, spelled_metric
from gitflowguard.gate.values import Unreadable, Written, numeral, size_limit

_SECONDS = 20
_LOCAL = ("127.0.0.1", "localhost", "::1")


class _Straight(urllib.request.HTTPRedirectHandler):
    """A redirect could take the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


def runs_of_server(uri: str, experiment: str, commit: str) -> list[TrackedRun]:
    """The finished runs of a commit. Raises Unreachable and Unreadable."""
    found = _ask(uri, f"experiments/get-by-name?experiment_name={quote(experiment, safe='')}", None)
    known = _inner(found, "experiment")
    if known.get("lifecycle_stage", "active") != "active" or "experiment_id" not in known:
        return []
    wanted = f"tags.`{COMMIT}` = '{commit}' and attributes.status = 'FINISHED'"
    body = {
        "experiment_ids": [str(known["experiment_id"])],
        "filter": wanted,
        "run_view_type": "ACTIVE_ONLY",
        "max_results": 1000,
    }
    runs = _ask(uri, "runs/search", body).get("runs", [])
    return [_run(one) for one in runs] if isinstance(runs, list) else []


def _run(one: Any) -> TrackedRun:
    info, data = _inner(one, "info"), _inner(one, "data")
    started = str(info.get("start_time", "0"))
    rows = data.get("metrics", [])
    metrics = {
        str(row["key"]): _spelled(row.get("value"))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and "key" in row
    }
    return TrackedRun(str(info.get("run_id", "")), int(started) if started.isdigit() else 0, metrics)


def _spelled(value: Any) -> str:
    """A number as it is written; MLflow writes NaN and Infinity as text (protobuf.dev, "ProtoJSON Format")."""
    if isinstance(value, Written):
        number = numeral(value)
        return spelled_metric(float(value)) if number.text and abs(float(value)) > 1e300 else str(value)
    return value if isinstance(value, str) else "null"


def _inner(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _ask(uri: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """One question. A 404 is an answer: there is no such experiment."""
    request = urllib.request.Request(
        f"{uri.rstrip('/')}/api/2.0/mlflow/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **_signed(uri)},
    )
    opener = urllib.request.build_opener(_Straight())
    most = size_limit("json")
    try:
        # Only http and https get here: `tracking` chooses this module by the address's beginning.
        with opener.open(request, timeout=_SECONDS) as answer:  # nosec B310
            data = answer.read(most + 1)
    except urllib.error.HTTPError as problem:
        with problem:
            if problem.code == 404:
                return {}
            raise Unreachable(f"{_host(uri)} answered {problem.code}") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", problem)
        raise Unreachable(f"{_host(uri)}: {reason}") from None
    try:
        found = parse_report(data, "json")
    except Unreadable as problem:
        raise Unreachable(f"the answer of {_host(uri)} {problem}") from None
    return found if isinstance(found, dict) else {}


def _host(uri: str) -> str:
    """The host alone: an address may hold a password."""
    return urlsplit(uri).hostname or "the server"


def _signed(uri: str) -> dict[str, str]:
    """The token that MLflow's own clients send; only where nobody on the way can read it."""
    token = os.environ.get("MLFLOW_TRACKING_TOKEN", "")
    safe = uri.startswith("https://") or urlsplit(uri).hostname in _LOCAL
    return {"Authorization": f"Bearer {token}"} if token and safe else {}
