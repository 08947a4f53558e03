"""The heavy half of a policy cache miss: parse the text, keep the compiled form.

Started by name from the hook's light path, as one program starts another, so
that the YAML reader and the schema are loaded once per change of the policy and
never again.
"""

from __future__ import annotations

from gitflowguard.app.policy.file import Source
from gitflowguard.app.policy.cache import write_compiled
from gitflowguard.model.flow import Flow
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.git import Place
from gitflowguard.rules.registry import CODES, NAMES


def compile_policy(place: Place, source: Source) -> Flow:
    """Parses and keeps a policy; raises PolicyError with every problem in it."""
    flow = parse(source.data, source.path, NAMES, CODES, tools=TOOLS).flow
    write_compiled(place, source, flow)
    return flow
