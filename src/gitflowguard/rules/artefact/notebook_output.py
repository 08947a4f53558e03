"""A notebook that still holds what running it has left behind.

What it checks

New notebooks, by name or by content: outputs, execution counts, saved widget state,
attached pictures, times of execution, each with the number of its cell. Formats 2 to
4 are read, in archives too. A keep_output mark of the author's counts only where the policy says so
(artefacts.keep-output: count), and is a warning then. With artefacts.notebooks: none
a protected branch takes no notebooks at all.

Why it matters

Outputs hold rows of the data, pictures of 3 MB and paths of somebody's computer. They
make every diff unreadable, and once they are merged they stay in the history.

Example

    git add explore.ipynb         (after "Run all")
    git commit

How to fix it

Strip the notebook (nbstripout explore.ipynb, or "Clear all outputs" in Jupyter),
stage it again and commit. Where the policy has tools: {nbstripout: true}, the command
gitflowguard quality --fix does both.
"""

from __future__ import annotations

from gitflowguard.model.blob import NOTEBOOK, Blob
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.names import plural
from gitflowguard.model.paths import any_matches
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv

NAME = "notebook-output"
_SAYS = {
    "outputs": "outputs",
    "count": "execution counts",
    "widgets": "saved widget state",
    "attachment": "attached pictures",
    "times": "times of execution",
}


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks once for each sort of thing that the notebook keeps."""
    whole = blob.kind == NOTEBOOK
    if not (whole or blob.outputs) or NAME in blob.trusted:
        return
    if any_matches(view.flow.artefacts.exclude, blob.path):
        return
    if whole and view.flow.artefacts.notebooks == "none" and view.flow.protected(blob.about):
        yield finding(blob, f"{blob.about} takes no notebooks (artefacts.notebooks: none)")
        return
    holds = "this notebook holds" if whole else "this archive has a notebook that holds"
    counted = view.flow.artefacts.keep_output == "count"
    for kept in (False, True):
        for what, says in _SAYS.items():
            cells = sorted({cell for kind, cell, mark in blob.outputs if kind == what and mark is kept})
            if cells:
                mark = ", with a keep_output mark" if kept else ""
                says = f"{holds} {says}{_where(cells)}{mark}"
                mend = () if kept or what == "attachment" else _strip(blob, view)
                yield finding(blob, says, advice=kept and counted, mend=mend)


def _strip(blob: Blob, view: View) -> tuple[Argv, ...]:
    """The command that strips a notebook, where the policy names the tool for it."""
    named = any(tool.name == "nbstripout" and not tool.run for tool in view.flow.tools)
    return (("gitflowguard", "quality", "--fix", "--", blob.path),) if named and blob.kind == NOTEBOOK else ()


def _where(cells: list[int]) -> str:
    """`` in cell 3``, `` in 12 cells, first in cell 3``; nothing for the notebook as a whole."""
    if cells == [0]:
        return ""
    return (
        f" in cell {cells[0]}"
        if len(cells) == 1
        else f" in {plural(len(cells), 'cell')}, first in cell {cells[0]}"
    )


RULE = Rule(code="GFG814", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
