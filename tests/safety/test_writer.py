"""One writer: nothing else writes to a stream, and what it writes is escaped and holds no credentials."""

from __future__ import annotations

import ast
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gitflowguard
from gitflowguard.model.credentials import without_credentials
from gitflowguard.output import safe, write
from gitflowguard.report.escape import Escaped

PACKAGE = Path(gitflowguard.__file__).parent
# output: the writer. hookmain: what is left to say where even the writer can't be loaded. tooling/worker: the process
# of a tool, whose streams are pipes that we read.
# app/own/host: likewise, the process that holds a plug-in; what it prints is read by us and leaves by the writer.
WRITERS = {"output.py", "tooling/worker.py", "app/own/host.py"}
LAST_RESORT = {"hookmain.py": 1}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
# Methods of a stream that ask, and write nothing.
ASKS = {"isatty", "encoding", "fileno", "flush"}


# Without one of these words a module writes to no stream; to parse every module takes seconds.
HINTS = (
    "print",
    "echo",
    "secho",
    "std",
    "write(",
    "open(",
    "input(",
    "prompt",
    "confirm",
    "pause",
    "warn(",
    "logging",
)


def modules() -> Iterator[tuple[str, str]]:
    """(name, source) of each module that could write."""
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if any(word in source for word in HINTS):
            yield path.relative_to(PACKAGE).as_posix(), source


def writes(source: str) -> list[int]:
    """The lines that write to a stream by another way than `output`."""
    return sorted(
        node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _writes(node)
    )


def _writes(call: ast.Call) -> bool:
    """print, click's printers, a method of a standard stream, os.write to 1 or 2, a handler of logging or warnings."""
    called = ast.unparse(call.func)
    if called in (
        "print",
        "click.echo",
        "click.secho",
        "click.echo_via_pager",
        "echo",
        "secho",
        "pprint",
        "input",
    ):
        return True
    if called in (
        "click.prompt",
        "click.confirm",
        "click.pause",
        "logging.basicConfig",
        "logging.StreamHandler",
    ):
        return True
    if called in ("os.write", "os.writev", "os.fdopen", "open") and call.args:
        first = call.args[0]
        return isinstance(first, ast.Constant) and first.value in (1, 2)
    if called in ("traceback.print_exc", "traceback.print_stack", "warnings.warn", "faulthandler.enable"):
        return True
    if called == "traceback.print_exception":
        return not any(word.arg == "file" for word in call.keywords)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    while isinstance(owner, ast.Attribute) and owner.attr == "buffer":
        owner = owner.value
    stream = isinstance(owner, ast.Attribute) and owner.attr in STREAMS and ast.unparse(owner.value) == "sys"
    return stream and isinstance(call.func, ast.Attribute) and call.func.attr not in ASKS


@pytest.mark.parametrize(
    "source",
    [
        "print('x')", "click.echo(x)", "sys.stdout.write(x)", "sys.stderr.writelines([x])", "os.write(2, x)",
        "sys.stdout.buffer.write(x)", "open(1, 'w').write(x)", "traceback.print_exc()", "click.confirm(x)",
        "sys.__stderr__.write(x)",
    ],
)  # fmt: skip
def test_the_contract_sees_each_way_to_write(source: str) -> None:
    """What it is there for."""
    assert writes(source) == [1]


@pytest.mark.parametrize(
    "source", ["sys.stdout.isatty()", "os.write(handle, x)", "write(x, sys.stdout)", "file.write(x)"]
)
def test_the_contract_lets_other_calls_be(source: str) -> None:
    """Pipes, files and the writer itself."""
    assert writes(source) == []


def test_nothing_but_the_writer_writes_to_a_stream() -> None:
    """Every module of the package."""
    found = {}
    for name, source in modules():
        lines = writes(source)
        if name not in WRITERS and len(lines) > LAST_RESORT.get(name, 0):
            found[name] = lines
    assert not found, f"write by gitflowguard.output: {found}"


def aliased(source: str) -> list[int]:
    """Lines that hand a standard stream to something that isn't the writer or a question."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] not in (
            "write", "is_terminal", "getattr", "isinstance", "show", "Progress",
        ):  # fmt: skip
            given_ = [*node.args, *(word.value for word in node.keywords)]
            lines += [one.lineno for one in given_ if ast.unparse(one) in ("sys.stdout", "sys.stderr")]
    return lines


def test_no_stream_is_handed_round() -> None:
    """Else another's `file=` would write to it."""
    found = {}
    for name, source in modules():
        lines = aliased(source)
        if name not in WRITERS and lines:
            found[name] = lines
    assert not found


