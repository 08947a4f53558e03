"""A value as JSON has it. For commands: a hook loads no `typing`."""

from __future__ import annotations

from typing import Any

Json = Any
Document = dict[str, Json]
