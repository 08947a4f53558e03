"""May something be done under the compiled rules? The answer, with its reasons."""

from __future__ import annotations

from gitflowguard.model.record import Record

YES, NO, IF = "yes", "no", "if"


class SimulationAnswer(Record):
    """question: in words, such as ``merge feature/login into main``. verdict: YES, NO or IF.

    reasons: (verdict, sentence, the ruleset that says so or "").
    """

    question: str
    verdict: str
    reasons: tuple[tuple[str, str, str], ...]
