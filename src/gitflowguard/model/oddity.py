"""Names that deceive: letters that pose as others, or a name that git reads as something else.

The words are shared by the rules on branch names, so that one cause gives one
finding. Plain ASCII, which is nearly every name, is settled without a table.
"""

from __future__ import annotations

from gitflowguard.model.names import is_object_id

# Letters of other scripts that look like ASCII ones, and what they look like
# (Unicode Technical Standard 39, confusables, the letters met in practice).
_LOOK = "аеорсухіјѕһӏԁԛԝүѵгАВЕЅІЈКМНОРСТУХҮΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανικρτυχօսոհ"
_LIKE = "aeopcyxijshldqwyvrABESIJKMHOPCTYXYABEZHIKMNOPTYXoavikptuxounh"
LOOKALIKES = dict(zip(_LOOK, _LIKE))
# (first, last) code points of scripts whose letters pass for Latin ones.
_SCRIPTS = ((0x0370, 0x03FF), (0x0400, 0x052F), (0x0530, 0x058F), (0x13A0, 0x13FF), (0x1C80, 0x1C8F))


def confusing(name: str) -> bool:
    """Whether the name deceives a reader or git."""
    return bool(reserved(name) or odd_letters(name))


def reserved(name: str) -> str:
    """What git would take the name for, "" if for a branch."""
    if name.startswith("-"):
        return "an option"
    if is_object_id(name):
        return "the id of a commit"
    if name.startswith("refs/"):
        return "a full ref name"
    if "/" not in name and (name.upper() == "HEAD" or (name == name.upper() and name.endswith("_HEAD"))):
        return "one of its own names"
    return ""


def odd_letters(name: str) -> tuple[str, ...]:
    """The letters that are not what they seem, each once, in order."""
    if name.isascii() and name.isprintable():
        return ()
    odd: dict[str, None] = {}
    for part in name.split("/"):
        foreign = [x for x in part if _posing(x)]
        mixed = any(x.isascii() and x.isalpha() for x in part)
        passing = foreign and all(x in LOOKALIKES for x in part if not x.isascii() and x.isalpha())
        for letter in part:
            if _hidden(letter) or (letter in foreign and (mixed or passing)):
                odd[letter] = None
    return tuple(odd)


def code_point(letter: str) -> str:
    """``U+0435 CYRILLIC SMALL LETTER IE``; a byte that is not UTF-8 as ``byte 0xFF``."""
    from unicodedata import name

    if 0xDC80 <= ord(letter) <= 0xDCFF:
        return f"byte 0x{ord(letter) - 0xDC00:02X}"
    return f"U+{ord(letter):04X} {name(letter, '')}".rstrip()


def _posing(letter: str) -> bool:
    """Whether the letter is of a script that passes for Latin."""
    return any(first <= ord(letter) <= last for first, last in _SCRIPTS)


def _hidden(letter: str) -> bool:
    """Invisible, a control, a space of another kind, a half of a character, or a styled ASCII letter."""
    if letter.isascii():
        return not letter.isprintable()
    from unicodedata import category, normalize

    if category(letter)[0] in "CZ":
        return True
    return normalize("NFKC", letter).isascii()
