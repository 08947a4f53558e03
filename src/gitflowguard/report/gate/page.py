"""The verdict on a model as one page that needs nothing else: no script, no network, no foreign style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.report import words
from gitflowguard.report.escape import Escaped, xml
from gitflowguard.report.gate.picture import svg
from gitflowguard.report.gate.view import HEADINGS, caption, metrics_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.model.finding import Report
    from gitflowguard.model.measure import Measure
    from gitflowguard.report.about import About

_STYLE = (
    "body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1f2328}"
    "table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:.3em .7em;text-align:left}"
    "svg{max-width:100%;height:auto}"
)


def html_page(report: Report, about: About, measures: Sequence[Measure]) -> Escaped:
    """The whole page; the same report gives the same page."""
    table = ["<table><tr>", *(f"<th>{name}</th>" for name in HEADINGS), "</tr>"]
    for row in rows_of(measures):
        table += ["<tr>", *(f"<td>{xml(cell)}</td>" for cell in row.cells), "</tr>"]
    found = [_item(f"{v.severity} {v.code} {v.name}: {v.finding.says}") for v in report.violations]
    found += [_item(f"{s.code} {s.name}: {s.unknown.reason}") for s in report.skipped]
    found += [_item(note) for note in report.notes]
    # The style is the only thing that the page may load or run; its checksum is in the policy.
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{_checksum(_STYLE)}'\">",
        f"<title>Model: {xml(words.verdict(report, about.blind))}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Model: {xml(words.verdict(report, about.blind))}</h1>",
        f"<p>{xml(words.summary(report, about.blind))}</p>",
        svg(metrics_of(measures)),
        *(table + ["</table>"] if rows_of(measures) else []),
        f"<p>{xml(caption(measures))}</p>" if caption(measures) else "",
        "<ul>",
        *found,
        "</ul>",
        f"<p>gitflowguard {xml(about.version)}</p></body></html>",
    ]
    return Escaped("\n".join(part for part in parts if part) + "\n")


def _item(text: str) -> str:
    return f"<li>{xml(text)}</li>"


def _checksum(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return b64encode(sha256(text.encode()).digest()).decode()
