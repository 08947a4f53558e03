"""A pickle that would import something that isn't known to be safe.

What it checks

Every new content is recognized by its bytes, whatever the file is called: pickles of
all protocols, alone or one behind the other, through gzip, bz2, xz, lzma, zlib, zip,
tar, npy and npz, joblib's arrays, torch's files, Keras's models, HDF5 and skops, in
databases and shelves, and behind or within a picture or any other binary file. Each
name that loading would look up must be on the list of audited names, or in the policy
under artefacts.allow. YAML that makes Python objects, a graph of TensorFlow that
calls Python or opens files, a layer of code in Keras's JSON or YAML, a pickled type
of Arrow, a chat template that reaches into Python, and an ONNX model that reads a
file outside of its folder are reported as well. Nothing of the file is imported or
run.

Why it matters

Loading a pickle can run any program, with the rights of whoever loads it: a
colleague, the build, the server. Scanners that look for bad names miss the next one,
so here a name that isn't known is unsafe.

Example

    joblib.dump(pipeline, "model.joblib")     (the pipeline holds a class of your own)
    git add model.joblib
    git commit

How to fix it

Keep the model in a format that can't run code (ONNX, skops, safetensors, JSON), or
name your own class in the policy (artefacts.allow). A file that somebody has reviewed
can be recorded by its bytes: gitflowguard artefacts trust PATH.
"""

from __future__ import annotations

from gitflowguard.artefacts.allowed import permitted
from gitflowguard.model.blob import Blob, PickleImport
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "unsafe-pickle"
_MOST = 3
_HELD = "held"
# How names are found that the policy may allow.
_NAMES = ("", _HELD)


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks once for each file that names something outside of the lists."""
    if NAME in blob.trusted:
        return
    allow = view.flow.artefacts.allow
    odd = [one for one in blob.imports if one.how not in _NAMES or not permitted(one.module, one.name, allow)]
    if odd:
        first = odd[:_MOST]
        words = [*_imports(first), *dict.fromkeys(_shown(one) for one in first if one.how not in _NAMES)]
        more = f" and {len(odd) - _MOST} more" if len(odd) > _MOST else ""
        subject = "this file" if all(one.how == _HELD for one in first) else "loading this file"
        yield finding(blob, f"{subject} {', '.join(words)}{more}; that isn't known to be safe")


def _imports(odd: list[PickleImport]) -> list[str]:
    """``imports os.system (byte 12), marshal.loads (byte 40)``, as one phrase each for what is loaded and held."""
    says = {"": "imports", _HELD: "holds a pickle that imports"}
    phrases = []
    for how, verb in says.items():
        names = [f"{one.module}.{one.name} (byte {one.at})" for one in odd if one.how == how]
        phrases += [f"{verb} {', '.join(names)}"] if names else []
    return phrases


def _shown(one: PickleImport) -> str:
    """What else is odd about a name."""
    name = f"{one.module}.{one.name}"
    says = {
        "keras": f"runs {name}, a layer of code",
        "graph": f"runs {one.name}, an operation that calls Python or opens files",
        "outside": f"reads {one.name}, which is outside of its folder",
        "computed": "imports a name that it makes while it is loaded",
        "indirect": "calls what an earlier call returned",
        "changed": f"changes attributes of {name}",
        "argument": f"calls {name} with arguments that can choose code",
        "template": f"fills in a template that uses {one.name}",
        "pickled": f"unpickles what {name} holds",
    }[one.how]
    return says if one.how == "keras" else f"{says} (byte {one.at})"


RULE = Rule(code="GFG811", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