def shown(text: str) -> str:
    """What a stream gets."""
    stream = io.StringIO()
    assert write(text, stream)
    return stream.getvalue()


def test_a_plain_text_is_escaped_line_by_line() -> None:
    """A terminal's commands, a runner's, and letters that nobody sees."""
    assert shown("a\x1b[31m\n::error::x\n##[group]\n\u202eb\n") == (
        "a\\x1b[31m\n\\x3a:error::x\n#\\x23[group]\n\\u202eb\n"
    )


def test_what_a_renderer_has_escaped_stays() -> None:
    """Its own style, a workflow command, tabs of a document."""
    text = "\x1b[1mhead\x1b[0m\n::error::x\n\t1\n"
    assert shown(Escaped(text)) == text


@given(st.text())
def test_escaping_twice_is_escaping_once(text: str) -> None:
    """So a caller that has escaped a part already does no harm."""
    assert safe(safe(text)) == safe(text)


@given(st.text())
def test_no_control_letter_leaves(text: str) -> None:
    """Whatever is in a text, only line ends remain of what doesn't show."""
    assert all(letter == "\n" or letter.isprintable() for letter in safe(text))


TOKEN = "ghp_0123456789abcdefABCDEF"
ADDRESSES = [
    (f"https://x-access-token:{TOKEN}@host.example/a/b.git", "https://host.example/a/b.git"),
    (f"fatal: 'https://{TOKEN}@host.example/a' gone", "fatal: 'https://host.example/a' gone"),
    (
        f"https://u:{TOKEN}@h.example/a and https://v:{TOKEN}@i.example",
        "https://h.example/a and https://i.example",
    ),
    (f"https://u:p@ss{TOKEN}@h.example/", "https://h.example/"),
    (f"http://h.example/a?private_token={TOKEN}&page=2", "http://h.example/a?private_token=***&page=2"),
    (f"http://h.example/?a=1&amp;access_token={TOKEN}", "http://h.example/?a=1&amp;access_token=***"),
    (f"https://h.example/x?sig={TOKEN}#end", "https://h.example/x?sig=***"),
    (f'{{"url": "https://u:{TOKEN}@h.example/a", "b": 1}}', '{"url": "https://h.example/a", "b": 1}'),
    (f"u:{TOKEN}@github.com/a/b.git", "github.com/a/b.git"),
    (f"git push 'https://u:{TOKEN}@h.example/a b' main", "git push 'https://h.example/a b' main"),
    (f"ssh://git:{TOKEN}@h.example/a", "ssh://h.example/a"),
    (f"[x](https://u:{TOKEN}@h.example/a)", "[x](https://h.example/a)"),
    (f"ext::https://u:{TOKEN}@h.example/a", "ext::https://h.example/a"),
    (f"https://u:{TOKEN}@[2001:db8::1]/a", "https://[2001:db8::1]/a"),
    (f"https://u:{TOKEN}@h.example::error::x", "https://h.example::error::x"),
    (f"https://u:{TOKEN}\x1b@h.example/a", "https://h.example/a"),
]
HARMLESS = [
    "git push git@github.com:a/b.git main", "ssh://git@github.com/a/b", "a@b.example wrote x:y", "main@{1}",
    "git show HEAD:assets/logo@2x.png", "git show main:logo@2x.png", "https://example.com/@user/a?x=y@z",
    "https://docs.example/en?page=2#token", "uses: actions/checkout@v4", "::", "@", "://", "x@y:z@w",
]  # fmt: skip


@pytest.mark.parametrize(("text", "safe_"), ADDRESSES)
def test_credentials_never_leave(text: str, safe_: str) -> None:
    """In a plain text and in one that a renderer has made."""
    assert safe(text) == safe_ and without_credentials(text) == safe_
    assert TOKEN not in safe(Escaped(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_holds_no_credentials_stays(text: str) -> None:
    """A command that we print must stay what it is."""
    assert without_credentials(text) == text


@given(st.text(alphabet="ab:/@?=&. '\n", max_size=40))
def test_any_text_has_an_answer_that_stays(text: str) -> None:
    """It ends, and once is enough."""
    once = without_credentials(text)
    assert without_credentials(once) == once


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    """A report of a million findings holds a million addresses."""
    text = "https://h.example/a b@c " * 20_000 + "@" * 20_000
    began = time.process_time()
    assert without_credentials(text) == text
    assert time.process_time() - began < 5
