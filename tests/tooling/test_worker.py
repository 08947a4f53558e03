"""The worker by itself, and the real tools in both forms."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitflowguard.tooling import run as runner
from gitflowguard.tooling import worker
from gitflowguard.tooling.order import Result, ToolCall
from tests import budget
from tests.tooling.fake import Fake

FILES = {
    "good.py": '"""Fine."""\n\nVALUE = 1\n',
    "ugly.py": "import os\nx = {  'a':1 }\nprint( x )\n",
    "broken.py": "def f(:\n",
    "risky.py": "import subprocess\n\nsubprocess.call(input(), shell=True)  # noqa: S602\nassert eval('1')\n",
    "null.py": "x = '\0'\n",
    "empty.py": "",
    "latin.py": "# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n",
    "deep/ly/nested.py": "\n".join("    " * level + "if True:" for level in range(30))
    + "\n"
    + "    " * 30
    + "pass\n",
    "parens.py": "x = " + "(" * 3000 + ")" * 3000 + "\n",
    "escape.py": "import re\n\nre.compile('\\d')\n",
    "stub.pyi": "def f(x:int)->int: ...\n",
    "windows.py": "VALUE = 1\r\n",
}
TOOLS = {
    "black": (("--check", "--no-cache"), "black:patched_main"),
    "black-quiet": (("--check", "--quiet", "--fast"), "black:patched_main"),
    "flake8": (("--isolated", "--jobs=1"), "flake8.main.cli:main"),
    "flake8-jobs": (("--isolated", "--max-complexity=3"), "flake8.main.cli:main"),
    "bandit": (("-q", "-f", "json"), "bandit.cli.main:main"),
    "bandit-ini": (("-f", "custom", "--msg-template", "{relpath}:{line}:{test_id}"), "bandit.cli.main:main"),
}
BIN = os.path.dirname(sys.executable)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A few files, fine and not."""
    root = tmp_path / "tree"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    return root


def answers(tree: Path, order: ToolCall, form: str) -> tuple[Result, ...]:
    """What a tool says in one form."""
    environ = {**os.environ, runner.SWITCH: form, "NO_COLOR": "1"}
    return runner.run([order], str(tree), environ, 1)


def plain(out: bytes, name: str) -> bytes:
    """Without the moment at which bandit writes its report, the only thing that differs from run to run."""
    lines = out.splitlines(keepends=True)
    return b"".join(line for line in lines if not (name == "bandit" and b'"generated_at"' in line))


# Those that a tool gives up on. Two of them in one command end it at the first.
ODD = ("parens.py", "null.py")
HEALTHY = tuple(file for file in FILES if file not in ODD)
TOGETHER = (HEALTHY, *((file,) for file in ODD))


@pytest.mark.parametrize("name", budget.sampled(TOOLS, "flake8"))
@pytest.mark.parametrize(
    "rounds",
    [TOGETHER, pytest.param([(file,) for file in HEALTHY], marks=pytest.mark.slow)],
    ids=["together", "one by one"],
)
def test_real_tools_say_the_same_in_both_forms(
    tree: Path, name: str, rounds: Sequence[tuple[str, ...]]
) -> None:
    """Exit code and output of each file, and of the healthy ones together, are the command line's.

    The other tools are slow: that black, flake8 and bandit come to one verdict in both forms is proved by
    tests/quality/test_command.py, test_the_command_line_form_says_the_same.
    """
    program = name.partition("-")[0]
    options, entry = TOOLS[name]
    pytest.importorskip(program)
    path = shutil.which(program, path=BIN)
    assert path
    for files in rounds:
        order = ToolCall(
            key="k",
            argv=(path, *options),
            files=files,
            sizes=(1,) * len(files),
            python=sys.executable,
            entry=entry,
            split=False,
        )
        (loaded,), (command,) = answers(tree, order, "loaded"), answers(tree, order, "command")
        assert (loaded.code, plain(loaded.out, name), loaded.why) == (
            command.code,
            plain(command.out, name),
            command.why,
        )
        if name != "black":
            continue
        # black judges the files in whatever order its pool ends; errors hold a traceback, which is not the answer
        assert sorted(loaded.err.splitlines()) == sorted(command.err.splitlines())


