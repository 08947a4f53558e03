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
                                    "One.", {"with": text("The branch."), "target": text("Where they meet.")}
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
        "hunks": many(
            "The texts, for HTML only.",
            fields("One.", {"ours": many("Lines.", STRING), "theirs": many("Lines.", STRING)}),
        ),
        "recipe": text("How such a file is settled.", True),
    },
)
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
                "author": text("Of its newest commit.", True),
                "committed": number("That commit's date, in seconds since 1970.", True),
                "worktree": text("The work tree whose uncommitted work is in it (--worktrees).", True),
                "depends_on": many("Branches whose commits it holds.", STRING),
                "conflicts_if_squashed": many("Those after whose squash merge it would conflict.", STRING),
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
                "moves": text("Whose branch is updated."),
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
        "Files that several conflicts have in common.",
        fields(
            "One.",
            {
                "target": text("The target."),
                "path": text("The file."),
                "branches": many("Branches that meet there.", STRING),
                "conflicts": number("How many conflicts there are at the path."),
                "line": text("A line for .gitattributes that ends some of them.", True),
                "cured": number("How many it ends."),
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
    "schema_version": HEAD["schema_version"],
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
    "fresh": yes("Whether no branch has moved since."),
    "not_compared": many("Branches of which isn't known what they change.", STRING),
    "notes": many("What the answer rests on.", STRING),
    **FIX,
}
SCHEMAS: tuple[tuple[str, tuple[str, ...], str, Schema], ...] = (
    (
        "report",
        (
            "check",
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
    ("rules", ("rules",), "The rules.", many("The rules.", fields("One rule.", RULE))),
    ("explain", ("explain",), "One rule.", fields("A rule's manual.", EXPLAIN)),
    ("simulate", ("protect simulate",), "A simulation.", fields("What GitHub would say.", SIMULATE)),
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
    return "\n".join(out)


def files() -> dict[str, str]:
    """File name -> text."""
    found = {
        f"{name}.schema.json": json.dumps(schema(name, said, body), indent=2) + "\n"
        for name, _, said, body in SCHEMAS
    }
    return {**found, "README.md": page()}


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
