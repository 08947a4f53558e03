"""Writes docs/reference/json/: a JSON Schema for what each command prints with --json, and a page of all fields.

The tables below are the description; tests/docs/test_json.py holds every command's real output against them.
``--check`` writes nothing and exits with 1, naming each file that differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference" / "json"
BASE = "https://gitflowguard.github.io/gitflowguard/reference/json/"
Schema = dict[str, Any]


def typed(kind: str, said: str, null: bool = False, **more: Any) -> Schema:
    """A value. null: whether it may be null."""
    return {"type": [kind, "null"] if null else kind, "description": said, **more}


def text(said: str, null: bool = False, **more: Any) -> Schema:
    """A string."""
    return typed("string", said, null, **more)


def number(said: str, null: bool = False) -> Schema:
    """An integer."""
    return typed("integer", said, null)


def yes(said: str) -> Schema:
    """A boolean."""
    return typed("boolean", said)


def many(said: str, items: Schema) -> Schema:
    """A list."""
    return typed("array", said, items=items)


def fields(said: str, of: dict[str, Schema], null: bool = False) -> Schema:
    """An object with exactly these keys."""
    return typed("object", said, null, properties=of, required=list(of), additionalProperties=False)


def unknown_or(value: Schema) -> Schema:
    """The value, or why it can't be determined."""
    said = value["description"]
    why = fields("It can't be determined.", {"unknown": text("Why.")})
    return {"description": said, "anyOf": [value, why]}


