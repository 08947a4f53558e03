"""How large a policy may be. A cap before parsing is what keeps a hostile file cheap."""

from __future__ import annotations

MAX_YAML = 64 * 1024
MAX_LOCK = MAX_YAML + 4096  # a policy under a head of a few lines
MAX_TOML = 1024 * 1024  # pyproject.toml also holds what other tools need
MAX_DEPTH = 8  # the deepest legal value is kinds.<kind>.rules.<rule>
MAX_PROBLEMS = 100
MAX_VALUES = 2000  # read from the text
MAX_ADOPTED = 4000  # ids of branches; 9 bytes each, so that the file stays below MAX_YAML
MAX_ENTRIES = 300  # names, parents, targets and severities: each is compared with the others; words of tools
TOO_MANY = "there are more values here than any policy needs"
