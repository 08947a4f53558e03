"""Ticket keys in free text: ``ABC-123`` or whatever form the policy gives."""

from __future__ import annotations

from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow

_TICKET = Template("{ticket}")
_LONGEST_TEXT = 20_000
_LONGEST_WORD = 60


def find_ticket(text: str, flow: Flow, guess: bool = False) -> str:
    """The first ticket in the text, "" if there is none.

    guess: also read ``abc-123`` as ABC-123, for a suggestion.
    """
    for word in text[:_LONGEST_TEXT].replace("/", " ").replace("_", " ").split():
        found = _in_word(word[:_LONGEST_WORD], flow) or (
            guess and _in_word(word[:_LONGEST_WORD].upper(), flow)
        )
        if found:
            return found
    return ""


def example_ticket(flow: Flow) -> str:
    """A ticket that a person may copy, in the policy's form."""
    if not flow.ticket.text:
        return "ABC-123"
    return flow.ticket.fill("number", "123").replace("{slug}", "key").replace("**", "1").replace("*", "1")


def _in_word(word: str, flow: Flow) -> str:
    """The longest ticket in the word that no letter or digit touches."""
    if not flow.ticket.text and "-" not in word:
        return ""
    for start in range(len(word)):
        if start and word[start - 1].isalnum() and word[start].isalnum():
            continue
        for end in range(len(word), start, -1):
            if end < len(word) and word[end].isalnum() and word[end - 1].isalnum():
                continue
            if _TICKET.match(word[start:end], flow) is not None:
                return word[start:end]
    return ""
