"""The record of adoption in a policy file: read, and what is wrong with it."""

from __future__ import annotations

from datetime import date

from gitflowguard.model.adoption import ID_DIGITS, Adoption
from gitflowguard.policy.document import PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import AdoptionForm, Form
from gitflowguard.policy.limits import MAX_ADOPTED

_HEX = frozenset("0123456789abcdef")


def adoption_in(form: Form, faults: list[PolicyFault]) -> Adoption:
    """The record, each id once; an empty one where the file has none."""
    own = form.adoption
    if not isinstance(own, AdoptionForm):
        return Adoption()
    ids = tuple(dict.fromkeys(own.branches.split()))
    faults.extend(_wrong_date(own.date))
    faults.extend(_wrong_ids(ids))
    return Adoption(own.date, " ".join(ids))


def _wrong_date(text: str) -> list[PolicyFault]:
    """A day that no calendar has, or that is written in another form."""
    try:
        good = date.fromisoformat(text).isoformat() == text
    except ValueError:
        good = False
    says = f'adoption.date must be a day such as "2026-11-29", not {shown(text)}'
    return [] if good else [PolicyFault(("adoption", "date"), says)]


def _wrong_ids(ids: tuple[str, ...]) -> list[PolicyFault]:
    """Too many ids, or a word that isn't one."""
    path = ("adoption", "branches")
    if len(ids) > MAX_ADOPTED:
        says = f"adoption.branches holds {len(ids):,} ids, and {MAX_ADOPTED:,} is the limit"
        return [
            PolicyFault(path, f"{says}; leave out branches that are merged, or that fit the policy anyway")
        ]
    odd = next((word for word in ids if len(word) != ID_DIGITS or not set(word) <= _HEX), "")
    if not odd:
        return []
    says = f"adoption.branches: {shown(odd)} isn't an id; an id has {ID_DIGITS} of the letters 0-9 and a-f"
    return [PolicyFault(path, f"{says} (gitflowguard init writes them)")]
