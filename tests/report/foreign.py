"""Text as hostile as a person or git can make it, for property tests."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from tests.report.samples import EVIL

SNIPPETS = (
    *(
        "::error::x",
        "::stop-commands::t",
        "##[error]",
        "##vso[task.x]",
        "###[",
        " ::",
        "\n",
        "\r\n",
        "\t",
        "\x00",
    ),
    *(
        "\x1b[31m",
        "\x1b]8;;http://x\x07",
        "\x9b",
        "\x85",
        "\u2028",
        "\u2029",
        "\xa0",
        "\xad",
        "\u061c",
        "\u202e",
    ),
    *("\u2066", "\u200b", "\u200d", "\ufeff", "\ufe0f", "\u3164", "\U000e0041", "\U000e0100", "\uffff"),
    *("\udcff", "\udc80", "\ud800", "\udfff", "é", "е", "漢", "🙂", "/"),
    *("|", "@all", "(@org/team)", "#1", "GH-1", "deadbeef", "1.", "1)", "- ", "+ ", "> ", "# ", "---", "==="),
    *(
        "[a](http://x)",
        "![i](http://x)",
        "<img onerror=x>",
        "<!--",
        "-->",
        "]]>",
        "https://evil.example",
        "www.x.y",
    ),
    *(
        "`",
        "``",
        "```",
        "~~~",
        "*",
        "_",
        "**",
        "\\",
        '"',
        "'",
        "&lt;",
        "&#64;x",
        "%0A",
        "%25",
        "$(x)",
        ",",
        ":",
    ),
    *("word", "feature/x", " ", "  ", "(", ")", ".", "!", "{0}", "it's", "12"),
    EVIL,
)
LETTERS = st.integers(0, 0x10FFFF).map(chr)
FOREIGN = st.lists(st.sampled_from(SNIPPETS) | LETTERS | st.text(max_size=5), max_size=12).map("".join)

BIDI = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
ZERO_WIDTH = {chr(code) for code in (0x00AD, 0x034F, *range(0x200B, 0x200E), *range(0x2060, 0x2065), 0xFEFF)}
TAGS = {chr(code) for code in (*range(0xE0000, 0xE0080), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
BREAKS = {"\u2028", "\u2029"}
PLAIN = frozenset(map(chr, range(0x20, 0x7F)))
UNSEEN = frozenset(BIDI | ZERO_WIDTH | TAGS | BREAKS)


def hidden(text: str) -> set[str]:
    """The letters that no surface may carry: controls, surrogates, and all that does not show."""
    odd = set(text) - PLAIN
    return {x for x in odd if x in UNSEEN or unicodedata.category(x) in ("Cc", "Cf", "Cs", "Cn", "Co")}