def test_black_keeps_out_of_its_cache(tree: Path, sealed: Path) -> None:
    """Neither form reads or writes a cache of the user's, with or without black's own option."""
    path = shutil.which("black", path=BIN)
    if not path:
        pytest.skip("black is not installed")
    for form in ("loaded", "command"):
        order = ToolCall(
            key="k",
            argv=(path, "--check"),
            files=("good.py", "stub.pyi"),
            sizes=(1, 1),
            python=sys.executable,
            entry="black:patched_main",
        )
        (result,) = answers(tree, order, form)
        assert result.code == 1 and b"would reformat stub.pyi" in result.err
    assert not (sealed / ".cache" / "black").exists()


@pytest.mark.parametrize("body", ["raise TypeError('other arguments')", "raise SystemExit(5)"])
def test_a_black_that_is_not_as_known(fake: Fake, tmp_path: Path, body: str) -> None:
    """Several files and an unknown `reformat_one`: its own way is taken, by its command line."""
    package = fake.packages / "black"
    package.mkdir(exist_ok=True)
    package.joinpath("concurrency.py").write_text("def reformat_many(**_):\n    print('its own way')\n")
    package.joinpath("__init__.py").write_text(
        f"def reformat_one(src):\n    {body}\ndef main():\n    from black.concurrency import reformat_many\n"
        "    reformat_many(sources={'a', 'b'}, workers=None)\n"
    )
    script = fake.bin / "black"
    script.write_text(f"#!{fake.python}\nfrom black import main\nmain()\n")
    script.chmod(0o755)
    order = ToolCall(
        key="k", argv=(str(script),), files=("a", "b"), sizes=(1, 1), python=fake.python, entry="black:main"
    )
    (result,) = runner.run([order], str(tmp_path), dict(os.environ), 1)
    expected = (5, b"") if "Exit" in body else (0, b"its own way\n")
    assert (result.code, result.out) == expected


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Fake:
    """An environment that holds the fake tool."""
    return Fake(tmp_path_factory.mktemp("environment"))


