"""Templates for chats, which whoever runs the model fills in by Jinja: words in them that reach into Python.

CVE-2024-34359 (a template in GGUF that llama-cpp-python filled in without a sandbox); huggingface.co, "Chat templates",
for the files that hold one.
"""

from __future__ import annotations

from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_KEY = b"tokenizer.chat_template"
_REACH = rb"__\w+|\|\s*attr\b|\\x5f|\\u005f|\\137"
FILES = ("tokenizer_config.json", "chat_template.json", "processor_config.json", "chat_template.jinja")


def in_gguf(path: str, data: bytes) -> Iterator[PickleImport]:
    """A key is followed by its type (8 for text), the size in 8 bytes, and the text."""
    at = data.find(_KEY)
    while at >= 0:
        start = at + len(_KEY) + 12
        yield from _reaching(data[start : start + int.from_bytes(data[start - 8 : start], "little")], start)
        at = data.find(_KEY, start)


def in_settings(path: str, data: bytes) -> Iterator[PickleImport]:
    """A tokenizer's settings (JSON), or a template in a file of its own."""
    if path.lower().endswith(".jinja"):
        yield from _reaching(data, 0)
        return
    if b"chat_template" not in data:
        return
    import json

    try:
        found: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    held = found.get("chat_template") if isinstance(found, dict) else None
    for one in held if isinstance(held, list) else [held]:
        text = one.get("template") if isinstance(one, dict) else one
        if isinstance(text, str):
            yield from _reaching(text.encode("utf-8", "replace"), 0)


def _reaching(text: bytes, start: int) -> Iterator[PickleImport]:
    """The first such word."""
    import re

    found = re.search(_REACH, text)
    if found:
        yield PickleImport(
            "jinja2", found[0].decode("utf-8", "replace")[:40], start + found.start(), "template"
        )
