"""`demo`: runs the script of the two days with real git, real hooks and the real command line.

Everything happens in a temporary directory with a home of its own, so that
neither the user's git configuration has a say nor anything of theirs is touched.
What is shown is what the programs printed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import gitflowguard
from gitflowguard.app.demo import mlscript, script
from gitflowguard.model.names import plural, shell
from gitflowguard.model.record import Record
from gitflowguard.process import Completed, run

TITLE, TEXT, COMMAND, OUTPUT, REFUSAL, SURPRISE, LAST = (
    "title",
    "text",
    "command",
    "output",
    "refusal",
    "surprise",
    "last",
)
LIMIT = 60.0
_HELP = "  help: "
_MORE = " " * len(_HELP)
_KEPT = ("PATH", "TMPDIR", "LANG", "SYSTEMROOT", "VIRTUAL_ENV")
_GITCONFIG = """\
[init]
\tdefaultBranch = main
\ttemplateDir =
[core]
\teditor = true
[gc]
\tauto = 0
[advice]
\tdetachedHead = false
"""


class DemoLine(Record):
    """One line to show; style is one of the constants above."""

    style: str
    text: str


class DemoResult(Record):
    """How the demo ended. surprises: each step that did not end as it must, in words."""

    refused: int
    surprises: tuple[str, ...]


def demo(
    show: Callable[[DemoLine], None], encoding: str = "utf-8", keep: bool = False, ml: bool = False
) -> DemoResult:
    """Plays both days, or the day of the model; show is given each line as it comes.

    encoding: of the terminal, for what our own commands draw. keep: leave the
    directory, and tell where it is. Raises ProcessError where git cannot be started.
    """
    both = (("without", script.MORNING, script.WITHOUT), ("with", script.MORNING, script.WITH))
    days = (("model", mlscript.morning(), mlscript.day()),) if ml else both
    refused = 0
    surprises: list[str] = []
    with _directory(keep) as top:
        for name, morning, steps in days:
            day = Day(os.path.join(top, name), show, encoding)
            day.play(steps, morning)
            refused += day.refused
            surprises += day.surprises
        if not surprises:
            show(DemoLine(TITLE, "The end"))
            for text in mlscript.ENDING if ml else script.ENDING:
                show(DemoLine(LAST, text.format(refused=refused)))
        if keep:
            show(DemoLine(TEXT, f"Kept: {top}"))
    return DemoResult(refused, tuple(surprises))


class Day:
    """One repository with a bare origin beside it, and the people who type."""

    def __init__(self, folder: str, show: Callable[[DemoLine], None], encoding: str) -> None:
        self.folder = folder
        self.show = show
        self.environ = _sealed(os.path.join(folder, "home"), encoding)
        self.refused = 0
        self.surprises: list[str] = []
        self._said: tuple[str, ...] = ()  # what the last refusal printed

    def play(self, steps: tuple[script.Step, ...], morning: tuple[script.Step, ...] = script.MORNING) -> None:
        """Sets the scene and takes the steps; stops at the first surprise, for nothing after it would mean much."""
        work = os.path.join(self.folder, "work")
        os.makedirs(work)
        os.makedirs(os.path.join(self.folder, "home"))
        with open(os.path.join(self.folder, "home", ".gitconfig"), "w", encoding="ascii") as file:
            file.write(_GITCONFIG)
        with _inside(work):
            show, self.show = self.show, lambda line: None
            self._take(script.git(script.ANA, "init", "-q", "--bare", "../origin.git"))
            self._take(script.git(script.ANA, "init", "-q"))
            for step in morning:
                self._take(step)
            self.show = show
            for step in steps:
                if self.surprises:
                    break
                self._take(step)

    def _take(self, step: script.Step) -> None:
        if isinstance(step, script.Say):
            self.show(DemoLine(TITLE if step.title else TEXT, step.text))
        elif isinstance(step, script.DemoWrite):
            self._write(step)
        elif isinstance(step, script.DemoCommand):
            self._run(step)
        elif isinstance(step, script.Mend):
            self._mend(step)
        elif isinstance(step, script.DemoPython):
            self._python(step)
        elif isinstance(step, script.DemoEvent):
            self._event(step)
        elif isinstance(step, script.DemoFlip):
            self._flip(step)
        else:
            self._look(step)

    def _python(self, step: script.DemoPython) -> None:
        """Runs a script of the project, which comes with us."""
        self.show(DemoLine(COMMAND, f"{step.who} $ python {step.path}"))
        done = run((sys.executable, "-B", step.path), environ=self.environ, timeout=LIMIT)
        self._print(_lines(done), OUTPUT, 40)
        if done.code != 0:
            self._surprise(f"python {step.path} should pass", done)

    def _event(self, step: script.DemoEvent) -> None:
        """What stands in the file behind GITHUB_EVENT_PATH after the push."""
        ends = [
            run(("git", "rev-parse", "--verify", name), environ=self.environ, timeout=LIMIT)
            for name in ("main^1", "main")
        ]
        before, after = (done.out.decode().strip() for done in ends)
        event = {"ref": "refs/heads/main", "before": before, "after": after, "forced": False}
        with open(step.path, "w", encoding="ascii") as file:
            json.dump(event, file)
        self.show(DemoLine(COMMAND, f"GitHub writes the event of {step.who}'s push to {step.path}."))

    def _flip(self, step: script.DemoFlip) -> None:
        """One bit of the byte in the middle."""
        with open(step.path, "r+b") as file:
            data = file.read()
            file.seek(len(data) // 2)
            file.write(bytes((data[len(data) // 2] ^ 1,)))
        self.show(DemoLine(COMMAND, f"{step.who} changes one byte of {step.path}."))

    def _write(self, step: script.DemoWrite) -> None:
        os.makedirs(os.path.dirname(step.path) or ".", exist_ok=True)
        with open(step.path, "w", encoding="utf-8") as file:
            file.write(step.text)
        self.show(DemoLine(COMMAND, f"{step.who} writes {step.path}:"))
        self.show(DemoLine(OUTPUT, step.shown))

    def _run(self, step: script.DemoCommand) -> None:
        """Types a command, shows what it printed, and compares its end with what must be."""
        done = self._type(step.who, step.words)
        lines = _lines(done)
        self._print(lines, REFUSAL if step.ends == script.REFUSED else OUTPUT, step.most)
        if step.ends == script.REFUSED:
            self._said = lines
            if done.code != 0 and any(f"[{step.code}]" in line for line in lines):
                self.refused += 1
            else:
                self._surprise(f"{shell(step.words)} should have been blocked by {step.code}", done)
        elif (done.code == 0) != (step.ends == script.PASSES):
            self._surprise(
                f"{shell(step.words)} should {'pass' if step.ends == script.PASSES else 'conflict'}", done
            )

    def _mend(self, step: script.Mend) -> None:
        """Runs the commands after ``help:`` in what the hook printed, word for word; no shell reads them."""
        commands = _help(self._said)
        if not commands:
            self.surprises.append("the message printed no command that fixes it")
            self.show(DemoLine(SURPRISE, self.surprises[-1]))
        for words in commands:
            done = self._type(step.who, words)
            self._print(_lines(done), OUTPUT, 4)
            if done.code != 0:
                self._surprise(f"{shell(words)}, printed as the fix, failed", done)
                return

    def _look(self, step: script.Show) -> None:
        with open(step.path, encoding="utf-8") as file:
            text = file.read()
        self.show(DemoLine(COMMAND, f"{step.who} $ cat {step.path}"))
        self._print(tuple(text.splitlines()), OUTPUT, 40)
        if step.holds not in text or (step.lacks and step.lacks in text):
            self.surprises.append(f"{step.path} is not what it should be")
            self.show(DemoLine(SURPRISE, self.surprises[-1]))

    def _type(self, who: str, words: tuple[str, ...]) -> Completed:
        """Runs git, or ourselves, as one of the three."""
        self.show(DemoLine(COMMAND, f"{who} $ {shell(words)}"))
        name = {f"GIT_{role}_NAME": who for role in ("AUTHOR", "COMMITTER")}
        mail = {f"GIT_{role}_EMAIL": f"{who.lower()}@example.invalid" for role in ("AUTHOR", "COMMITTER")}
        argv = words
        if words[0] == gitflowguard.__name__:
            argv = (sys.executable, "-P", "-m", *words)
        elif words[0] != "git":
            return Completed(127, b"", f"{words[0]} is not a command of this demo".encode())
        return run(argv, environ={**self.environ, **name, **mail}, timeout=LIMIT)

    def _print(self, lines: tuple[str, ...], style: str, most: int) -> None:
        for line in lines[:most]:
            self.show(DemoLine(style, line))
        if len(lines) > most:
            self.show(DemoLine(OUTPUT, f"({plural(len(lines) - most, 'more line')})"))

    def _surprise(self, what: str, done: Completed) -> None:
        self.surprises.append(f"{what}; it ended with exit code {done.code}")
        self.show(DemoLine(SURPRISE, self.surprises[-1]))


def _help(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The commands of the first finding's help."""
    found: list[tuple[str, ...]] = []
    for line in lines:
        if line.startswith(_HELP) and not found:
            found.append(tuple(shlex.split(line[len(_HELP) :])))
        elif line.startswith(_MORE) and found:
            found.append(tuple(shlex.split(line)))
        elif found:
            break
    return found


