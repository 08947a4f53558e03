"""Ticket keys in free text: ``ABC-123`` or whatever form the policy gives."""

from __future__ import annotations

from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow

_TICKET = Template("{ticket}")
_LONGEST_TEXT = 20_000
_LONGEST_WORD = 60
# What looks like a key and names a standard. Where a policy gives no form, these aren't tickets.
_STANDARDS = frozenset(
    "AES ANSI ARIA ASCII BASE BCP CBC CODE COVID CP CPU CRC CVE CWE DDR DES EC ECMA EN ES ETF EUC FIPS GB GCC GCM "
    "GPL GPT GPU HDMI HMAC HS HTTP IEC IEEE IMAP IPV IS ISO JIS JPEG JSON KOI LATIN LGPL MD MP MPEG NIST OAUTH OPENGL "
    "PCI PEP PKCS POP PS RFC RIPEMD RS RSA SARIF SHA SIP SMTP SOC SQL SSL TLS TS UCS USB UTC UTF UUID VT WCAG WIN "
    "WINDOWS X XML".split()
)


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
            found = word[start:end]
            if _TICKET.match(found, flow) is not None and (
                flow.ticket.text or not _standard(word, start, end)
            ):
                return found
    return ""


def _standard(word: str, start: int, end: int) -> bool:
    """Whether it is the name of a standard, a date, a range or a part of a longer name, and so no project's key.

    A key stands alone: "ISO-8859-1" and "SHA-256" name no ticket, "ABC-12:" and "(ABC-12)" do.
    """
    project = word[start:end].partition("-")[0].rstrip("0123456789")
    joined = word[end : end + 1] in ("-", ".") and word[end + 1 : end + 2].isdigit()
    return project.upper() in _STANDARDS or len(project) < 2 or joined