STRING = {"type": "string"}
ARGV = many("Words.", STRING)
FIX = {
    "mend": many("The commands that fix it, each as a list of words to run.", ARGV),
    "mend_shell": many("The same commands as lines to paste into a shell.", STRING),
}
HEAD = {
    "schema_version": number("Grows when a key changes its meaning or goes; new keys may come at any time."),
    "tool": fields("Who wrote it.", {"name": text("gitflowguard"), "version": text("Its version.")}),
}
SEVERITY = text("error, warning or ignore.", enum=["error", "warning", "ignore"])
FINDING = {
    "code": text("Such as GFG101; stable for ever."),
    "rule": text("The rule's name."),
    "severity": SEVERITY,
    "says": text("What is wrong, in one sentence."),
    "ref": text("The branch or tag that it is about.", True),
    "commit": text("The commit that it is about.", True),
    "path": text("The file.", True),
    "line": number("The line, from 1.", True),
    "column": number("The column, from 1.", True),
    "tool": text("The tool that reported it.", True),
    "tool_code": text("The tool's own code.", True),
    **FIX,
    "help": text("The command that explains the rule."),
    "page": text("The address of the rule's page."),
}
REPORT = {
    **HEAD,
    "verdict": text("clean, violated or unknown."),
    "summary": fields(
        "Numbers.",
        {
            "checks": number("Facts that were judged."),
            "errors": number("Findings that block."),
            "warnings": number("Findings that don't."),
            "skipped": number("What couldn't be determined."),
            "silenced": number("Findings that GITFLOWGUARD_SKIP passes."),
        },
    ),
    "findings": many("What was found.", fields("One.", FINDING)),
    "skipped": many(
        "What couldn't be determined.",
        fields(
            "One.",
            {
                "code": text("Of the rule."),
                "rule": text("Its name."),
                "ref": text("The branch.", True),
                "reason": text("Why."),
                **FIX,
            },
        ),
    ),
    "silenced": many(
        "Findings that were skipped for a reason.",
        fields("One.", {**FINDING, "reason": text("As it was given.")}),
    ),
    "notes": many("Sentences about the run.", STRING),
    "tools": many(
        "The tools that ran.",
        fields(
            "One.",
            {
                "name": text("Its name."),
                "version": text("Its version.", True),
                "whose": text("Where it is from.", True),
            },
        ),
    ),
}
STATUS = {
    **HEAD,
    "policy": text("The policy's file.", True),
    "preset": text("The preset that it begins with."),
    "head": text("The current branch.", True),
    "shallow": yes("Whether the clone lacks history."),
    "remote": text("The team's remote."),
    "now": number("Seconds since 1970."),
    "start": fields(
        "Where new work starts.",
        {
            "says": text("One sentence."),
            "branch": text("The branch.", True),
            "ref": text("How to name it in a git command.", True),
            "commit": text("Where it stands.", True),
            "committed": number("That commit's date, in seconds since 1970.", True),
            "behind_remote": unknown_or(number("Commits that only the remote has.")),
            "begin": text("The command that begins a branch.", True),
            **FIX,
        },
    ),
    "branches": many(
        "Long-lived branches first, then the newest work.",
        fields(
            "One branch.",
            {
                "name": text("Its name."),
                "ref": text("How to name it in a git command."),
                "kind": text("The kind in the policy; null if none matches.", True),
                "protected": yes("Whether it is long-lived."),
                "current": yes("Whether HEAD names it."),
                "in_other_work_tree": yes("Whether another work tree has it checked out."),
                "only_remote": yes("Whether it is only on a remote."),
                "commit": text("Where it stands."),
                "committed": number("That commit's date, in seconds since 1970."),
                "origin": unknown_or(
                    fields(
                        "Where it was cut from.",
                        {
                            "commit": text("The commit."),
                            "lines": many("The long-lived branches that hold it.", STRING),
                            "own": number("Commits of its own since."),
                        },
                        null=True,
                    )
                ),
                "parent": text("The branch that ahead and behind count against.", True),
                "ahead": unknown_or(number("Commits that only it has.")),
                "behind": unknown_or(number("Commits that only its parent has.")),
                "stacked_on": unknown_or(
                    many(
                        "Unmerged branches that it stands on.",
                        fields(
                            "One.",
                            {
                                "on": text("The branch."),
                                "tip": text("The other branch's commit that it holds."),
                                "commits": number("Its commits that aren't merged yet."),
                            },
                        ),
                    )
                ),
                "merged": unknown_or(
                    typed(
                        "object",
                        "Target: whether it holds the commits.",
                        additionalProperties={"type": "boolean"},
                    )
                ),
                "empty": yes("Whether it has no commits of its own."),
                "twin": fields(
                    "The branch of the same name on the remote.",
                    {
                        "ref": text("Its name."),
                        "ahead": unknown_or(number("Commits that only this clone has.")),
                        "behind": unknown_or(number("Commits that only the remote has.")),
                    },
                    null=True,
                ),
                "conflicts": {
                    "description": "What it conflicts with, as far as the radar knows; null where it lands nowhere.",
                    "anyOf": [
                        {"type": "null"},
                        unknown_or(
                            many(
                                "One each.",
                                fields(
                                    "One.",
                                    {
                                        "with": text("The branch."),
                                        "target": text("Where they meet."),
                                        "lands": text("first or second, where that order is clean.", True),
                                    },
                                ),
                            )
                        ),
                    ],
                },
                "landed": many("Targets that hold its changes by other commits.", STRING),
            },
        ),
    ),
    "hidden": number("Branches that the options left out."),
    "notes": many("Sentences about the repository.", fields("One.", {"says": text("The sentence."), **FIX})),
}
SIDE = fields(
    "One side.",
    {
        "path": text("The file on this side."),
        "lines": many(
            "Ranges [first, last]; an empty one is [n, n - 1].", many("A range.", {"type": "integer"})
        ),
        "author": text("Who changed it last.", True),
    },
)
CLASH = fields(
    "A path that git can't merge.",
    {
        "path": text("The path."),
        "kind": text("content, add/add, modify/delete, rename/rename and others."),
        "nature": text("code, notebook, lock file, generated or data pointer."),
        "ours": SIDE,
        "theirs": SIDE,
        "deleted_by": text("ours or theirs, where one side deleted the file.", True),
        "hunks": many(
            "The texts, for HTML only.",
            fields("One.", {"ours": many("Lines.", STRING), "theirs": many("Lines.", STRING)}),
        ),
        "recipe": text("How such a file is settled.", True),
    },
)
PULL = {
    "number": number("Its number."),
    "title": text("Its title."),
    "author": text("The login of whoever opened it."),
    "head": text("The branch that is to be merged, by the name that it has where it lies."),
    "owner": text("Of the repository where that is; null for one that was deleted.", True),
    "draft": yes("Whether it is a draft."),
    "fork": yes("Whether the head lies in another repository."),
}
RADAR = {
    **HEAD,
    "says": text("The verdict in one sentence."),
    "targets": many(
        "Branches that others merge into.",
        fields(
            "One.", {"name": text("Its name."), "ref": text("In a git command."), "tip": text("Its commit.")}
        ),
    ),
    "branches": many(
        "Each open branch on each of its targets.",
        fields(
            "One.",
            {
                "branch": text("Its name."),
                "ref": text("In a git command."),
                "commit": text("Its commit."),
                "kind": text("Its kind.", True),
                "target": text("The target."),
                "state": unknown_or(text("clean, stale (it conflicts) or landed.")),
                "clashes": many("What conflicts with the target.", CLASH),
                "author": text("Who made most of its own commits.", True),
                "committed": number("That commit's date, in seconds since 1970.", True),
                "worktree": text("The work tree whose uncommitted work is in it (--worktrees).", True),
                "depends_on": many("Branches whose commits it holds.", STRING),
                "conflicts_if_squashed": many("Those after whose squash merge it would conflict.", STRING),
                "pull": fields(
                    "The pull request that brings it; null where branches were looked at.", PULL, True
                ),
                "why_no_commands": text("Why there are no commands for its conflict.", True),
                **FIX,
            },
        ),
    ),
    "pairs": many(
        "Branches that are clean alone and conflict with each other.",
        fields(
            "One pair.",
            {
                "target": text("The target."),
                "first": text("Better merged first."),
                "second": text("Better merged second."),
                "moves": text("Which branch is updated; null where none has to be, or none may.", True),
                "after": text("What is merged before that.", True),
                "order": {
                    "description": "The order in which both merge without a conflict.",
                    "anyOf": [{"type": "null"}, {"type": "array", "items": STRING}],
                },
                "why_no_commands": text("Why there are no commands.", True),
                "ways": unknown_or(text("both, first or second.")),
                "other_way": {
                    "description": "Why a way round can't be determined.",
                    "anyOf": [{"type": "null"}, fields("Why.", {"unknown": text("Why.")})],
                },
                "clashes": many("What conflicts.", CLASH),
                **FIX,
            },
        ),
    ),
    "twins": many(
        "The same change on two branches.",
        fields(
            "One.",
            {
                "one": text("A branch."),
                "other": text("A branch."),
                "commits": many(
                    "The commits.",
                    fields(
                        "One.",
                        {"one": text("Here."), "other": text("There."), "subject": text("Its subject.")},
                    ),
                ),
            },
        ),
    ),
    "orders": many(
        "Orders of merging.",
        fields(
            "One.",
            {
                "target": text("The target."),
                "steps": many(
                    "In order.",
                    fields(
                        "One.",
                        {
                            "branch": text("The branch."),
                            "clean": yes("Whether it merges without a conflict."),
                            "paths": many("Paths that conflict.", STRING),
                            "against": many("Branches that they conflict with.", STRING),
                            "breaks": many(
                                "Branches, or the target, with which the merge is broken.", STRING
                            ),
                        },
                    ),
                ),
                "now": many("Branches that can be merged now.", STRING),
                "verified": yes("Whether it was merged as a whole."),
                "asked": yes("Whether --order named it."),
            },
        ),
    ),
    "knots": many(
        "Places that several conflicts have in common.",
        fields(
            "One.",
            {
                "target": text("The target."),
                "path": text("The file."),
                "branches": many("Branches that meet there.", STRING),
                "conflicts": number("How many conflicts there are at the path."),
                "place": {
                    "description": "[first, last] line of the target's file; null where it is not about lines.",
                    "anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "integer"}}],
                },
                "adds": yes("Whether all of them only add there."),
                "cure": text("What ends some of them: union, regenerate, fragments or strip.", True),
                "line": text("What it takes: a line for .gitattributes, a command or a folder.", True),
                "cured": number("How many it ends."),
                "trials": number("How many merges were made with it to find that out."),
                "untried": text("A command that was not run for it.", True),
                "also": many(
                    "What else ends some of them.",
                    fields(
                        "Another cure.",
                        {
                            "cure": text("As above."),
                            "line": text("What it takes."),
                            "cured": number("How many it ends."),
                            "trials": number("How many merges were made with it to find that out."),
                            "untried": text("A command that was not run for it.", True),
                        },
                    ),
                ),
                "manifest": text("The file from which a lock file is made, where it is known.", True),
                "torn": number(
                    "In how many of them that file, or a member's, conflicts, too, or can't be read once it is merged."
                ),
                "members": number(
                    "How many manifests of members of a workspace the lock file is made from, too."
                ),
                "each_two": many(
                    "Where each two of its branches conflict there and nowhere else: the branches, in the order in "
                    "which they better land. Of each two the later is updated once the earlier has landed; `pairs` "
                    "leaves these out. Else empty.",
                    fields(
                        "One branch.",
                        {"branch": text("Its name."), **SIDE["properties"], **FIX},
                    ),
                ),
            },
        ),
    ),
    "broken": many(
        "Merges that git makes and that don't work (--semantic, --run).",
        fields(
            "One.",
            {
                "target": text("The target."),
                "branches": many("One branch, or two.", STRING),
                "path": text("The file.", True),
                "line": number("The line.", True),
                "code": text("flake8's code.", True),
                "says": text("What is wrong."),
                "merges": many(
                    "Every merge with this cause, as branches.", many("One branch, or two.", STRING)
                ),
                "places": many(
                    "Every place with this cause.",
                    fields("One.", {"path": text("The file."), "line": number("The line.", True)}),
                ),
                "moves": text("The branch that is to be updated.", True),
                **FIX,
            },
        ),
    ),
    "seen": number("Open branches that were compared."),
    "beyond": number("Older ones that were left out."),
    "merges": number("Merges that were tried."),
    "pairs_of": number("Pairs that there are."),
    "notes": many("Sentences about the run.", STRING),
}
DOCTOR = {
    **HEAD,
    "version": text("Of gitflowguard."),
    "ok": yes("Whether nothing is bad."),
    "checks": many(
        "One line each.",
        fields(
            "One.",
            {
                "name": text("What was checked."),
                "status": text("ok, warning or bad.", enum=["ok", "warning", "bad"]),
                "says": text("What was found."),
                "mend": many("The command that fixes it, as words; empty for none.", STRING),
            },
        ),
    ),
}
RULE = {
    "code": text("Such as GFG101."),
    "name": text("The rule's name."),
    "default": SEVERITY,
    "family": text("branch, commit, merge and so on."),
    "headline": text("What it is about."),
}
EXPLAIN = {
    **HEAD,
    **RULE,
    "sections": many(
        "The manual.", fields("One part.", {"heading": text("Its heading."), "text": text("Its text.")})
    ),
}
SIMULATE = {
    **HEAD,
    "question": text("What was asked."),
    "verdict": text("yes, no or if."),
    "reasons": many(
        "Why.",
        fields(
            "One.",
            {
                "verdict": text("yes, no or if."),
                "says": text("Why."),
                "ruleset": text("Which ruleset.", True),
                "rule": text("Which rule in it.", True),
            },
        ),
    ),
    "repository": text("The repository that was asked; null for the compiled rules.", True),
    "unknown": many("What couldn't be read.", STRING),
}
CONFIG = {
    **HEAD,
    "policy": text("The policy's file; null where there is none.", True),
    "preset": text("The preset that it begins with."),
    "values": many(
        "Every value, in the order of a policy file.",
        fields(
            "One.",
            {
                "key": text("Its place, with dots: kinds.feature.parent."),
                "value": {"description": "The value, as the policy file would have it."},
                "source": text("The file or the preset that it is from."),
                "line": number("The line in that file, from 1.", True),
            },
        ),
    ),
}
VALIDITY = {
    **HEAD,
    "policy": text("The file; null where there is none.", True),
    "valid": yes("Whether the policy can be used."),
    "problems": many(
        "Every mistake, by its place.",
        fields(
            "One.",
            {
                "path": text("The file."),
                "line": number("The line, from 1; null for the whole file.", True),
                "column": number("The column, from 1.", True),
                "says": text("What is wrong, why, and how to fix it."),
            },
        ),
    ),
}
BASELINE = {
    **HEAD,
    "path": text("The baseline's file."),
    "findings": number("Findings that it freezes."),
    "files": number("Files that they are in."),
    "unchecked": many("Why a file couldn't be checked, a sentence each.", STRING),
    "written": yes("Whether the file was written."),
    "note": text("Where the tools come from, or that there are none.", True),
}
INIT = {
    **HEAD,
    "written": yes("Whether the steps were taken."),
    "found": many(
        "What was found in the repository.",
        fields("One.", {"what": text("Such as production."), "value": text("What it is, and why.")}),
    ),
    "steps": many(
        "What is made or changed, in order; none where all is as wished.",
        fields(
            "One.",
            {
                "does": text("file, hook or branch.", enum=["file", "hook", "branch"]),
                "branch": text("The branch that is made.", True),
                "path": text("The file, from the top of the work tree.", True),
                "there": typed("boolean", "Whether the file was there before; null for a branch.", True),
                "says": text("The step as `init` shows it: a unified diff for a file, else one line."),
            },
        ),
    ),
    "branches": number("Branches that a new policy was held against; null where the policy was there.", True),
    "outside": many(
        "Those that don't fit it and only get warnings.",
        fields(
            "One.",
            {
                "branch": text("Its name."),
                "code": text("Of the rule that it breaks."),
                "rule": text("That rule's name."),
                "says": text("Why it doesn't fit."),
            },
        ),
    ),
    "share": many(
        "The commands that bring it to the team, in blocks.",
        fields(
            "One block.",
            {
                "says": text("When to use it.", True),
                "commands": many("Lines for a shell; go on only where the one before succeeded.", STRING),
                "after": text("What to do then.", True),
            },
        ),
    ),
    "notes": many("Sentences about the repository.", STRING),
}
CI = {
    **HEAD,
    "path": text("The file."),
    "state": text("current, missing, outdated, edited or foreign."),
    "says": text("The same in a sentence."),
    "found": many(
        "What was found in the project.",
        fields("One.", {"what": text("Such as Python."), "value": text("What it is, and why.")}),
    ),
}
UNINSTALL = {
    **HEAD,
    "written": yes("Whether the steps were taken."),
    "steps": many(
        "What is restored or removed, in order.",
        fields(
            "One.",
            {
                "path": text("What changes."),
                "action": text("write, move, remove, prune, clear or keep."),
                "says": text("One line about it.", True),
            },
        ),
    ),
}
CHANGE = fields(
    "One change.",
    {
        "about": text("A branch, a branch type, tags or the repository."),
        "says": text("What changes."),
        "before": text("The value before; empty for none."),
        "after": text("The value afterwards; empty for none."),
        "weaker": yes("Whether GitHub blocks less afterwards."),
    },
)
ANY = "GitHub's document, as its API describes it; empty for none."
PROTECT = {
    **HEAD,
    "task": text("plan, apply, verify or undo.", enum=["plan", "apply", "verify", "undo"]),
    "summary": text("One sentence about all repositories."),
    "repositories": many(
        "In the order in which they were named.",
        fields(
            "One repository.",
            {
                "repository": text("owner/name, or the name of an organization."),
                "said": text("What became of it, in a few words."),
                "error": text("Why it couldn't be checked; empty if it could."),
                "refused": text("Why nothing was sent although there was something to send; else empty."),
                "level": text("rulesets or classic; empty where neither could be read."),
                "fingerprint": text("Of the state that the plan was made from."),
                "steps": many(
                    "What would be sent, in order.",
                    fields(
                        "One request.",
                        {
                            "action": text("create-ruleset, update-ruleset, delete-ruleset and others."),
                            "subject": text("The ruleset, the branch or the repository."),
                            "changes": many("What it changes, in words.", CHANGE),
                            "before": typed("object", ANY),
                            "after": typed("object", ANY),
                            "note": text("Why a step changes nothing by itself; else empty."),
                        },
                    ),
                ),
                "done": many(
                    "What became of the steps of an apply.",
                    fields(
                        "One.",
                        {
                            "step": number("Which one, from 1."),
                            "state": text("done, in part, not done or unknown."),
                            "why": text("For all but done."),
                        },
                    ),
                ),
                "left": many("What still differs, or isn't in force.", CHANGE),
                "unknown": many("What couldn't be read.", STRING),
                "read": many(
                    "What all of this rests on.",
                    fields(
                        "One reading.",
                        {"what": text("What was read."), "why": text("Why it wasn't; empty if it was.")},
                    ),
                ),
                "played": many(
                    "Each step of the flow, as it would end.",
                    fields(
                        "One.",
                        {
                            "step": text("Such as: start release/1.0."),
                            "wanted": text("needed, usual, tidy, seen or blocked."),
                            "can": text("everybody, some, nobody or unknown."),
                            "who": many("Those who can, where it is some.", STRING),
                            "stops": many(
                                "What stops everybody else.",
                                fields(
                                    "One.",
                                    {
                                        "says": text("Why."),
                                        "ruleset": text("Which ruleset; empty for a setting."),
                                        "rule": text("Which rule in it."),
                                    },
                                ),
                            ),
                            "needs": many("What has to hold for those who can.", STRING),
                            "unknown": text("What couldn't be read.", True),
                        },
                    ),
                ),
                "notes": many("Sentences about the run.", STRING),
                "findings": many("What the rules on protection report.", fields("One.", FINDING)),
                "proposal": text("The section `protection` that fits the people who are there.", True),
                "scorecard": text("The tier of OpenSSF Scorecard's Branch-Protection.", True),
            },
        ),
    ),
}
SELFTEST = {
    **HEAD,
    "repository": text("The scratch repository."),
    "trials": many(
        "What was tried, in order.",
        fields(
            "One step.",
            {
                "does": text("The step."),
                "promised": text("What the rules promise: yes or no."),
                "happened": text("What GitHub did, or: not tried."),
                "row": text("The open question that it answers (S1 to S14).", True),
                "says": text("GitHub's own words, or why it wasn't tried."),
                "differs": yes("Whether something else happened than was promised."),
            },
        ),
    ),
    "differing": number("How many steps differ."),
    "end": text("What became of the repository."),
}
FLEET = {
    **HEAD,
    "summary": text("The numbers in one sentence."),
    "repositories": many(
        "In the order of the list.",
        fields(
            "One repository, as its default branch is.",
            {
                "repository": text("owner/name."),
                "guarded": typed(
                    "boolean",
                    "Whether it has a policy that can be used; null where it couldn't be read.",
                    True,
                ),
                "policy": unknown_or(text("The policy's file.", True)),
                "digest": text("Of the policy's text, to compare by.", True),
                "extends": text("What the policy extends, as it is written.", True),
                "locked": text("The commit that this is locked to.", True),
                "problem": text("Why the policy can't be used.", True),
                "workflow": unknown_or(text("The version or ref that the check's workflow runs.", True)),
                "hooks": unknown_or(text("The rev in .pre-commit-config.yaml.", True)),
                "steps": unknown_or(number("Steps that `protect apply` would take; 0 in sync.")),
                "required": unknown_or(yes("Whether the production branch requires the check.")),
                "differs": many("What sets it apart from most of the others, or what it lacks.", STRING),
            },
        ),
    ),
    "left_out": fields(
        "What was left out of an organization's list.",
        {"archived": number("Archived repositories."), "forks": number("Forks.")},
    ),
}
# (file, commands, description, schema)
CHECKED = {
    **HEAD,
    "verdict": text("The worst of all files.", enum=["meets", "near", "clear", "unknown"]),
    "paths": many(
        "The files that were asked for.",
        fields(
            "One.",
            {
                "path": text("From the top of its work tree."),
                "others": many(
                    "Who else works on it.",
                    fields(
                        "One.",
                        {
                            "branch": text("The branch; null for a detached work tree.", True),
                            "worktree": text("Where it lies uncommitted; null for what is committed.", True),
                            "target": text("Where the branch merges into.", True),
                            "author": text("Of its newest commit.", True),
                            "committed": number("That commit's date, in seconds since 1970.", True),
                            "change": text("What happens to the file.", enum=["edits", "adds", "deletes"]),
                            "lines": {
                                "description": "[first, last] lines of the file as it lies here; [n, n - 1] is a "
                                "place before line n; null where they can't be determined.",
                                "anyOf": [
                                    {"type": "null"},
                                    many("Spans.", many("One.", {"type": "integer"})),
                                ],
                            },
                            "touches": typed(
                                "boolean",
                                "Whether the edit meets these lines; null where no lines were given.",
                                True,
                            ),
                            "moved": yes("Whether the branch has moved since the last look."),
                        },
                    ),
                ),
            },
        ),
    ),
    "looked": number("When the oldest look was, in seconds since 1970.", True),
    "seconds": number("How long ago that is.", True),
    "fresh": yes("Whether no branch but those that are worked on here has changed since."),
    "not_compared": many("Branches of which isn't known what they change.", STRING),
    "severity": text(
        "Of conflicts-with-branch by the policy, for an edit that meets work: error, warning, ignore."
    ),
    "notes": many("What the answer rests on.", STRING),
    **FIX,
}

