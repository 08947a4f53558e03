"""The policy's section `protection` as the people who are there can satisfy it, ready to be put into the file."""

from __future__ import annotations

from gitflowguard.model.flow import Flow
from gitflowguard.model.protection import Live, Protection
from gitflowguard.policy.guardrows import guard_rows
from gitflowguard.protection.importing import yaml_value
from gitflowguard.protection.people import fitting


def proposal(flow: Flow, live: Live) -> str:
    """YAML text that takes the place of the whole section; "" where the policy fits. Ends in a newline."""
    found = fitting(flow, live)
    return "" if found is None else section(found)


def section(protection: Protection) -> str:
    """The section as YAML: a line for each kind of branch."""
    kinds: dict[str, list[str]] = {}
    rest: dict[str, list[str]] = {}
    for path, value in guard_rows(protection):
        said = f"{path[-1]}: {yaml_value(value)}"
        if path[1] == "kinds":
            kinds.setdefault(path[2], []).append(said)
        elif len(path) == 2:
            rest.setdefault("", []).append(said)
        else:
            rest.setdefault(path[1], []).append(said)
    lines = ["protection:", *(f"  {said}" for said in rest.pop("", []) if said != 'level: "auto"')]
    lines += ["  kinds:"] if kinds else []
    lines += [f"    {kind}: {{{', '.join(words)}}}" for kind, words in kinds.items()]
    lines += [f"  {name}: {{{', '.join(words)}}}" for name, words in rest.items()]
    return "\n".join(lines) + "\n"
