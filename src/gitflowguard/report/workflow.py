"""The status check as a GitHub workflow: policy in, the text of `.github/workflows/gitflowguard.yml` out.

Everything that varies with the policy is the name of the job (`gitflowguard.model.checkname`). What a person may want
to change is said in the file itself, beside the line. Why it is as it is: docs/pull-requests.md.
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import WORKFLOW_FILE as FILE
from gitflowguard.model.checkname import FAMILY, arms, rest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.checkname import Arm
    from gitflowguard.model.flow import Flow

__all__ = ["CHECKOUT", "FETCH_HEAD", "FILE", "MARK", "job_expression", "workflow"]

MARK = "# Written by `gitflowguard init --ci github`"
# A released version and the commit that its tag names.
CHECKOUT = ("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1")
# The full name of the base. merge_group gives it as it is, pull_request gives the short name; so that a branch that is
# really called refs/heads/main is not taken for main, the short name is made long, and only long names are compared.
_BASE = "github.event.merge_group.base_ref || format('refs/heads/{0}', github.base_ref)"
_HEADS = "refs/heads/"
# A checkout that kept its credentials has set this header already, and GitHub refuses two: the empty value takes what
# is there away (git-config(1), http.extraHeader). A fork's commits are on no branch of this repository. GitHub hands
# out any commit of a pull request by its id; the token goes by the environment, for arguments are seen by every process
# (git-config(1), GIT_CONFIG_COUNT).
FETCH_HEAD = """\
[ -n "$HEAD_SHA" ] || { echo "gitflowguard: this event is about no pull request and no merge group" >&2; exit 2; }
login="$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\\n')"
export GIT_CONFIG_COUNT=2
export GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
export GIT_CONFIG_VALUE_0=""
export GIT_CONFIG_KEY_1="http.$GITHUB_SERVER_URL/.extraheader"
export GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $login"
git fetch --quiet --no-tags origin "+$HEAD_SHA:refs/gitflowguard/head"
"""
_TEXT = """\
@MARK@. After a change of branch names in the policy, run that again.
# The check on pull requests: the policy's rules, on the facts of the pull request, as one required check a base.
name: @FAMILY@

on:
  pull_request:
    # edited: the base may change without a new commit. No path or branch filter: a filtered check never reports.
    types: [opened, synchronize, reopened, edited, ready_for_review]
  merge_group:

permissions: {}

# No concurrency group: a cancelled run is a required check that did not pass, and runs of one pull request that is
# retargeted are different checks.

jobs:
  check:
    # One name for each class of base: what is green into one branch can never count for another after a retarget.
    # Expressions take Main for main; gitflowguard does not, and fails such a base. No `if:`: a skipped job is a pass.
    name: >-
@NAME@
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read # the commits
      # More only if you want it: `pull-requests: write` for a comment that edits itself, `checks: write` for a check
      # run, `statuses: write` for a commit status. What the token may not do is left out, and said.
      pull-requests: read # its reviews
    defaults:
      run:
        shell: bash
    steps:
      # First, while nothing of the repository is here. Wheels only, so no package runs code of its own to be installed.
      - name: Install gitflowguard
        run: |
          python3 -I -m venv "$RUNNER_TEMP/gitflowguard"
          "$RUNNER_TEMP/gitflowguard/bin/python" -I -m pip install --quiet --disable-pip-version-check \\
            --only-binary :all: 'gitflowguard==@VERSION@'@TOOLS@

      # The base, never the head: nothing that the pull request brings is put where it could run. All branches and tags
      # with their history, for where a branch came from and what was merged where is read from it; with the files'
      # contents, for they could not be fetched later without credentials, and those are not kept.
      - name: Check out the base
        uses: @CHECKOUT@
        with:
          ref: ${{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}
          fetch-depth: 0
          persist-credentials: false

      # Its commits only, under a name of our own: a fork's are on no branch here.
      - name: Fetch the head
        env:
          GITHUB_TOKEN: ${{ github.token }}
          HEAD_SHA: ${{ github.event.pull_request.head.sha || github.event.merge_group.head_sha }}
        run: |
@FETCH@

      # What to judge is read from the event's file, never from text put into this script.
      - name: Check
        env:
          GITHUB_TOKEN: ${{ github.token }}
        run: |
          "$RUNNER_TEMP/gitflowguard/bin/python" -I -m gitflowguard pr check
"""


def workflow(flow: Flow, version: str, requirements: tuple[str, ...] = ()) -> str:
    """The whole file. version: of gitflowguard, as the package index has it. Ends in a newline.

    requirements: what the tools of the policy need beside it, each ``name==version``, checked by the policy's reader.
    """
    action, commit, tag = CHECKOUT
    parts = {
        "@MARK@": MARK,
        "@FAMILY@": FAMILY,
        "@VERSION@": version,
        "@TOOLS@": "".join(f" \\\n            '{one}'" for one in requirements),
        "@CHECKOUT@": f"{action}@{commit} # {tag}",
        "@FETCH@": _indented(FETCH_HEAD, 10),
        # Last, because it holds names that the policy chose.
        "@NAME@": _indented(job_expression(flow), 6),
    }
    text = _TEXT
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


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
    """A string in an expression: a quote in it is doubled (docs.github.com, Evaluate expressions, literals)."""
    return "'" + text.replace("'", "''") + "'"


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.rstrip("\n").split("\n"))
