"""`gitflowguard radar check`.

An editor or a coding assistant starts it before each edit, so there is a short way to it beside click's: `quick` reads
the plainest forms of its words itself. click has the help, the mistakes and everything else.
"""

from __future__ import annotations

import os
import sys
import time

from gitflowguard import __version__
from gitflowguard.output import out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.app.radar.planned import EditQuestion
    from gitflowguard.radar.edits import CheckResult

FLAGS = {"--stdin": "stdin", "--json": "as_json", "--exit-code": "exit_code", "--ask": "asks"}
_MOST_BYTES = 16 << 20


def quick(words: Sequence[str]) -> int | None:
    """The command without click; None for words that are click's."""
    found = dict.fromkeys(FLAGS.values(), False)
    paths: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            paths += words[place + 1 :]
            break
        if word in FLAGS:
            found[FLAGS[word]] = True
        elif word.startswith("-"):
            return None
        else:
            paths.append(word)
    if (not paths or found["asks"]) and not found["stdin"]:
        return None  # a mistake
    from gitflowguard.tooling.importpath import settle

    settle()
    try:
        return answered(tuple(paths), **found)
    except Exception as problem:  # the boundary of this way
        from gitflowguard.cli.boundary import code_of

        return code_of(problem)


def answered(paths: tuple[str, ...], stdin: bool, as_json: bool, exit_code: bool, asks: bool) -> int:
    """Asks, answers, and returns the exit code."""
    from gitflowguard.app.radar.check import answer
    from gitflowguard.app.radar.planned import (
        PERSON,
        PROGRAM,
        BadInput,
        EditQuestion,
        from_stdin,
    )
    from gitflowguard.radar.edits import PlannedEdit
    from gitflowguard.repo.git import GitError

    if stdin:
        try:
            question = from_stdin(sys.stdin.buffer.read(_MOST_BYTES), paths)
        except BadInput as problem:
            return _mistake(str(problem))
    else:
        question = EditQuestion(PERSON, tuple(PlannedEdit(path) for path in paths))
    by_hook = question.asker not in (PERSON, PROGRAM)
    if asks and (as_json or not by_hook):
        return _mistake(
            "--ask answers the hook of a coding assistant, whose JSON is on standard input: leave out one"
        )
    now = int(time.time())
    try:
        result = answer(question, now)
    except GitError as problem:
        if question.asker == PERSON:
            raise
        raise GitError(f"nothing is known of this file: {problem}") from None
    _write(question, result, now, as_json, asks)
    return _code(result, exit_code, by_hook)


def _mistake(says: str) -> int:
    from gitflowguard.model import exits
    from gitflowguard.output import say

    say(says)
    return exits.USAGE


def _code(result: CheckResult, exit_code: bool, by_hook: bool) -> int:
    """As elsewhere only what the policy makes an error fails; with --exit-code whatever is found does.

    by_hook: an assistant reads the answer, and takes another code than 0 for a broken hook.
    """
    from gitflowguard.model import exits
    from gitflowguard.model.finding import ERROR
    from gitflowguard.radar.edits import MEETS, UNKNOWN

    if not exit_code and (by_hook or result.severity != ERROR):
        return exits.CLEAN
    return {MEETS: exits.VIOLATIONS, UNKNOWN: exits.BLIND}.get(result.verdict, exits.CLEAN)


def _write(question: EditQuestion, result: CheckResult, now: int, as_json: bool, asks: bool) -> None:
    from gitflowguard.app.radar.planned import BEFORE_TOOL, PERSON, PRE_TOOL_USE
    from gitflowguard.report.radar import edits

    if question.asker == PERSON and not as_json:
        # Words, not a diff, whose new files aren't here either.
        paths = [edit.path for edit in question.edits if edit.lines is None]
        absent = [path for path in paths if not os.path.lexists(os.path.join(question.cwd, path))]
        out("".join(line + "\n" for line in edits.lines(result, now, absent)))
        return
    from gitflowguard.report.data import dump
    from gitflowguard.report.escape import Escaped

    if question.asker == PRE_TOOL_USE and not as_json:
        made = edits.pre_tool_use(result, now, asks)
    elif question.asker == BEFORE_TOOL and not as_json:
        made = edits.before_tool(result, now, asks)
    else:
        made = edits.document(result, now, __version__)
    out(Escaped(dump(made)))
