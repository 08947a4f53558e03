"""A branch name that deceives the reader, or that git reads as something else.

What it checks

The letters of a name: none may be invisible, turn the direction of the text, be
a styled or foreign twin of an ASCII letter, or be no UTF-8 at all. The name as a
whole: it may not look to git like an option, a commit's id, a full ref name, or
one of the names that git keeps for itself, such as HEAD.

Why it matters

Two names that look the same are two branches: work is pushed to the one and
reviewed on the other. A name that git takes for an option or an id makes
harmless commands do something else.

Example

    git switch -c 'featurе/login'    (the last letter before the slash is Cyrillic)

How to fix it

Rename the branch; the message names each letter by its number. Letters with
accents are not the concern of this rule: whether they may stand in a name is
said by the form in the policy.
"""

from __future__ import annotations

from gitflowguard.model.adoption import NAME
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.names import listed
from gitflowguard.model.oddity import code_point, odd_letters, reserved
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding]:
    """Speaks of the name as a whole first, else of its letters."""
    name = branch.about
    taken, odd = reserved(name), odd_letters(name)
    if taken:
        says = f"git may read the branch name {name} as {taken}"
    elif odd:
        says = f"the branch name {name} contains {listed(tuple(map(code_point, odd)), 'and')}"
    else:
        return
    yield Finding(says, rename(view.refs, name, better_name(view, name)), ref=name)


RULE = Rule(
    code="GFG103",
    name="confusable-branch-name",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=ERROR,
    topic=NAME,
)
