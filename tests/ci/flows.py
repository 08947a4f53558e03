"""The policies whose workflows are judged, and the events in which their job is named."""

from __future__ import annotations

from typing import Any

from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.template import Template
from gitflowguard.policy.presets import preset_flow, without

# One single quote: @actions/expressions 0.3.61 halves only the first doubled one of a text, where the runner halves
# all of them (actions/runner, LexicalAnalyzer.cs). Such a branch's job would be called "other", which passes nothing.
ODD = 'it\'s}}-"m"`$#||'
GITFLOW = preset_flow("gitflow")
BASES = (
    "main",
    "develop",
    "release/1.4.0",
    "release/odd",
    "release",
    "hotfix/1.4.1",
    "support/1.x",
    "feature/x",
    "gh-pages",
    "Main",
    "MAIN",
    "Release/1.0",
    "refs/heads/main",
    "main/x",
    "trunk",
    "dev",
    "release/rc-1.0",
    "release/notes",
    ODD,
    "développement",
    "DÉVELOPPEMENT",
    "k70/x",
)


def _kind(name: str, text: str, *targets: str, protected: bool = False) -> Kind:
    return Kind(name, (Template(text),), (), targets, protected)


def _without(*dropped: str) -> Flow:
    kinds = (without(kind, dropped) for kind in GITFLOW.kinds if kind.id not in dropped)
    return GITFLOW._replace(kinds=tuple(kinds))


# By what is particular about each.
FLOWS = {
    "gitflow": GITFLOW,
    "ml": preset_flow("ml"),
    "trunk": preset_flow("gitflow", "trunk", None),
    "renamed": preset_flow("gitflow", "master", "dev"),
    "no release": _without("release", "support"),
    "quotes and accents": preset_flow("gitflow", ODD, "développement"),
    "shared beginnings": GITFLOW._replace(
        kinds=(
            *GITFLOW.kinds,
            _kind("candidate", "release/rc-{version}", "release"),
            _kind("notes", "release/notes"),
            _kind("bugs", "bugfix/rc/{slug}", "candidate"),
        )
    ),
    "a kind called other": GITFLOW._replace(
        kinds=(*GITFLOW.kinds, _kind("other", "k70/{slug}", protected=True))
    ),
    "eighty kinds": GITFLOW._replace(
        kinds=(*GITFLOW.kinds, *(_kind(f"k{n}", f"k{n}/{{slug}}", protected=True) for n in range(80)))
    ),
}


def events() -> dict[str, dict[str, Any]]:
    """The `github` context of each event: a pull request has a short base, a merge group a full one."""
    found: dict[str, dict[str, Any]] = {}
    for base in BASES:
        pull = {"number": 7, "base": {"ref": base, "sha": "0" * 40}, "head": {"ref": "x", "sha": "1" * 40}}
        found[f"pull_request {base}"] = {
            "event_name": "pull_request",
            "base_ref": base,
            "event": {"action": "opened", "pull_request": pull},
        }
        # Some runners set base_ref here, too; whatever it holds, the event's own word counts.
        for base_ref in ("", "develop"):
            found[f"merge_group {base} {base_ref}".rstrip()] = {
                "event_name": "merge_group",
                "base_ref": base_ref,
                "event": {"action": "checks_requested", "merge_group": {"base_ref": f"refs/heads/{base}"}},
            }
    found["neither"] = {"event_name": "workflow_dispatch", "base_ref": "", "event": {}}
    return found


def base_of(event: str) -> str:
    """The base branch of an event by its id."""
    _, _, rest = event.partition(" ")
    return rest.partition(" ")[0]
