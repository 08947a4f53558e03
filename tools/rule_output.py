"""What a rule prints, for its page: the first breaking history of its scenarios, judged, and rendered as a hook does.

The scenarios are held against real git by tests/rules/test_pages.py. Those of the radar and of the tools have no report
to be rendered without running either; theirs is put together from the page, which the same tests hold.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gitflowguard import __version__  # noqa: E402
from gitflowguard.model.finding import Report  # noqa: E402
from gitflowguard.model.rule import Rule  # noqa: E402
from gitflowguard.report.about import About  # noqa: E402
from gitflowguard.report.text import render  # noqa: E402
from tests.blobpages import judge_blobs  # noqa: E402
from tests.guardpages import judge_guards  # noqa: E402
from tests.measurepages import judge_measures  # noqa: E402
from tests.recordpages import judge_records  # noqa: E402
from tests.scenario import Case, Memory, judge, read_page, read_script  # noqa: E402

_HEAD = re.compile(r"^(GFG\d+) (error|warning): (.*)$")
_LABEL = re.compile(r"<change (\d+)>")


def printed(rule: Rule, family: str) -> tuple[str, str]:
    """(title of the scenario, what is printed); "" for both where the page has none that breaks."""
    page = ROOT / "tests" / "rules" / family / f"{rule.name}.md"
    for case in read_page(page.read_text("utf-8")) if page.exists() else ():
        if re.search(rf"^{rule.code} (error|warning): ", case.report, re.M):
            return case.title, _text(rule, case)
    return "", ""


def _text(rule: Rule, case: Case) -> str:
    """The lines, without the count at their end."""
    report = _report(rule, case)
    if report is None:
        return _from_page(rule, case.report)
    about = About(__version__, ".gitflowguard.yaml", (rule,), quiet=True)
    lines = render(report._replace(skipped=(), notes=()), about).rstrip("\n").split("\n")
    return "\n".join(lines[:-2] if re.match(r"\d+ (error|warning)", lines[-1]) else lines)


def _report(rule: Rule, case: Case) -> Report | None:
    if case.checks or case.git_only:
        return None
    for asked, how in (
        (case.guards, judge_guards),
        (case.records, judge_records),
        (case.blobs, judge_blobs),
        (case.measures, judge_measures),
    ):
        if asked:
            return how(case.script, rule)
    script = read_script(case.script)
    return judge(Memory(script), script.flow, rule)


def _from_page(rule: Rule, report: str) -> str:
    """``GFG801 error: …`` and indented commands, as the renderer prints them."""
    out: list[str] = []
    label = "help:"
    for line in _LABEL.sub(lambda found: f"commit{found[1]}", report).splitlines():
        head = _HEAD.match(line)
        if head and head[1] == rule.code:
            out.append(f"{head[2]}[{head[1]}]: {head[3]}")
            label = "help:"
        elif line.startswith("    "):
            out.append(f"  {label} {line.strip()}")
            label = "     "
    return "\n".join((*out, f"  more: gitflowguard explain {rule.name}"))
