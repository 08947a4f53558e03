"""What may stand under ``protection`` in a policy file, as types."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Text = Annotated[str, Meta(min_length=1)]
Method = Literal["merge", "squash", "rebase"]
Methods = Annotated[list[Method], Meta(min_length=1)]
_WHO = "team:release, app:renovate, role:admin, user:ada, deploy-key or org-admin"


class CheckForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """A required check that one app has to report."""

    name: Annotated[Text, Meta(description="What the check is called on a pull request.")]
    app: Annotated[
        Text | UnsetType, Meta(description="The app that must have reported it, such as github-actions.")
    ] = UNSET


class GuardForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How GitHub guards one kind of branch. What is left out is as the kind needs it."""

    pull_request: Annotated[
        bool | UnsetType, Meta(description="Whether changes come by pull request only.")
    ] = UNSET
    approvals: Annotated[
        Annotated[int, Meta(ge=0, le=10)] | UnsetType, Meta(description="How many people have to approve.")
    ] = UNSET
    code_owners: Annotated[
        bool | UnsetType, Meta(description="Whether owners named in CODEOWNERS have to approve.")
    ] = UNSET
    dismiss_stale: Annotated[
        bool | UnsetType, Meta(description="Whether a push takes earlier approvals back.")
    ] = UNSET
    last_push: Annotated[
        bool | UnsetType, Meta(description="Whether somebody other than its author approves the last push.")
    ] = UNSET
    threads: Annotated[
        bool | UnsetType, Meta(description="Whether every thread of a review has to be resolved.")
    ] = UNSET
    merge_methods: Annotated[
        Methods | UnsetType, Meta(description="How pull requests are merged: merge, squash, rebase.")
    ] = UNSET
    checks: Annotated[
        list[Text | CheckForm] | UnsetType,
        Meta(description="The checks that have to be green, beside gitflowguard's own."),
    ] = UNSET
    up_to_date: Annotated[
        bool | UnsetType, Meta(description="Whether a pull request must hold the tip of its base.")
    ] = UNSET
    signatures: Annotated[bool | UnsetType, Meta(description="Whether every commit must be signed.")] = UNSET
    bypass: Annotated[list[Text] | UnsetType, Meta(description=f"Who may bypass all this: {_WHO}.")] = UNSET
    created_by: Annotated[
        list[Text] | UnsetType, Meta(description="Who alone may create such a branch; as in bypass.")
    ] = UNSET
    deleted_by: Annotated[
        list[Text] | UnsetType, Meta(description="Who alone may delete such a branch; as in bypass.")
    ] = UNSET


class NamesForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """Branches that match no kind: nobody creates one."""

    bypass: Annotated[list[Text], Meta(description=f"Who may create one anyway: {_WHO}.")] = []


class TagsForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """Version tags: they stay where they are."""

    bypass: Annotated[list[Text], Meta(description=f"Who may move and delete them anyway: {_WHO}.")] = []
    created_by: Annotated[
        list[Text], Meta(description="Who alone may create them; left out, whoever can push.")
    ] = []


class RepositoryForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """The repository's settings. What is left out stays as it is on GitHub, unless the flow needs it."""

    default_branch: Annotated[
        Text | UnsetType, Meta(description="The branch that clones and pull requests start with.")
    ] = UNSET
    merge_methods: Annotated[
        Methods | UnsetType,
        Meta(description="How pull requests can be merged at all: merge, squash, rebase."),
    ] = UNSET
    delete_branch_on_merge: Annotated[
        bool | UnsetType, Meta(description="Whether GitHub deletes a branch as soon as it is merged once.")
    ] = UNSET
    auto_merge: Annotated[
        bool | UnsetType,
        Meta(description="Whether a pull request can be set to merge itself when it is ready."),
    ] = UNSET


class ProtectionForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What GitHub itself has to block. What is left out is as the kinds of branches need it."""

    level: Annotated[
        Literal["auto", "rulesets", "classic"],
        Meta(description="auto: rulesets, or classic branch protection where the plan has none."),
    ] = "auto"
    kinds: Annotated[dict[str, GuardForm], Meta(description="What differs for a kind of branch.")] = {}
    names: Annotated[NamesForm, Meta(description="Branches that match no kind.")] = msgspec.field(
        default_factory=NamesForm
    )
    tags: Annotated[TagsForm, Meta(description="Version tags.")] = msgspec.field(default_factory=TagsForm)
    repository: Annotated[RepositoryForm, Meta(description="The repository's settings.")] = msgspec.field(
        default_factory=RepositoryForm
    )
