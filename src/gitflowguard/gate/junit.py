"""JUnit's XML, as pytest and others write it: which tests passed. No DTD, no entity, bounded depth and count."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat  # the parser alone: what it may do is bounded below  # nosec B406

from gitflowguard.gate.values import Unreadable, size_limit
from gitflowguard.model.record import Record

PASSED, FAILED, SKIPPED, XFAILED = "passed", "failed", "was skipped", "was expected to fail"
_MOST_TESTS, _MOST_DEPTH = 100_000, 20
_ENDS = {"failure": FAILED, "error": FAILED, "skipped": SKIPPED}


class JUnitCase(Record):
    """One test. id: ``tests/model/test_wine::TestFloor::test_f1`` as far as the report tells. end: how it ended."""

    id: str
    end: str


class JUnitReport(Record):
    """All tests of a report. properties: what tests recorded beside (pytest's record_property), by name."""

    cases: tuple[JUnitCase, ...]
    properties: dict[str, Any]


def parse_junit(data: bytes) -> JUnitReport:
    """Reads a report. Raises Unreadable."""
    if len(data) > size_limit("xml"):
        raise Unreadable(f"has more than {size_limit('xml') // 1024} kB, which no report of tests needs")
    reader = _JUnitReader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise Unreadable(f"isn't XML: {expat.ErrorString(problem.code)} on line {problem.lineno}") from None
    except (ValueError, LookupError):  # an encoding that nobody knows
        raise Unreadable("isn't XML that can be read") from None
    if not reader.rooted:
        raise Unreadable("isn't a JUnit report: it has no testsuite")
    if reader.claimed > len(reader.cases):
        raise Unreadable(f"says that it holds {reader.claimed} tests, and holds {len(reader.cases)}")
    return JUnitReport(tuple(reader.cases), reader.properties)


class _JUnitReader:
    """What the parser meets."""

    def __init__(self) -> None:
        self.cases: list[JUnitCase] = []
        self.properties: dict[str, Any] = {}
        self.rooted = False
        self.claimed = 0
        self._depth = 0
        self._suites = 0

    def doctype(self, *_: object) -> None:
        """A DTD can define entities; no report needs one."""
        raise Unreadable("has a document type or an entity, which no report of tests needs")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _MOST_DEPTH or len(self.cases) >= _MOST_TESTS:
            raise Unreadable("is nested too deep, or holds more tests than can be read")
        if tag in ("testsuites", "testsuite"):
            self.rooted = self.rooted or self._depth == 1
            if tag == "testsuite":
                self._suites += 1
                # A suite within a suite is counted by the outer one.
                self.claimed += _count(attributes.get("tests", "")) if self._suites == 1 else 0
        elif tag == "testcase":
            self.cases.append(JUnitCase(_identity(attributes), PASSED))
        elif tag in _ENDS and self.cases:
            self._ended(_ENDS[tag], attributes)
        elif tag == "property" and attributes.get("name"):
            self._property(attributes["name"], attributes.get("value", ""))

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        if tag == "testsuite":
            self._suites -= 1

    def _ended(self, end: str, attributes: dict[str, str]) -> None:
        last = self.cases[-1]
        if last.end == PASSED or end == FAILED:
            xfail = end == SKIPPED and attributes.get("type") == "pytest.xfail"
            self.cases[-1] = last._replace(end=XFAILED if xfail else end)

    def _property(self, name: str, value: str) -> None:
        before = self.properties.setdefault(name, value)
        if before != value:
            self.properties[name] = [before, value]  # two tests recorded it, so it isn't a single number


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Unreadable("doesn't say how many tests a suite has")
    return int(text)


def _identity(attributes: dict[str, str]) -> str:
    """``tests/model/test_wine::test_f1``: a class's dots as slashes, the file's own path where the report has it."""
    place = attributes.get("classname", "").replace(".", "/")
    file = attributes.get("file", "").removeprefix("./").removesuffix(".py")
    if file and place.startswith(file):
        inner = place[len(file) :].strip("/").replace("/", "::")
        place = f"{file}::{inner}" if inner else file
    return f"{place or file}::{attributes.get('name', '')}"
