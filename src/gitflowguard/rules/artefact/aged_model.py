"""A model that was made with another version than the one in the lock file.

What it checks

scikit-learn writes its version into every pickle, and MLflow into MLmodel. That
version is read without loading the file and compared with the one that a lock file
or requirements file beside it, or above it, pins. Where nothing is pinned there is
nothing to compare.

Why it matters

scikit-learn promises nothing for a model of another version: it may fail to load, or
load and answer differently (scikit-learn.org, "Model persistence").

Example

    pip install scikit-learn==1.2.2
    python train.py               (writes model.joblib)
    git add model.joblib          (requirements.txt says scikit-learn==1.9.1)

How to fix it

Train the model again with the pinned version, or pin the version that made it.
"""

from __future__ import annotations

from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "aged-model"


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks where each pin of the package says another version than the file."""
    if NAME in blob.trusted or blob.gone:
        return
    for package, version in blob.versions:
        pins = [(pinned, where) for name, pinned, where in blob.pins if name == package]
        if pins and not any(_same(version, pinned) for pinned, _ in pins):
            pinned, where = pins[0]
            yield finding(blob, f"this model was made with {package} {version}, and {where} pins {pinned}")


def _same(version: str, pinned: str) -> bool:
    """Whether the two are one release; a pin such as 1.9.* means all that begin so."""
    if pinned.endswith(".*"):
        return version == pinned[:-2] or version.startswith(pinned[:-1])
    return version.split("+")[0] == pinned.split("+")[0]


RULE = Rule(code="GFG813", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
