"""What may stand in a policy file, as types; the JSON Schema for editors is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

TITLE = "gitflowguard policy"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

Severity = Literal["error", "warning", "ignore"]
Text = Annotated[str, Meta(min_length=1)]
OneOrMore = Text | list[Text]


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


class MessageForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What a commit message must be."""

    style: Annotated[
        Literal["free", "conventional"],
        Meta(description="conventional: a subject such as feat(api): add paging."),
    ] = "free"
    ticket: Annotated[bool, Meta(description="Whether the message must name a ticket.")] = False
    max_subject: Annotated[
        int, Meta(ge=0, le=1000, description="The longest subject line, in letters; 0 is no limit.")
    ] = 0


class Form(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How a team uses Gitflow. What is left out stays as the preset has it."""

    preset: Annotated[
        Literal["gitflow", "ml"],
        Meta(
            description="gitflow, or ml: the same with experiment branches, and stricter about where work starts."
        ),
    ] = "gitflow"
    kinds: Annotated[
        dict[str, KindForm | bool | None],
        Meta(
            description="Kinds of branches: main, develop, feature, bugfix, release, hotfix, support, bot, your own."
        ),
    ] = {}
    rules: Annotated[
        dict[str, Severity], Meta(description="Severities by rule name or code: error, warning or ignore.")
    ] = {}
    message: Annotated[MessageForm, Meta(description="What a commit message must be.")] = msgspec.field(
        default_factory=MessageForm
    )
    ticket: Annotated[
        str, Meta(description="How a ticket looks, such as PROJ-{number}; left out, any key such as ABC-123.")
    ] = ""
    versions: Annotated[
        Literal["semver", "pep440"], Meta(description="How versions are written and ordered.")
    ] = "semver"
    tag_prefix: Annotated[
        str | UnsetType, Meta(description="What stands before the number in a version tag, such as v.")
    ] = UNSET
    stale_days: Annotated[
        int, Meta(ge=1, le=36500, description="After how many idle days a branch counts as stale.")
    ] = 90
    remote: Annotated[Text, Meta(description="The remote that the team shares.")] = "origin"


def schema(rules: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12). rules: names and codes that may stand as keys; none: any."""
    made = msgspec.json.schema(Form)
    definitions = made.pop("$defs")
    root = definitions.pop("Form")
    for kind in (
        root["properties"]["kinds"]["additionalProperties"],
        definitions["KindForm"]["properties"]["tag"],
    ):
        # `true` would say nothing: a kind or tag is declared, or done without.
        kind["anyOf"] = [{"const": False} if one == {"type": "boolean"} else one for one in kind["anyOf"]]
    if rules:
        for owner in (root, definitions["KindForm"]):
            owner["properties"]["rules"]["propertyNames"] = {"enum": list(rules)}
    root.pop("required")
    definitions["KindForm"].pop("required")
    definitions["MessageForm"].pop("required")
    return {"$schema": _DRAFT, **root, "title": TITLE, "$defs": definitions}
