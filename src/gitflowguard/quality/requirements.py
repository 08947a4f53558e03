"""What a job has to install so that the tools of a policy can run: one exact version for each package.

The base's policy says which; what it leaves open is pinned here, so that the same policy gives the same job.
"""

from __future__ import annotations

from gitflowguard.model.check import Tool
from gitflowguard.quality.catalogue import BY_NAME, KNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitflowguard.model.flow import Flow

# What this version of gitflowguard was tested with (tests/quality/test_tools.py runs each of them).
PINS = {row.dist: row.pinned for row in KNOWN}


def installed_for(flow: Flow) -> tuple[Tool, ...]:
    """What a job installs something for: the tools, and the rules of the policy's own that name a package."""
    rules = (Tool(one.name, run=(one.name,), package=one.package) for one in flow.own if one.package)
    return (*flow.tools, *rules)


def requirements(tools: Iterable[Tool]) -> tuple[str, ...]:
    """``isort==9.0.2`` and the like, by name, each package once; a version that the policy says goes before ours."""
    found: dict[str, str] = {}
    for tool in sorted(tools, key=lambda tool: not tool.version):
        for one in _of(tool):
            found.setdefault(key(one), one)
    return tuple(sorted(found.values()))


def lacking(wanted: Iterable[str], installed: Iterable[str]) -> tuple[str, ...]:
    """Those of the wanted requirements that a job does not install as they are."""
    there = {key(one): one.partition("==")[2] for one in installed}
    return tuple(one for one in wanted if there.get(key(one)) != one.partition("==")[2])


def extras(tools: Iterable[Tool]) -> tuple[str, ...]:
    """The packages that only a policy names: of programs of a team's own, and what goes beside a tool."""
    found = (one for tool in tools for one in ((tool.package, *tool.with_) if tool.run else tool.with_))
    return tuple(dict.fromkeys(one for one in found if one))


def unnamed(tools: Iterable[Tool]) -> tuple[str, ...]:
    """Programs of a team's own of which the policy does not say what brings them."""
    return tuple(tool.name for tool in tools if tool.run and not tool.package)


def _of(tool: Tool) -> Iterator[str]:
    """The tool's own package, and what goes beside it."""
    known = None if tool.run else BY_NAME.get(tool.name)
    if known is not None:
        yield f"{known.dist}=={tool.version or PINS[known.dist]}"
    elif tool.package:
        yield tool.package
    yield from tool.with_


def key(requirement: str) -> str:
    """The package's name as an index compares it (packaging.python.org, Names and normalization)."""
    name = requirement.partition("==")[0].partition("[")[0].lower()
    return "-".join(part for part in name.replace("_", "-").replace(".", "-").split("-") if part)
