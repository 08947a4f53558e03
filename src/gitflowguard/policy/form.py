"""What may stand in a policy file, as types; the JSON Schema for editors is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from gitflowguard.model.check import Artefacts, Quality
from gitflowguard.model.ownrule import MOST_SECONDS, SECONDS
from gitflowguard.policy.guardform import ProtectionForm
from gitflowguard.policy.modelform import ModelForm
from gitflowguard.policy.training import TrainingForm

TITLE = "gitflowguard policy"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

Severity = Literal["error", "warning", "ignore"]
Text = Annotated[str, Meta(min_length=1)]
OneOrMore = Text | list[Text]
Stage = Literal["pre-commit", "pre-merge-commit", "pre-push"]
# model.ownrule's words; a test compares them.
Reads = Literal["branch", "commit", "identity", "merge", "push", "pull", "release"]
Need = Literal["message", "identity", "arriving", "operation", "shared", "survey", "clock", "forge"]
At = Literal["commit", "merge", "prepare", "message", "push", "check", "survey", "pull"]
_OWN = "^x/[a-z0-9][a-z0-9-]*$"
_HOW = Quality()
_CLEAN = Artefacts()


class KindForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """One kind of branch. What is left out stays as the preset has it."""

    name: Annotated[
        Text | UnsetType,
        Meta(description="A name or a template: develop, feature/{slug}, release/{version}."),
    ] = UNSET
    names: Annotated[
        Annotated[list[Text], Meta(min_length=1)] | UnsetType,
        Meta(
            description="Several names or templates of the same kind. ** is anything, * anything without a slash."
        ),
    ] = UNSET
    parent: Annotated[
        OneOrMore | UnsetType,
        Meta(
            description="The kind, or kinds, that such a branch is cut from. A kind of your own starts from develop."
        ),
    ] = UNSET
    targets: Annotated[
        OneOrMore | UnsetType,
        Meta(description="The kinds that it is merged into. A kind of your own goes back to its parent."),
    ] = UNSET
    protected: Annotated[
        bool | UnsetType, Meta(description="Changed by merges only; never rewritten, never deleted.")
    ] = UNSET
    tag: Annotated[
        Text | bool | None | UnsetType,
        Meta(description="The tag that ends it, such as v{version}; null or false for none."),
    ] = UNSET
    parallel: Annotated[bool | UnsetType, Meta(description="Whether two of them may be open at once.")] = (
        UNSET
    )
    rules: Annotated[
        dict[str, Severity] | UnsetType,
        Meta(
            description="Severities for this kind only, by rule name or code; stronger than the general ones."
        ),
    ] = UNSET
    quality: Annotated[
        Literal["none", "hard", "warn", "full"] | UnsetType,
        Meta(
            description="Which findings of tools count: none; hard, what stops a build; warn, others as warnings; full."
        ),
    ] = UNSET
    authors: Annotated[
        list[Text] | UnsetType,
        Meta(description="Of the kind bot: logins that count as robots although their forge doesn't say so."),
    ] = UNSET


class OwnRuleForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """One rule of the team's own: a program, or a rule of an installed package."""

    run: Annotated[
        Annotated[list[Text], Meta(min_length=1)] | UnsetType,
        Meta(
            description="A program and its options, one item per word, no shell. It reads facts as JSON on its "
            "standard input and prints findings as JSON."
        ),
    ] = UNSET
    plugin: Annotated[
        Text | UnsetType,
        Meta(
            description="The installed package whose entry point in gitflowguard.rules has the rule's name."
        ),
    ] = UNSET
    reads: Annotated[Reads, Meta(description="The kind of fact that it judges.")] = "commit"
    needs: Annotated[list[Need], Meta(description="What it needs beside that, such as message.")] = []
    moments: Annotated[
        list[At], Meta(description="When it runs; left out, whenever there is what it reads and needs.")
    ] = []
    severity: Annotated[Severity, Meta(description="error, warning or ignore.")] = "error"
    seconds: Annotated[
        int, Meta(ge=1, le=MOST_SECONDS, description="How long it may take each time; then it is ended.")
    ] = SECONDS
    package: Annotated[
        Text | UnsetType,
        Meta(description="What a job on pull requests installs for it, such as acme-gitflow-rules==1.0."),
    ] = UNSET
    about: Annotated[
        Annotated[str, Meta(max_length=200)], Meta(description="One sentence for explain and reports.")
    ] = ""


class ToolForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """One tool. What is left out stays as the preset has it, else as the tool is known."""

    args: Annotated[
        list[Text] | UnsetType, Meta(description="Options for its command line, one item per word.")
    ] = UNSET
    files: Annotated[
        Annotated[list[Text], Meta(min_length=1)] | UnsetType,
        Meta(
            description="What it checks: *.py by name, src/*.py by path. ** is anything, * anything without a slash."
        ),
    ] = UNSET
    exclude: Annotated[
        list[Text] | UnsetType, Meta(description="Which of them it never checks, as in files.")
    ] = UNSET
    hard: Annotated[
        Annotated[list[str], Meta(min_length=1)] | UnsetType,
        Meta(description='Beginnings of the codes that stop a build, such as E9; "" is every finding.'),
    ] = UNSET
    run: Annotated[
        Annotated[list[Text], Meta(min_length=1)] | UnsetType,
        Meta(
            description="A program of your own and its options, one item per word, no shell; the files follow."
        ),
    ] = UNSET
    reads: Annotated[
        Literal["lines", "sarif"] | UnsetType,
        Meta(description="What such a program prints: lines (path:line:column: text) or sarif."),
    ] = UNSET
    family: Annotated[
        Literal["format", "lint", "security"] | UnsetType,
        Meta(description="What it is for; a program of your own is for lint unless this says otherwise."),
    ] = UNSET
    plugins: Annotated[
        bool | UnsetType,
        Meta(
            description="Whether code of the repository that its configuration names may run (local plugins)."
        ),
    ] = UNSET
    version: Annotated[
        Text | UnsetType,
        Meta(description='The version that a job on pull requests installs, such as "6.0.1".'),
    ] = UNSET
    package: Annotated[
        Text | UnsetType,
        Meta(description="The package that brings a program of your own, such as codespell==2.4.1."),
    ] = UNSET
    with_: Annotated[
        list[Text] | UnsetType,
        Meta(description="What a job installs beside it: plug-ins, stubs, such as pep8-naming==0.15.1."),
    ] = msgspec.field(default=UNSET, name="with")


class QualityForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How the tools are run."""

    # The table's own words; a test compares Stage with it.
    stages: Annotated[
        tuple[Stage, ...], Meta(description="The hooks that run them; [] for none.")
    ] = _HOW.stages  # type: ignore[assignment]
    new_only: Annotated[
        bool, Meta(description="Whether only findings on lines that the change added count.")
    ] = _HOW.new_only
    suppressions: Annotated[
        Literal["count", "refuse"],
        Meta(description="Comments such as noqa and nosec: honoured and counted, or not honoured."),
    ] = "count"
    seconds: Annotated[int, Meta(ge=1, le=3600, description="How long one tool may take for one file.")] = (
        _HOW.seconds
    )
    megabytes: Annotated[
        int, Meta(ge=64, le=1048576, description="How much memory one tool may take for one file.")
    ] = _HOW.megabytes
    file_kb: Annotated[
        int, Meta(ge=1, le=1048576, description="A larger file isn't checked, and the report says so.")
    ] = _HOW.file_kb


class ArtefactsForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What the artefact rules allow; their severities stand under rules."""

    allow: Annotated[
        list[Text],
        Meta(
            description="Names that pickles may look up beside the audited ones: features.Scaler, or features.**."
        ),
    ] = []
    keep_output: Annotated[
        Literal["count", "refuse"],
        Meta(description="Whether keep_output marks in a notebook count: its outputs are then a warning."),
    ] = "refuse"
    notebooks: Annotated[
        Literal["stripped", "none"],
        Meta(description="stripped: without outputs; none: no notebooks at all on protected branches."),
    ] = "stripped"
    size_kb: Annotated[
        int, Meta(ge=1, le=1048576, description="A larger file is a finding (large-file).")
    ] = _CLEAN.size_kb
    data_kb: Annotated[
        int, Meta(ge=20, le=1048576, description="A larger table or database is a finding (committed-data).")
    ] = _CLEAN.data_kb
    data: Annotated[
        list[Text], Meta(description="Paths that are data whatever their size, as in files of a tool.")
    ] = []
    exclude: Annotated[
        list[Text],
        Meta(description="Paths whose size, data and notebook outputs are fine, as in files of a tool."),
    ] = []
    read_mb: Annotated[
        int, Meta(ge=1, le=1024, description="A larger file isn't read, and the report says so.")
    ] = _CLEAN.read_mb


class MessageForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What a commit message must be."""

    style: Annotated[
        Literal["free", "conventional"],
        Meta(description="conventional: a subject such as feat(api): add paging."),
    ] = "free"
    ticket: Annotated[bool, Meta(description="Whether the message must name a ticket.")] = False
    max_subject: Annotated[
        int, Meta(ge=0, le=1000, description="The longest subject line, in letters; 0 means no limit.")
    ] = 0
    types: Annotated[
        list[Text],
        Meta(description="The types that a conventional subject may have; left out, the usual ones."),
    ] = []
    imperative: Annotated[
        bool, Meta(description="Whether the subject is a command: Add, not Added, Adds or Adding.")
    ] = False
    capital: Annotated[
        Literal["any", "upper", "lower"], Meta(description="The first letter of the subject's text.")
    ] = "any"
    body: Annotated[bool, Meta(description="Whether a text must follow the subject.")] = False
    sign_off: Annotated[
        bool, Meta(description="Whether the author's Signed-off-by must stand at the end (DCO).")
    ] = False
    machine: Annotated[
        Literal["any", "forbid", "disclose"],
        Meta(
            description="Commits made with an assistant: any; forbid, none that names one as an author; disclose, "
            "such a commit says so in an Assisted-by trailer."
        ),
    ] = "any"
    fix: Annotated[
        list[Literal["spaces", "period", "case"]],
        Meta(description="What the hook repairs in a message: spaces, a final period, the case of the type."),
    ] = []


class IdentityForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """Who may be the author and the committer of a commit."""

    well_formed: Annotated[
        bool,
        Meta(
            description="Whether name and e-mail address must be usable: no root@localhost, no placeholder."
        ),
    ] = False
    emails: Annotated[
        list[Text],
        Meta(
            description="The e-mail addresses that are allowed: domains, or patterns such as *@*.example.org."
        ),
    ] = []
    committer: Annotated[
        Literal["any", "author"], Meta(description="author: who commits must be the commit's author.")
    ] = "any"


class AdoptionForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What was there when the team adopted gitflowguard; `init` writes it once."""

    date: Annotated[
        Text,
        Meta(description='The day of adoption in quotes: "2026-11-29". Older branches only get warnings.'),
    ]
    branches: Annotated[
        str,
        Meta(
            description="Ids of the branches that were there: 8 hex digits each, with spaces or lines between."
        ),
    ] = ""


class HooksForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How the hooks behave that the team shares in files of its own."""

    missing: Annotated[
        Literal["warn", "block"],
        Meta(
            description="What husky's and lefthook's files do in a clone without gitflowguard: say so, or block."
        ),
    ] = "warn"


class RadarForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What the conflict radar looks at."""

    exclude: Annotated[
        list[Text],
        Meta(description="Branches that the radar leaves out, as globs: archive/*, wip-*."),
    ] = []
    semantic: Annotated[
        bool,
        Meta(
            description="Whether radar and pr check also look for merges that are clean for git and broken for Python."
        ),
    ] = False


