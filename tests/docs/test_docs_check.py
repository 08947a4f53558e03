"""`make docs-check`: all that `make docs` writes, compared in one process."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import docs_check

TOOLS = Path(docs_check.__file__).parent
# Know the word for something else: a tag, black's own option, and records that take Ruby or Node to make.
OTHERS = {"docs_check", "release", "touched", "fnmatch_vectors", "workflow_vectors"}


def test_every_tool_that_can_compare_is_asked() -> None:
    can = {path.stem for path in TOOLS.glob("*.py") if '"--check"' in path.read_text("utf-8")}
    assert can - OTHERS == set(docs_check.TOOLS)


def test_all_that_is_compared_is_written_by_make_docs() -> None:
    """Else `make docs-check` fails and `make docs` changes nothing. It also writes what a test compares."""
    recipe = (TOOLS.parent / "Makefile").read_text("utf-8").partition("\ndocs: ")[2].partition("\n\n")[0]
    started = re.findall(r"tools/(\w+)\.py", recipe)
    assert set(started) == {*docs_check.TOOLS, "model_pictures", "readme"}


@pytest.mark.parametrize(("codes", "code"), [({}, 0), ({"schema": 1}, 1), ({"badge": 1, "man": 1}, 1)])
def test_one_that_differs_fails_all_and_stops_none(
    monkeypatch: pytest.MonkeyPatch, codes: dict[str, int], code: int
) -> None:
    asked: list[tuple[str, list[str]]] = []

    def load(name: str) -> SimpleNamespace:
        tool = name.removeprefix("tools.")

        def main(argv: list[str]) -> int:
            asked.append((tool, argv))
            return codes.get(tool, 0)

        return SimpleNamespace(main=main)

    monkeypatch.setattr(docs_check, "importlib", SimpleNamespace(import_module=load))
    assert docs_check.main() == code
    assert asked == [(tool, ["--check"]) for tool in docs_check.TOOLS]
