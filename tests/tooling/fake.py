"""A tool for the runner's tests: what it does with a file stands in the file's name.

The text of TOOL is installed as module ``faketool`` in an environment of its own, with a console
script; the runner's workers run nothing that is not installed beside their interpreter.
"""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

from gitflowguard.tooling.order import ToolCall

TOOL = r'''
import os, signal, sys, time

FIFO = ""


def hold():
    """Lets the test see, by the end of this FIFO, when all that hold it are gone."""
    fd = os.open(FIFO, os.O_WRONLY)
    os.write(fd, b"%d\n" % os.getppid())
    return fd


def garbage(): os.write(1, b"\x00\xff\n 12 garbage")
def exit7(): sys.exit(7)
def none(): sys.exit(None)
def words(): sys.exit("no such thing")
def big(): sys.exit(300)
def true(): sys.exit(True)
def hard(): os._exit(9)
def wrong(): raise ValueError("wrong")
def segv(): os.kill(os.getpid(), signal.SIGSEGV)
def hang(): time.sleep(600)
def memory(): raise MemoryError
def eat(): return [bytearray(1 << 24) for _ in range(1000)]
def shut(): sys.stdout.close()
def shut1(): os.close(1)
def large(): sys.stdout.write("x" * 10_000_000)
def unflushed(): sys.stdout.write("no line feed"); sys.stderr.write("nor here")
def write(): open("written", "w").close()
def chdir(): os.chdir("/")
def silence(): signal.signal(signal.SIGTERM, signal.SIG_IGN); hold(); time.sleep(600)
def held(): hold(); time.sleep(600)
def stdin(): print(repr(sys.stdin.read()))
def where(): print(os.getcwd(), sys.argv[0], sys.path[0] == os.path.dirname(sys.argv[0]))
def ok(): pass
def late():
    import atexit
    atexit.register(print, "at exit")
def thread():
    import threading
    threading.Thread(target=lambda: (time.sleep(1), print("from a thread"))).start()
def deep(level=0):
    try:
        return deep(level + 1)
    except RecursionError:
        return level
def depth():
    print(deep())
def spin():
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True: time.sleep(0.01)  # its processor time is limited too, but later
def stay():
    if not os.fork():
        hold(); time.sleep(600)
    os.close(os.open(FIFO + ".began", os.O_RDONLY))


def main():
    global FIFO
    for word in sys.argv[1:]:
        if word.startswith("--fifo="):
            FIFO = word[7:]
            continue
        name = os.path.basename(word).split(".")[0].split("-")[0]
        globals()[name]()
        if name not in ("shut", "shut1", "garbage"):
            print(word, "was looked at")


def other():
    os.write(1, b"other\n")
    return 3
'''
SCRIPT = """#!{python}
import sys
from faketool import {function}
if __name__ == "__main__":
    sys.exit({function}())
"""


class Fake:
    """The environment, and orders for its tool."""

    def __init__(self, root: Path) -> None:
        venv.create(root, symlinks=True, with_pip=False)
        self.python = str(root / "bin" / "python")
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.packages = root / "lib" / version / "site-packages"
        self.packages.joinpath("faketool.py").write_text(TOOL)
        self.packages.joinpath("broken.py").write_text("raise SystemExit('no import for you')\n")
        self.packages.joinpath("deadly.py").write_text("import os\nos._exit(0)\n")
        self.packages.joinpath("noisy.py").write_text(
            "import sys, os\nprint('hello')\nos.write(1, b'12\\nnoise')\nfrom faketool import main\n"
        )
        for function in ("main", "other"):
            script = root / "bin" / function
            script.write_text(SCRIPT.format(python=self.python, function=function))
            script.chmod(0o755)
        self.bin = root / "bin"

    def order(
        self,
        *files: str,
        options: tuple[str, ...] = (),
        entry: str = "faketool:main",
        split: bool = True,
        seconds: int = 20,
        megabytes: int = 2048,
        size: int = 100,
        script: str = "main",
    ) -> ToolCall:
        """One call on files whose names say what is to happen."""
        argv = (str(self.bin / script), *options)
        sizes = (size,) * len(files)
        return ToolCall(
            key="key",
            argv=argv,
            files=files,
            sizes=sizes,
            python=self.python,
            entry=entry,
            split=split,
            seconds=seconds,
            megabytes=megabytes,
        )


def children() -> set[int]:
    """The processes that this one has started and not waited for."""
    found = set()
    for place in Path("/proc/self/task").iterdir():
        found |= {int(word) for word in (place / "children").read_text().split()}
    return found


def descriptors() -> set[str]:
    """What this process has open."""
    return set(os.listdir("/proc/self/fd"))
