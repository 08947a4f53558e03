"""The tests' files lie in memory where there is room: making and removing one costs a quarter of what a disk takes.

Each test makes a hundred files and directories, and all of them are gone a second later. Nothing but the place is
changed: programs that a test starts keep the TMPDIR of the person who started the tests.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# A whole run holds less than a tenth of it at any time; a failed test's files stay until the third run from then.
ROOM = 4 << 30
# pytest's own variable for where `tmp_path` lies.
ROOT = "PYTEST_DEBUG_TEMPROOT"


def use() -> None:
    """Let `tmp_path` and this process's own temporary files be there; a person who names a place has it."""
    if not any(name in os.environ for name in (ROOT, "TMPDIR")) and fits(MEMORY):
        os.environ[ROOT] = tempfile.tempdir = str(MEMORY)


def fits(place: Path) -> bool:
    """Whether it is there, scripts can be run in it, and there is room."""
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return False
    seen = os.statvfs(place)
    return not seen.f_flag & os.ST_NOEXEC and seen.f_bavail * seen.f_frsize >= ROOM