TIMING = {
    "rule": text("Its name."),
    "moment": text("When it ran: commit, push, check and so on."),
    "runs": number("How many runs are known."),
    "last": number("How long the last one took, in milliseconds."),
    "median": number("The median."),
    "slowest": number("The slowest."),
}
TIMINGS_KEYS = {
    "schema_version": number("1."),
    "version": text("gitflowguard's."),
    "timings": many(
        "Rules of your own at the moments where they ran.", fields("One rule at one moment.", TIMING)
    ),
    "not_run": many("Rules of the policy that have not run in this clone.", STRING),
}
TIMINGS = fields("What your own rules cost.", TIMINGS_KEYS)

PERSON = {"name": text("The name."), "email": text("The address.")}
SHAS = many("Commit ids.", STRING)
BRANCH = text("The branch.")
# What a rule of the team's own reads, by kind of fact; docs/own-rules.md tells of it.
OWN_FACTS: dict[str, dict[str, Schema]] = {
    "branch": {
        "branch": BRANCH,
        "tip": text("Its commit."),
        "idle_days": number("Days since its newest commit.", null=True),
        "merged": {"type": ["array", "null"], "description": "[target, whether it holds the branch] pairs."},
        "origin": fields(
            "Where it leaves the long-lived branches.",
            {
                "commit": text("The commit."),
                "lines": many("Branches.", STRING),
                "own": number("Its own commits."),
            },
            null=True,
        ),
        "stacked_on": {"type": ["array", "null"], "description": "Branches whose unmerged commits it holds."},
    },
    "commit": {
        "branch": BRANCH,
        "sha": text("Its id, empty while it is about to be made."),
        "parents": SHAS,
        "operation": text("commit, amend, merge, squash, cherry-pick, revert, rebase, orphan or merged."),
        "message": text("The whole message.", null=True),
        "made_here": typed("boolean", "Whether it was made on this branch.", null=True),
    },
    "identity": {
        "branch": BRANCH,
        "author": fields("The author.", PERSON),
        "committer": fields("The committer.", PERSON),
        "commits": SHAS,
    },
    "merge": {
        "branch": text("The target."),
        "sources": {
            "type": ["array", "null"],
            "description": "Names of what is merged, the likeliest first.",
        },
        "tip": text("The merged commit."),
        "sha": text("The merge commit, empty while it is about to be made."),
        "fast_forward": yes("Whether it is a fast-forward."),
        "squashed": yes("Whether it is a squash."),
    },
    "push": {
        "branch": text("The branch at the remote, or the full ref."),
        "local": text("The local ref, empty for a deletion."),
        "remote": text("The remote ref."),
        "old": text("What the remote has."),
        "new": text("What it would get."),
        "to": text("The remote."),
        "fast_forward": typed("boolean", "Whether the new commit holds the old one.", null=True),
    },
    "pull": {
        "base": text("The base branch."),
        "head": text("The branch that is to be merged."),
        "base_sha": text("The base's commit."),
        "head_sha": text("The head's commit."),
        "fork": yes("Whether the head lies in another repository."),
        "draft": yes("Whether it is a draft."),
        "author": text("Who opened it, empty where nothing says."),
        "number": number("Its number, 0 if it has none."),
        "behind": number("How many commits of the base the head lacks.", null=True),
    },
    "release": {
        "branch": BRANCH,
        "version": text("The version in its name."),
        "last": text("The highest version tag before it.", null=True),
        "finished": yes("Whether production holds it."),
    },
}
_OF_ALL = {
    "branch_type": text("The branch type in the policy.", null=True),
    "protected": yes("Whether the branch only changes through merges."),
    "unknown": {"type": "object", "description": "Why a field is null.", "additionalProperties": STRING},
}
RULE_FACTS = fields(
    "What the program of a rule of your own reads.",
    {
        "schema": number("1."),
        "rule": text("The rule."),
        "moment": text("When it is asked."),
        "repository": fields("Where.", {"top": text("The work tree."), "git_dir": text("Git's directory.")}),
        "policy": fields(
            "Names in the policy.",
            {
                "production": text("The production branch."),
                "integration": text("The integration branch."),
                "remote": text("The team's remote."),
            },
        ),
        "facts": many(
            "The facts.",
            {
                "anyOf": [
                    fields(
                        f"A {kind}.", {"kind": {"const": kind, "description": "The kind."}, **own, **_OF_ALL}
                    )
                    for kind, own in OWN_FACTS.items()
                ]
            },
        ),
    },
)


