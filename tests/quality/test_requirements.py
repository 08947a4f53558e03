"""What a job installs for a policy."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality.catalogue import KNOWN
from gitflowguard.quality.requirements import PINS, lacking, requirements, unnamed
from gitflowguard.tooling.installed import order


def test_every_known_tool_has_a_version_that_its_adapter_reads() -> None:
    """And not a newer one than the tests have run."""
    for known in KNOWN:
        assert known.pinned == PINS[known.dist], "two tools of one package"
        assert order(known.oldest) <= order(PINS[known.dist]) <= order(version(known.dist)), known.name


def test_the_policys_version_goes_before_ours_wherever_it_stands() -> None:
    """ruff brings ruff-format, and one package is installed once, whatever its spelling."""
    tools = (
        Tool("ruff-format"),
        Tool("ruff", version="0.9.1"),
        Tool("own", run=("x",), package="Zope.Thing==1.0", with_=("a-b==1", "zope-thing==1.0")),
    )
    assert requirements(tools) == ("Zope.Thing==1.0", "a-b==1", "ruff==0.9.1")


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        ((), ("isort==9.0.2", "mypy==2.0")),
        (("gitflowguard==1.0", "Isort==9.0.2", "mypy==2.0"), ()),
        (("isort==9.0.1", "mypy==2.0", "other==1"), ("isort==9.0.2",)),
    ],
)
def test_what_a_job_lacks(installed: tuple[str, ...], missing: tuple[str, ...]) -> None:
    """Another version is as good as none."""
    assert lacking(("isort==9.0.2", "mypy==2.0"), installed) == missing


def test_programs_that_nothing_brings() -> None:
    """No job can have them."""
    assert unnamed((Tool("isort"), Tool("a", run=("a",)), Tool("b", run=("b",), package="b==1"))) == ("a",)
