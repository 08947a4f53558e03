"""The part of a policy about commit messages: its form to values, and which rules it turns on."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.flow import MessagePolicy
from gitflowguard.policy.form import MessageForm
from gitflowguard.policy.presets import MESSAGE_RULE, MESSAGE_RULES


def message_in(form: MessageForm) -> MessagePolicy:
    """The wishes as the rules read them."""
    return MessagePolicy(
        style=form.style,
        ticket=form.ticket,
        max_subject=form.max_subject,
        types=tuple(form.types),
        mood=form.imperative,
        capital="" if form.capital == "any" else form.capital,
        body=form.body,
        sign_off=form.sign_off,
        machine="" if form.machine == "any" else form.machine,
        fix=tuple(form.fix),
    )


def asked_by(message: MessagePolicy) -> Iterator[str]:
    """The rules that the wishes turn on, as errors."""
    if message.style != "free" or message.ticket or message.max_subject:
        yield MESSAGE_RULE
    yield from (rule for rule, wish in MESSAGE_RULES if getattr(message, wish))


def rows(message: MessagePolicy) -> Iterator[tuple[str, str | int | bool | tuple[str, ...]]]:
    """(key, value) of each wish, as `config show` names them."""
    yield "style", message.style
    yield "ticket", message.ticket
    yield "max-subject", message.max_subject
    yield "types", message.types
    yield "imperative", message.mood
    yield "capital", message.capital or "any"
    yield "body", message.body
    yield "sign-off", message.sign_off
    yield "machine", message.machine or "any"
    yield "fix", message.fix