def _lines(done: Completed) -> tuple[str, ...]:
    """What a person would have seen; git ends some lines with a carriage return or an erase."""
    text = (done.out + done.err).decode("utf-8", "replace").replace("\r", "\n").replace("\x1b[K", "")
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())


def _sealed(home: str, encoding: str) -> dict[str, str]:
    """An environment that holds nothing of the user's git."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return kept | {
        "HOME": home,
        "XDG_CONFIG_HOME": os.path.join(home, ".config"),
        "GIT_CONFIG_GLOBAL": os.path.join(home, ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GITFLOWGUARD_BACKGROUND": "off",  # its repository is gone before a process behind it has found anything
        "GIT_EDITOR": "true",
        "GIT_MERGE_AUTOEDIT": "no",
        "LC_ALL": "C",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": encoding,
        # `python -m gitflowguard` must find the package that is running now.
        "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.abspath(gitflowguard.__file__))),
    }


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    """posix_spawn knows no working directory, so we go there ourselves."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _directory(keep: bool) -> Iterator[str]:
    """A temporary directory that is gone afterwards, whatever ends us short of SIGKILL."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="gitflowguard-demo-"))
    try:
        yield folder
    finally:
        if not keep:
            _remove(folder)


def _remove(folder: str) -> None:
    """Removes all of it. A hook that outlives its killed git may still write, so more than once if need be."""
    ignored = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in ignored]
    try:
        for _ in range(50):
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.05)
    finally:
        for number, handler in zip(ignored, before):
            # A handler that was not set from Python (docs.python.org, "signal.getsignal").
            with suppress(TypeError):
                signal.signal(number, handler)