def some(said: str, of: dict[str, Schema], needed: list[str]) -> Schema:
    """An object with these keys, some of which may be left out."""
    return typed("object", said, properties=of, required=needed, additionalProperties=False)


_FACT = number("The place of the fact in the list, from 0.")
RULE_FINDINGS = some(
    "What it prints.",
    {
        "findings": many(
            "The findings.",
            some(
                "One finding.",
                {
                    "fact": _FACT,
                    "message": text("One sentence."),
                    "severity": text("error or warning; lowers the policy's.", enum=["error", "warning"]),
                    "path": text("A file, from the root of the repository."),
                    "line": number("A line of it, from 1."),
                    "commit": text("A full commit id."),
                    "fix": many("Commands.", ARGV),
                },
                ["fact", "message"],
            ),
        ),
        "unknown": many(
            "What it couldn't judge.",
            some("One gap.", {"fact": _FACT, "reason": text("Why.")}, ["fact", "reason"]),
        ),
    },
    ["findings"],
)
OF_RULES: tuple[tuple[str, str, Schema], ...] = (
    ("rule-facts", "What the program of a [rule of your own](../../own-rules.md) reads.", RULE_FACTS),
    ("rule-findings", "What it prints.", RULE_FINDINGS),
)

SCHEMAS: tuple[tuple[str, tuple[str, ...], str, Schema], ...] = (
    (
        "report",
        (
            "check",
            "message",
            "quality",
            "artefacts check",
            "pr check",
            "model check",
            "model start",
            "model verify",
        ),
        "A report of findings.",
        fields("A report of findings.", REPORT),
    ),
    ("status", ("status",), "Every branch.", fields("Every branch, and where to start.", STATUS)),
    ("radar", ("radar",), "Conflicts to come.", fields("Conflicts that have not happened yet.", RADAR)),
    (
        "radar-check",
        ("radar check",),
        "An edit to come.",
        fields("Whether an edit meets somebody's open work.", CHECKED),
    ),
    ("doctor", ("doctor",), "The hooks.", fields("Whether the hooks are installed and work.", DOCTOR)),
    (
        "timings",
        ("doctor --timings",),
        "The time of your rules.",
        fields("What your own rules cost.", TIMINGS_KEYS),
    ),
    ("rules", ("rules",), "The rules.", many("The rules.", fields("One rule.", RULE))),
    ("explain", ("explain",), "One rule.", fields("A rule's manual.", EXPLAIN)),
    (
        "config",
        ("config show",),
        "The policy.",
        fields("Every value of the policy, with its source.", CONFIG),
    ),
    (
        "validity",
        ("config validate",),
        "Mistakes in a policy.",
        fields("Whether a policy is valid.", VALIDITY),
    ),
    ("init", ("init",), "A setup.", fields("What init found, plans and wrote.", INIT)),
    ("ci", ("ci",), "The CI file, with `--check`.", fields("Whether the CI file is up to date.", CI)),
    ("uninstall", ("uninstall",), "The way back.", fields("What uninstall restores.", UNINSTALL)),
    ("baseline", ("baseline",), "A baseline.", fields("What was frozen.", BASELINE)),
    (
        "protect",
        ("protect plan", "protect apply", "protect verify", "protect undo"),
        "GitHub's protection.",
        fields("What would change on GitHub, or did.", PROTECT),
    ),
    ("fleet", ("fleet status",), "Many repositories.", fields("Which repositories are guarded.", FLEET)),
    ("simulate", ("protect simulate",), "A simulation.", fields("What GitHub would say.", SIMULATE)),
    ("selftest", ("protect selftest",), "A self-test.", fields("Promised, and happened.", SELFTEST)),
)


