"""The ``blobs`` blocks of the rule pages: what new contents are, a line each.

``model.pkl: pickle; imports os.system at 12; added in 1a2b3c4``: a path, what it was sniffed as, what is known.

| words | what they say |
|---|---|
| `20 kB`, `3 MB` | the size; without it 1 kB |
| `imports NAME at BYTE`, `runs HOW NAME at BYTE` | a name that isn't audited; how: model.blob.PickleImport |
| `opaque: WORDS`, `absent` | it can't be read to its end; its content isn't here |
| `made with PACKAGE VERSION`, `FILE pins PACKAGE VERSION` | versions |
| `WHAT in cell N`, `WHAT in cell N kept`, `WHAT` | what a notebook keeps: outputs, count, widgets, attachment, times |
| `holds FORM in line N` | a secret |
| `data: WORDS`, `pointer: KIND`, `lost: WORDS`, `lost?` | |
| `added in COMMIT`, `removed later`, `trusted: RULES` | |

``on X`` sets the branch of what follows, ``policy`` is a line of the policy file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gitflowguard.engine import evaluate
from gitflowguard.model.blob import Blob, PickleImport
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.rule import Rule
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES

_SIZES = {"kB": 1024, "MB": 1 << 20}
_COMMIT = "{:0<40}"


def read_blobs(text: str) -> tuple[Flow, list[Blob]]:
    """The flow and the facts of a block; ValueError for a line that is none."""
    policy, branch, found = ["preset: ml"], "feature/login", []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("policy "):
            policy.append(line[len("policy ") :])
        elif line.startswith("on "):
            branch = line[len("on ") :]
        else:
            path, _, words = line.partition(": ")
            kind, *more = words.split("; ")
            blob = Blob(branch, path, "b" * 40, 1024, kind=kind, digest="d" * 64)
            for word in more:
                blob = _with(blob, word)
            found.append(blob)
    return parse("\n".join(policy).encode(), "policy", NAMES, CODES, tools=TOOLS).flow, found


def _with(blob: Blob, word: str) -> Blob:
    for pattern, change in _WORDS:
        match = re.fullmatch(pattern, word)
        if match:
            return change(blob, match)
    raise ValueError(f"a blobs block has no such words: {word}")


def _import(blob: Blob, match: re.Match[str]) -> Blob:
    module, _, name = match["name"].rpartition(".")
    one = PickleImport(module, name, int(match["at"]), match.groupdict().get("how") or "")
    return blob._replace(imports=(*blob.imports, one))


def _output(blob: Blob, match: re.Match[str]) -> Blob:
    one = (match["what"], int(match["cell"] or 0), bool(match["kept"]))
    return blob._replace(outputs=(*blob.outputs, one))


_WORDS: tuple[tuple[str, Callable[[Blob, re.Match[str]], Blob]], ...] = (
    (r"(\d+) (kB|MB)", lambda b, m: b._replace(size=int(m[1]) * _SIZES[m[2]])),
    (r"imports (?P<name>\S+) at (?P<at>\d+)", _import),
    (r"runs (?P<how>\w+) (?P<name>\S+) at (?P<at>\d+)", _import),
    (r"opaque: (.+)", lambda b, m: b._replace(opaque=m[1])),
    (
        r"absent",
        lambda b, m: b._replace(
            unknown=Unknown(f"{b.path} couldn't be checked: its content isn't in this clone")
        ),
    ),
    (r"made with (\S+) (\S+)", lambda b, m: b._replace(versions=(*b.versions, (m[1], m[2])))),
    (r"(\S+) pins (\S+) (\S+)", lambda b, m: b._replace(pins=(*b.pins, (m[2], m[3], m[1])))),
    (r"(?P<what>outputs|count|widgets|attachment|times)(?: in cell (?P<cell>\d+))?(?P<kept> kept)?", _output),
    (r"holds (.+) in line (\d+)", lambda b, m: b._replace(secrets=(*b.secrets, (m[1], int(m[2]))))),
    (r"data: (.+)", lambda b, m: b._replace(data=m[1])),
    (r"pointer: (.+)", lambda b, m: b._replace(pointer=m[1])),
    (r"lost: (.+)", lambda b, m: b._replace(lost=m[1])),
    (r"lost\?", lambda b, m: b._replace(lost=Unknown("nobody could ask"))),
    (r"added in (\S+)", lambda b, m: b._replace(commit=_COMMIT.format(m[1]))),
    (r"removed later", lambda b, m: b._replace(gone=True)),
    (r"trusted: (.+)", lambda b, m: b._replace(trusted=tuple(m[1].split(", ")))),
)


def judge_blobs(text: str, rule: Rule) -> Report:
    """What one rule says of a ``blobs`` block."""
    flow, found = read_blobs(text)
    return evaluate((rule,), found, View(flow, Refs({}, {}, {})))
