"""Tags in YAML that make PyYAML import, look up or call something in Python, however they are spelled.

pyyaml.org ("YAML tags and Python types"); yaml.org, 1.1: "Tag shorthands", "TAG directive" and the escapes of a tag's
characters. MkDocs' own file has such tags by design.
"""

from __future__ import annotations

from gitflowguard.artefacts import pickles
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HOME = b"tag:yaml.org,2002:"
_DIRECTIVE = rb"^%TAG[ \t]+(!(?:[\w-]*!)?)[ \t]+(\S+)"
_TAG = rb"!<([^>\s]{1,300})>|(!(?:[\w-]*!)?)([^\s,\[\]{}!<>]{1,300})"
_MEANS = rb"tag:yaml\.org,2002:python/(?:object(?:/apply|/new)?|name|module):([A-Za-z_][\w.]*)"
_MOST = 20_000


def in_yaml(path: str, data: bytes) -> Iterator[PickleImport]:
    """The names that tags of Python objects, names and modules reach."""
    name = path.lower().rpartition("/")[2]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # As PyYAML does (yaml/reader.py, determine_encoding).
        data = data.decode("utf-16", "replace").encode()
    if b"!" not in data or b"python" not in data and b"%" not in data or name.startswith("mkdocs"):
        return
    import re

    seen = pickles.FoundNames()
    handles = {b"!!": [_HOME], b"!": [b"!"]}
    for directive in list(re.finditer(_DIRECTIVE, data, re.MULTILINE))[:_MOST]:
        handles.setdefault(directive[1], []).append(directive[2])
    for count, tag in enumerate(re.finditer(_TAG, data)):
        if count > _MOST:
            break
        for start in (b"",) if tag[1] else handles.get(tag[2], ()):
            found = re.match(_MEANS, _plain(start + (tag[1] or tag[3])))
            if found and not _comment(data, tag.start()):
                module, _, word = found[1].decode("utf-8", "replace").rpartition(".")
                seen.add(module or "builtins", word, tag.start())
    yield from seen.imports()


def _plain(tag: bytes) -> bytes:
    """A tag without its percent escapes."""
    import re

    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), tag)


def _comment(data: bytes, at: int) -> bool:
    """Whether the line is a comment from its beginning."""
    return data[data.rfind(b"\n", 0, at) + 1 : at].lstrip()[:1] == b"#"