def test_nothing_of_the_checked_code_is_loaded(fake: Fake, tmp_path: Path) -> None:
    """A repository with a module of the tool's name, PYTHONPATH on it: what is installed is what runs."""
    for name in ("faketool", "select", "resource", "order", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(
            "import os\nos.write(1, b'foreign')\ndef main(): print('foreign')\n"
        )
    environ = {**os.environ, "PYTHONPATH": f".{os.pathsep}{tmp_path}"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        order = fake.order("ok")
        (result,) = runner.run([order], str(tmp_path), environ, 1)
    assert (result.code, result.out) == (0, b"ok was looked at\n")


def test_its_neighbours_hide_no_module(fake: Fake) -> None:
    """The directory in which worker.py lies is not searched: a tool may have a module called `store` or `run`."""
    fake.packages.joinpath("spy.py").write_text("import sys\ndef main(): print(sys.path)\n")
    order = fake.order("ok", entry="spy:main")
    (result,) = runner.run([order], "/", dict(os.environ), 1)
    assert os.path.dirname(worker.__file__) not in os.fsdecode(result.out)
    assert str(fake.packages) in os.fsdecode(result.out)


def frame(*fields: str) -> bytes:
    """A call as the worker reads it."""
    body = os.fsencode("\0".join(fields))
    return b"%d\n" % len(body) + body


def speak(data: bytes, *entries: str, python: str = sys.executable) -> "subprocess.Popen[bytes]":
    """A worker that has been told something."""
    argv = [python, "-I", worker.__file__, *entries]
    child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdin
    child.stdin.write(data)
    child.stdin.flush()
    return child


def test_a_call_in_pieces(tmp_path: Path) -> None:
    """Frames may come byte by byte, or several at once; each has its answer."""
    calls = frame("1", str(tmp_path), "", "9", "500", "", "/bin/echo", "one") + frame(
        "2", str(tmp_path), "", "9", "500", "", "/bin/sh", "-c", "echo two >&2; exit 3"
    )
    with speak(b"") as child:
        assert child.stdin and child.stdout
        for at in range(len(calls)):
            child.stdin.write(calls[at : at + 1])
            child.stdin.flush()
        found = []
        for _ in range(4):
            length = int(child.stdout.readline())
            found.append(child.stdout.read(length).split(b"\0", 4))
    answers = {part[0]: part[1:] for part in found if part[2] != b"has begun"}
    assert {part[0] for part in found if part[2] == b"has begun"} == {b"1", b"2"}
    assert answers == {b"1": [b"0", b"", b"4", b"one\n"], b"2": [b"%d" % (3 << 8), b"", b"0", b"two\n"]}


@pytest.mark.parametrize("how", ["end", "terminate"])
def test_it_leaves_when_nobody_asks_any_more(tmp_path: Path, how: str) -> None:
    """At the end of stdin, and on SIGTERM, its lanes die with it, and no answer is given."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with speak(
        frame("1", "/", "", "300", "900", "", "/bin/sh", "-c", f"exec >{fifo}; echo began; sleep 300")
    ) as child:
        assert child.stdin and child.stdout
        with open(fifo, "rb") as reader:
            assert reader.readline() == b"began\n"
            child.stdin.close() if how == "end" else child.send_signal(signal.SIGTERM)
            assert reader.read() == b""
        assert child.stdout.read().split(b"\0")[2:] == [b"has begun", b"0", b""]
    assert child.returncode == 0


def test_a_lane_that_nobody_watches_ends_itself() -> None:
    """Caller and worker are both gone without a word: an alarm of its own is left."""
    text = "import signal, sys; sys.stdout.write(str(signal.alarm(0)))"
    with speak(frame("1", "/", "", "30", "900", "", sys.executable, "-c", text)) as child:
        assert child.stdin and child.stdout
        for _ in range(2):
            answer = child.stdout.read(int(child.stdout.readline())).split(b"\0", 4)
    assert 30 < int(answer[-1]) <= 35


def test_nothing_begins_after_the_end() -> None:
    """A worker whose caller is gone by the time that it has loaded the tools leaves without a word."""
    with speak(b"") as child:
        out, _ = child.communicate()
    assert (child.returncode, out) == (0, b"")


def test_an_entry_that_was_not_loaded_falls_back() -> None:
    """The word that the runner waits for."""
    assert (worker.FALL_BACK, worker.BEGUN) == (runner._FALL_BACK, runner._BEGUN)
    with speak(frame("5", "/", "nothing:main", "9", "500", "", "x"), "nothing:main") as child:
        assert child.stdin and child.stdout
        length = int(child.stdout.readline())
        assert child.stdout.read(length).split(b"\0") == [b"5", b"0", b"fall back", b"0", b""]


def test_load_leaves_out_what_cannot_be_loaded() -> None:
    """Functions by entry point, attributes of attributes too."""
    found = worker.load(["os.path:join", "os:path.join", "no_such_module:x", "os:no_such_name"])
    assert found == {"os.path:join": os.path.join, "os:path.join": os.path.join}


@pytest.mark.parametrize(
    ("value", "code"), [(None, 0), (0, 0), (1, 1), (-1, 255), (256, 0), (True, 1), ("words", 1), (2.5, 1)]
)
def test_exit_codes(value: object, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What a console script's function returns becomes an exit code as sys.exit makes it."""
    assert worker._code(value) == code
    assert capsys.readouterr().err == (f"{value}\n" if isinstance(value, (str, float)) else "")


def test_it_runs_on_old_interpreters() -> None:
    """Its syntax is CPython 3.9's, since it runs under the project's interpreter."""
    import ast

    source = Path(worker.__file__).read_text()
    ast.parse(source, feature_version=(3, 9))
    imported = {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported <= set(sys.stdlib_module_names) and "gitflowguard" not in source.split('"""')[2]


TELLS_NOBODY = """
import os, sys
sys.path[:0] = [{source!r}]
from gitflowguard.tooling import worker

class Worker(worker.WorkerLoop):
    def send(self, *words):
        os.kill(os.getpid(), 9)  # at the moment between a lane and the word that it has begun

Worker(0, 1, {{}}).launch(["1", "/", "", "60", "256", "/bin/sh", "-c", "echo run > " + sys.argv[1]])
"""


def test_a_worker_that_is_killed_before_it_tells_of_a_lane(tmp_path: Path) -> None:
    """Nobody knows of that lane, so it must not run: it ends without a deed."""
    mark = tmp_path / "mark"
    reader, writer = os.pipe()
    script = TELLS_NOBODY.format(source=str(Path(worker.__file__).parents[2]))
    with subprocess.Popen([sys.executable, "-c", script, str(mark)], pass_fds=(writer,)) as child:
        os.close(writer)
        assert child.wait(60) == -signal.SIGKILL
        assert os.read(reader, 1) == b""  # the lane, which holds it too, is gone
    os.close(reader)
    assert not mark.exists()