class Form(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How a team uses Gitflow. What is left out stays as the preset has it."""

    preset: Annotated[
        Literal["gitflow", "ml", "as-is"],
        Meta(
            description="gitflow; ml: the same with experiment branches, and stricter about where work starts; "
            "as-is: any name for work, only the long-lived branches are guarded."
        ),
    ] = "gitflow"
    extends: Annotated[
        Text | UnsetType,
        Meta(
            description="The policy of another repository that this one is laid over: github:OWNER/REPO[@REF][:PATH]. "
            "`gitflowguard config update` locks it."
        ),
    ] = UNSET
    final: Annotated[
        list[Text],
        Meta(
            description="What policies that extend this one can't set otherwise: rules.direct-commit, kinds.main."
        ),
    ] = []
    names: Annotated[
        Literal["preset", "conventional"],
        Meta(
            description="The names that kinds begin with: the preset's, or those of Conventional Branch "
            "(feature or feat, bugfix or fix, hotfix, release, chore)."
        ),
    ] = "preset"
    kinds: Annotated[
        dict[str, KindForm | bool | None],
        Meta(
            description="Kinds of branches: main, develop, feature, bugfix, release, hotfix, support, bot, pages, "
            "revert, patch, your own."
        ),
    ] = {}
    rules: Annotated[
        dict[str, Severity | OwnRuleForm],
        Meta(
            description="Severities by rule name or code: error, warning or ignore; and rules of your own, x/NAME."
        ),
    ] = {}
    message: Annotated[MessageForm, Meta(description="What a commit message must be.")] = msgspec.field(
        default_factory=MessageForm
    )
    identity: Annotated[
        IdentityForm, Meta(description="Who may be the author and the committer of a commit.")
    ] = msgspec.field(default_factory=IdentityForm)
    ticket: Annotated[
        str, Meta(description="How a ticket looks, such as PROJ-{number}; left out, any key such as ABC-123.")
    ] = ""
    versions: Annotated[
        Literal["semver", "pep440", "calver"], Meta(description="How versions are written and ordered.")
    ] = "semver"
    tag_prefix: Annotated[
        str | UnsetType, Meta(description="What stands before the number in a version tag, such as v.")
    ] = UNSET
    stale_days: Annotated[
        int, Meta(ge=1, le=36500, description="The number of idle days after which a branch is stale.")
    ] = 90
    remote: Annotated[Text, Meta(description="The remote that the team shares.")] = "origin"
    tools: Annotated[
        dict[str, ToolForm | bool | None],
        Meta(
            description="Format, lint and security tools: true or a mapping for a known one, run for your own."
        ),
    ] = {}
    quality: Annotated[QualityForm, Meta(description="How the tools are run.")] = msgspec.field(
        default_factory=QualityForm
    )
    artefacts: Annotated[ArtefactsForm, Meta(description="What the artefact rules allow.")] = msgspec.field(
        default_factory=ArtefactsForm
    )
    merge_drivers: Annotated[
        list[Text],
        Meta(description="Merge drivers of the repository's own that the radar may run; others are not run."),
    ] = []
    radar: Annotated[RadarForm, Meta(description="What the conflict radar looks at.")] = msgspec.field(
        default_factory=RadarForm
    )
    hooks: Annotated[HooksForm, Meta(description="How the hooks behave that the team shares.")] = (
        msgspec.field(default_factory=HooksForm)
    )
    protection: Annotated[ProtectionForm, Meta(description="What GitHub itself has to block.")] = (
        msgspec.field(default_factory=ProtectionForm)
    )
    training: Annotated[
        TrainingForm, Meta(description="How a model is trained, and what it is made from.")
    ] = msgspec.field(default_factory=TrainingForm)
    model: Annotated[
        ModelForm | UnsetType,
        Meta(description="What the reports on a model must say before it is merged."),
    ] = UNSET
    adoption: Annotated[
        AdoptionForm | UnsetType,
        Meta(description="The branches that were there before the policy; findings about them are warnings."),
    ] = UNSET


# What a policy can say at its top.
KEYS = tuple(field.encode_name for field in msgspec.structs.fields(Form))


def schema(rules: tuple[str, ...] = (), tools: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12).

    rules: names and codes that may stand as keys; none: any. tools: names of tools that
    need no ``run``; none: any.
    """
    made = msgspec.json.schema(Form)
    definitions = made.pop("$defs")
    root = definitions.pop("Form")
    for kind in (
        root["properties"]["kinds"]["additionalProperties"],
        definitions["KindForm"]["properties"]["tag"],
    ):
        # `true` would say nothing: a kind or tag is declared, or done without.
        kind["anyOf"] = [{"const": False} if one == {"type": "boolean"} else one for one in kind["anyOf"]]
    shared: dict[str, Any] = {}
    if rules:
        shared["RuleName"] = {"type": "string", "anyOf": [{"enum": list(rules)}, {"pattern": _OWN}]}
        for owner in (root, definitions["KindForm"]):
            owner["properties"]["rules"]["propertyNames"] = {"$ref": "#/$defs/RuleName"}
        own_rules = root["properties"]["rules"]
        plain, mapping = own_rules["additionalProperties"]["anyOf"]
        own_rules["additionalProperties"] = plain
        own_rules["patternProperties"] = {_OWN: mapping}
    if tools:
        # Known tools need no program, others only have one.
        form = {"$ref": "#/$defs/ToolForm"}
        ours = {**form, "properties": dict.fromkeys(("run", "reads", "package"), False)}
        theirs = {"run": True, **dict.fromkeys(("plugins", "version"), False)}
        shared["KnownTool"] = {"anyOf": [{"type": "boolean"}, ours, {"type": "null"}]}
        root["properties"]["tools"].update(
            properties={name: {"$ref": "#/$defs/KnownTool"} for name in tools},
            additionalProperties={**form, "required": ["run"], "properties": theirs},
        )
    for one in (root, *definitions.values()):
        if not one["required"]:
            del one["required"]
    return {"$schema": _DRAFT, **root, "title": TITLE, "$defs": {**definitions, **shared}}
