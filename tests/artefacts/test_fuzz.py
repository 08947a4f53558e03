"""Nothing of a file is imported, opened or run: an audit hook watches while ten thousand mutated files are read.

https://docs.python.org/3/library/audit_events.html. A hook can't be taken out again, so this is a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WATCHER = """
import random, sys, time
from gitflowguard.artefacts.inspect import inspect
from gitflowguard.artefacts.limits import Limits
from tests.artefacts import test_formats as more
from tests.artefacts.test_pickles import CLEAN, OPAQUE, UNSAFE, FILES
pages = (CLEAN, OPAQUE, UNSAFE, more.CLEAN, more.OPAQUE, more.UNSAFE)
seeds = [(row[0], row[1]) for rows in pages for row in rows.values()]
seeds += [(path.name, path.read_bytes()) for path in FILES.iterdir()]
notebook = b'{"cells": [{"cell_type": "code", "outputs": [1], "metadata": {}}], "nbformat": 4, "metadata": {}}'
seeds += [("a.ipynb", notebook), (".env", b"AWS_SECRET_ACCESS_KEY=abcdefgh12345678ZXY\\n")]
limits = Limits(size=1 << 20, total=3 << 20, steps=20_000)
for path, data in seeds:
    inspect(path, data, limits)  # whatever is loaded late is loaded now
inspect("m.pkl", b"S'\\\\x41'\\n0V\\\\u0041\\n.", limits)  # the two codecs of protocol 0
seen = []
OPS = (b"\\x93", b"R", b"cos\\nsystem\\n", b"\\x8c\\x02os", b"\\x94", b"b", b"\\xff" * 4, b".")
ALLOWED = ("object.", "sys._getframe", "cpython.")
def watch(event, args):
    if on and not event.startswith(ALLOWED):
        seen.append((event, repr(args)[:80]))
on = False
sys.addaudithook(watch)
rng = random.Random(int(sys.argv[2]))
worst, verdicts = 0.0, {}
modules = set(sys.modules)
for index in range(int(sys.argv[1])):
    path, data = seeds[rng.randrange(len(seeds))]
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        how = rng.randrange(5)
        if how == 0:
            data[at : at + 1] = bytes((rng.randrange(256),))
        elif how == 1:
            del data[at : at + rng.randrange(1, 9)]
        elif how == 2:
            data[at:at] = rng.choice(OPS)
        elif how == 3:
            other = seeds[rng.randrange(len(seeds))][1]
            data[at:at] = other[: rng.randrange(len(other) + 1)]
        elif data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    start = time.process_time()
    on = True
    found = inspect(path, bytes(data), limits)
    on = False
    worst = max(worst, time.process_time() - start)
    word = "imports" if found.imports else "opaque" if found.opaque else "clean"
    verdicts[word] = verdicts.get(word, 0) + 1
import json
def memory():
    # Not getrusage: over fork and exec Linux hands on the peak of the process that started this one.
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
new = sorted(set(sys.modules) - modules - {"json"})
print(json.dumps({"seen": seen[:5], "worst": worst, "verdicts": verdicts, "new": new,
    "memory": memory()}))
"""


def fuzz(count: int, seed: int) -> None:
    """Reads so many mutated files and looks at what the hook saw."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(count), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["seen"] == [] and told["new"] == []
    assert set(told["verdicts"]) == {"imports", "opaque", "clean"} and sum(told["verdicts"].values()) == count
    assert told["worst"] < 2.0
    assert told["memory"] < 400_000  # kB, with Python and pytest in it


def test_nothing_of_ten_thousand_mutated_files_is_imported_or_run() -> None:
    fuzz(10_000, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_nor_of_more(seed: int) -> None:
    fuzz(60_000, seed)


def test_the_hook_would_notice() -> None:
    """The same hook, and a reader that loads what it reads."""
    loads = "exec('1'); found = inspect(path, b'', limits)"
    script = WATCHER.replace("found = inspect(path, bytes(data), limits)", loads)
    done = subprocess.run(
        [sys.executable, "-c", script, "3", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert any(event == "exec" for event, _ in json.loads(done.stdout.splitlines()[-1])["seen"])