def schema(name: str, said: str, body: Schema) -> Schema:
    """A whole document. Additional keys are errors in our tests only: a reader has to expect new ones."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}{name}.schema.json",
        "title": said,
        **body,
    }


def rows(body: Schema, path: str = "") -> list[tuple[str, str, str]]:
    """(path, type, description) of every field below."""
    found: list[tuple[str, str, str]] = []
    for one in body.get("anyOf", ()):
        found += rows(one, path)
    for name, value in body.get("properties", {}).items():
        if name == "unknown":
            continue
        here = f"{path}.{name}" if path else name
        found.append((here, _type(value), value["description"]))
        found += rows(value, here)
    if "items" in body:
        found += rows(body["items"], f"{path}[]")
    return found


def _type(value: Schema) -> str:
    kinds = [_type(one) for one in value.get("anyOf", ())] or value.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if value.get("properties", {}).keys() == {"unknown"}:
        return "unknown"
    return " or ".join(dict.fromkeys(kinds))


def page() -> str:
    """The page of all fields."""
    out = [
        "<!-- Written by tools/json_docs.py; change it and run `make docs`. -->\n",
        "# JSON\n",
        "After reading this page you can read what each command prints with `--json`, field by field. Each",
        "output has a JSON Schema, and the tests hold the real output against it. New keys may come at any time;",
        "`schema_version` grows when a key changes its meaning or goes.\n",
        'Where a type says "unknown", the value may be `{"unknown": "why"}`: git doesn\'t hold the answer.\n',
    ]
    for name, commands, said, body in SCHEMAS:
        listed = ", ".join(f"`{command}`" for command in commands)
        out += [
            f"## {name}\n",
            f"{said} Printed by {listed}. Schema: [{name}.schema.json]({name}.schema.json).\n",
        ]
        out += ["| field | type | what it is |", "|---|---|---|"]
        out += [f"| `{path}` | {kind} | {about} |" for path, kind, about in rows(body)]
        out.append("")
    for name, said, body in OF_RULES:
        out += [f"## {name}\n", f"{said} Schema: [{name}.schema.json]({name}.schema.json).\n"]
        out += ["| field | type | what it is |", "|---|---|---|"]
        out += [f"| `{path}` | {kind} | {about} |" for path, kind, about in dict.fromkeys(rows(body))]
        out.append("")
    return "\n".join(out)


def files() -> dict[str, str]:
    """File name -> text."""
    found = {
        f"{name}.schema.json": json.dumps(schema(name, said, body), indent=2) + "\n"
        for name, _, said, body in SCHEMAS
    }
    own = {
        f"{name}.schema.json": json.dumps(schema(name, said, body), indent=2) + "\n"
        for name, said, body in OF_RULES
    }
    return {**found, **own, "README.md": page()}


def main(argv: list[str]) -> int:
    """Writes the files, or compares them."""
    wanted = files()
    differ = [
        name for name, said in wanted.items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text("utf-8") != said
    ]  # fmt: skip
    for name in differ:
        if "--check" in argv:
            print(f"docs/reference/json/{name} differs from what the code says; run `make docs`")
        else:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
    return 1 if differ and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
