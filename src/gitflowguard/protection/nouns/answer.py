"""May something be done under the compiled rules? The answer, with its reasons."""

from __future__ import annotations

from gitflowguard.model.record import Record

YES, NO, IF = "yes", "no", "if"


class SimulationAnswer(Record):
    """question: in words, such as ``merge feature/login into main``. verdict: YES, NO or IF.

    reasons: (verdict, sentence, the ruleset that says so or "", GitHub's word for the rule or "").
    where: the repository whose rules were asked, "" where it was the policy's alone.
    unknown: what wasn't read there, so that the answer may be another.
    """

    question: str
    verdict: str
    reasons: tuple[tuple[str, str, str, str], ...]
    where: str = ""
    unknown: tuple[str, ...] = ()
