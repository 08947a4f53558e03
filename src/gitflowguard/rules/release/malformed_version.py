"""A release or hotfix branch without a proper version in its name.

What it checks

The part of the name that stands for the version, against the team's scheme: two
to four numbers, such as 1.2.0, and an optional pre-release part.

Why it matters

The version in the name becomes the tag, the package's version and the order of
releases. A word there, or a number that cannot be compared, breaks each of them
at the last moment.

Example

    git switch -c release/next develop

How to fix it

Rename the branch to the version that it will become.
"""

from __future__ import annotations

from gitflowguard.model.adoption import VERSION
from gitflowguard.model.facts import Release
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.oddity import confusing
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name, next_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.flow import Flow

_EXAMPLES = {
    "semver": "1.2.0 or 1.2.0-rc.1",
    "pep440": "1.2.0 or 1.2.0rc1",
    "calver": "2026.11 or 2026-11-02",
}


def check(release: Release, view: View) -> Iterator[Finding]:
    """Speaks where the version does not read as one and no other name of the kind fits."""
    name, flow = release.about, view.flow
    if flow.well_formed(release.version) or flow.kind_of(name) is not None or confusing(name):
        return
    kind = flow.near_kind(name)
    better = better_name(view, name)
    if kind is not None and flow.kind_of(better) != kind:
        better = next_name(view, kind)
    says = _says(name, release.version, flow)
    yield Finding(says, rename(view.refs, name, better), ref=name)


def _says(name: str, version: str, flow: Flow) -> str:
    """What is wrong with the version: a letter before it, or all of it."""
    for letters in (flow.tag_prefix, "v", "V"):
        if letters and version.startswith(letters) and flow.well_formed(version[len(letters) :]):
            return f"'{name}': leave out the '{letters}' before {version[len(letters) :]}"
    return f"'{name}': '{version}' isn't a version; use one such as {_EXAMPLES[flow.version_scheme]}"


RULE = Rule(
    code="GFG603",
    name="malformed-version",
    reads=Release,
    check=check,
    doc=__doc__,
    default=ERROR,
    topic=VERSION,
)
