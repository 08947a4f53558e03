"""The status check as a GitHub workflow: policy in, the text of `.github/workflows/gitflowguard.yml` out.

Everything that varies with the policy is the name of the job (`gitflowguard.model.checkname`). What a person may want
to change is said in the file itself, beside the line. Why it is as it is: docs/pull-requests.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.adoptionfiles import WORKFLOW_FILE as FILE
from gitflowguard.model.checkname import FAMILY, Arm, arms, rest
from gitflowguard.model.distribution import GITHUB, requirement
from gitflowguard.model.flow import Flow
from gitflowguard.report.actions import CHECKOUT
from gitflowguard.report.packaged import packaged

__all__ = ["FILE", "MARK", "fetch_head", "job_expression", "workflow"]

MARK = "# Written by `gitflowguard init --ci github`"
# The full name of the base. merge_group gives it as it is, pull_request gives the short name; so that a branch that is
# really called refs/heads/main is not taken for main, the short name is made long, and only long names are compared.
_BASE = "github.event.merge_group.base_ref || format('refs/heads/{0}', github.base_ref)"
_HEADS = "refs/heads/"
# Whatever the checkout left out is fetched: a cut history, other branches, tags, the base and the head, and then
# contents (--refetch brings none while the history is cut, git 2.39). A kept workspace holds branches that were deleted
# long ago, so --prune. A checkout that kept its credentials has set this header already, and GitHub refuses two: the
# empty value takes what is there away (git-config(1), http.extraHeader). A fork's commits are on no branch of this
# repository. GitHub hands out any commit of a pull request by its id; the token goes by the environment, for arguments
# are seen by every process (git-config(1), GIT_CONFIG_COUNT). The action has the same script (action.yml).
_FETCH = "fetch.sh"


def workflow(flow: Flow, version: str, requirements: tuple[str, ...] = ()) -> str:
    """The whole file. version: of gitflowguard. Ends in a newline.

    requirements: what the tools of the policy need beside it, each ``name==version``, checked by the policy's reader.
    """
    parts = {
        "@MARK@": MARK,
        "@FAMILY@": FAMILY,
        "@OURS@": requirement(version, (GITHUB,)),
        "@TOOLS@": "".join(f" \\\n            '{one}'" for one in requirements),
        "@CHECKOUT@": CHECKOUT.uses,
        "@FETCH@": _indented(fetch_head(), 10),
        # Last, because it holds names that the policy chose.
        "@NAME@": _indented(job_expression(flow), 6),
    }
    text = packaged("gitflowguard.report", "workflow.yml")
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def fetch_head() -> str:
    """The script that fetches what is judged, as a job's step; bash. It ends with 2 or 3 and an annotation."""
    return packaged("gitflowguard.report", _FETCH)


def job_expression(flow: Flow) -> str:
    """The value of the job's ``name``: text with one expression in it, on several lines that are to be folded."""
    lines = [*_comparisons(flow), _quoted(rest(flow))]
    return f"{FAMILY} (${{{{ " + " ||\n".join(lines) + " }})"


def _comparisons(flow: Flow) -> Iterator[str]:
    for arm in arms(flow):
        yield f"{_compared(arm)} && {_quoted(arm.said)}"


def _compared(arm: Arm) -> str:
    text = _quoted(_HEADS + arm.text)
    return f"({_BASE}) == {text}" if arm.whole else f"startsWith({_BASE}, {text})"


def _quoted(text: str) -> str:
    """A string in an expression: a quote in it is doubled (docs.github.com, "Evaluate expressions", literals)."""
    return "'" + text.replace("'", "''") + "'"


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.rstrip("\n").split("\n"))
