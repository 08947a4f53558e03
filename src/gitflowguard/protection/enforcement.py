"""How hard our required check is to get round, by what GitHub says: the levels of docs/guides/security.md.

No level is safe from an administrator, who can change the protection itself.
"""

from __future__ import annotations

from gitflowguard.model.checkname import check_name
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.protection import Live, lacks
from gitflowguard.protection.compile import ACTIONS_APP
from gitflowguard.protection.effective import rules_for

_WORKFLOWS = "workflows"
_PAGE = "docs/guides/security.md says what each level is worth"


def level_of(flow: Flow, live: Live) -> int | Unknown:
    """0: nothing requires the check; 1: a job of GitHub Actions; 3: an App's check, or a workflow that an organisation
    requires. Level 2 is a way to start the job, which protection does not show.
    """
    name = check_name(flow, flow.production)
    found = 0
    for classic in () if isinstance(live.classic, Unknown) else live.classic:
        rows = (classic.document.get("required_status_checks") or {}).get("checks", ())
        if classic.branch == flow.production:
            found = max((_worth(row) for row in rows if row["context"] == name), default=0)
    known = () if isinstance(live.rulesets, Unknown) else live.rulesets
    for rule in rules_for(known, flow.production, live.repository.default_branch):
        if rule.clause.type == _WORKFLOWS:
            found = 3
        for row in rule.clause.parameters.get("required_status_checks", ()):
            if row["context"] == name:
                found = max(found, _worth(row))
    # What was read demands less than the most: more may stand where nothing was read.
    hidden = [one for one in (live.rulesets, live.classic) if isinstance(one, Unknown) and not lacks(one)]
    return hidden[0] if hidden and not found else found


def _worth(row: dict[str, object]) -> int:
    """What one required check is worth: anybody with write access can report one that names no App."""
    app = row.get("app")
    return 0 if not app else 1 if app == ACTIONS_APP else 3


def level_words(flow: Flow, live: Live) -> str:
    """The level as a sentence without a full stop."""
    found = level_of(flow, live)
    name, branch = check_name(flow, flow.production), flow.production
    if isinstance(found, Unknown):
        return f"can't determine the level of enforcement: {found.reason}"
    words = {
        0: f"nothing on GitHub demands the check {name}, or anybody with write access can report it",
        1: f"{name} is a job of GitHub Actions; a pull request that rewrites the workflow can forge it",
        3: f"what judges pull requests into {branch} cannot be rewritten by those who open them",
    }
    return f"level of enforcement on {branch}: {found} of 3: {words[found]}; {_PAGE}"
