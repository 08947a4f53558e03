"""The part of a policy about authors and committers: its form to values, and which rules it turns on."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.flow import IdentityPolicy
from gitflowguard.policy.form import IdentityForm
from gitflowguard.policy.presets import IDENTITY_RULES


def identity_in(form: IdentityForm) -> IdentityPolicy:
    """The wishes as the rules read them."""
    committer = "" if form.committer == "any" else form.committer
    return IdentityPolicy(form.well_formed, tuple(dict.fromkeys(form.emails)), committer)


def asked_by(identity: IdentityPolicy) -> Iterator[str]:
    """The rules that the wishes turn on, as errors."""
    yield from (rule for rule, wish in IDENTITY_RULES if getattr(identity, wish))


def rows(identity: IdentityPolicy) -> Iterator[tuple[str, str | bool | tuple[str, ...]]]:
    """(key, value) of each wish, as `config show` names them."""
    yield "well-formed", identity.well_formed
    yield "emails", identity.emails
    yield "committer", identity.committer or "any"
