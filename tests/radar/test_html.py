"""The radar's page: its text, then what a real browser makes of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from selenium.webdriver.common.keys import Keys

from gitflowguard.radar.nouns import Hunk, Radar
from gitflowguard.report.escape import legible
from gitflowguard.report.radar.html import render
from gitflowguard.report.radar.view import (
    MOST_HUNKS,
    MOST_IN_MATRIX,
    MOST_LINES,
    MOST_PATHS,
    ROOM,
)
from tests.budget import examples
from tests.radar.browser import Page, browser, missing
from tests.radar.samples import (
    ABOUT,
    CLEAR,
    CONFIG,
    DEVELOP,
    EMPTY,
    FULL,
    GONE,
    LINE,
    OTHER,
    TIP,
    crowd,
    filled,
)
from tests.report.foreign import FOREIGN, hidden
from tests.report.samples import EVIL

many = settings(max_examples=examples(50), derandomize=True, deadline=None, database=None)
# HTML Living Standard, 13.1.2: elements without an end.
VOID = {"meta", "path", "circle"}
RADARS = {
    "full": FULL,
    "clear": CLEAR,
    "empty": EMPTY,
    "3": crowd(3, 1),
    "15": crowd(15, 3),
    "60": crowd(60, 8),
}
MARK = "<img src=x onerror=window.bad=1><script>window.bad=1</script>\"'onclick=x"
HOSTILE = filled(f"feature/\u202e{MARK}\x1b[31m\udcff" + "x" * 90)


class Reader(HTMLParser):
    """A page as a parser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def shape(self) -> tuple[set[str], set[str]]:
        """The names of the elements and of their attributes."""
        return self.names, {name for name, _ in self.attributes}


def read(radar: Radar) -> Reader:
    """The page of a radar, balanced to its end."""
    reader = Reader(render(radar, ABOUT))
    assert reader.open == []
    return reader


ALLOWED = read(filled("x")).shape


@pytest.mark.parametrize("name", RADARS)
def test_every_page_is_balanced_and_points_only_into_itself(name: str) -> None:
    reader = read(RADARS[name])
    ids = [value for key, value in reader.attributes if key == "id"]
    assert len(ids) == len(set(ids))
    pointers = {
        value.removeprefix("#") for key, value in reader.attributes if key in ("href", "popovertarget")
    }
    assert pointers <= set(ids)
    spoken = {value for key, value in reader.attributes if key in ("aria-labelledby", "aria-describedby")}
    assert spoken <= set(ids)
    assert not {"src", "style", "srcset", "action"} & {key for key, _ in reader.attributes}


def test_the_same_radar_gives_the_same_page() -> None:
    assert render(crowd(20, 4), ABOUT) == render(crowd(20, 4), ABOUT)


@many
@given(FOREIGN)
@example(EVIL)
@example(MARK)
@example("</style></script></title>{{ 1 }}{% x %}")
def test_foreign_text_is_text(foreign: str) -> None:
    page = render(filled(foreign), ABOUT)
    page.encode("utf-8")
    assert not hidden(page.replace("\n", ""))
    assert not any(line.lstrip(" ").startswith("::") for line in page.split("\n"))
    reader = Reader(page)
    assert reader.open == []
    assert reader.names == ALLOWED[0]
    assert {name for name, _ in reader.attributes} == ALLOWED[1]
    assert all(value.startswith("#") for name, value in reader.attributes if name == "href")
    shown = legible(foreign)
    assert shown in "".join(reader.texts)


def test_a_tab_in_a_file_is_room_and_no_code() -> None:
    clash = LINE._replace(hunks=(Hunk(("\tmake all",), ()),))
    assert "<code>    make all</code>" in render(
        Radar((DEVELOP,), (CONFIG._replace(clashes=(clash,)),), ()), ABOUT
    )


def test_number_signs_in_code_stay() -> None:
    clash = LINE._replace(hunks=(Hunk(("## Heading",), ()),))
    assert "<code>## Heading</code>" in render(
        Radar((DEVELOP,), (CONFIG._replace(clashes=(clash,)),), ()), ABOUT
    )


def test_what_is_cut_is_told() -> None:
    long = LINE._replace(
        hunks=(Hunk(("x",) * (MOST_LINES + 7), ("y",)),) + (Hunk(("a",), ("b",)),) * MOST_HUNKS
    )
    clashes = (long, *(GONE._replace(path=f"file{n}.py") for n in range(MOST_PATHS + 3)))
    twin = FULL.twins[0]._replace(commits=((TIP, OTHER, "same"),) * 31)
    page = render(Radar((DEVELOP,), (CONFIG._replace(clashes=clashes),), (), (twin,)), ABOUT)
    assert "… and 7 more lines<" in page
    assert "… and 1 more places in this file<" in page
    assert "… and 4 more paths<" in page
    assert "… and 1 more commits<" in page


def test_a_matrix_holds_so_many_branches_and_tells_of_the_others() -> None:
    reader = read(crowd(MOST_IN_MATRIX + 9, 5))
    assert reader.attributes.count(("scope", "col")) == MOST_IN_MATRIX
    assert "9 more branches are not drawn" in "".join(reader.texts)


def test_a_page_of_huge_files_stays_small() -> None:
    clash = LINE._replace(hunks=(Hunk(("x" * 50,) * 1000, ("y" * 50,) * 1000),) * MOST_HUNKS)
    contacts = tuple(CONFIG._replace(branch=f"f{n}", clashes=(clash,)) for n in range(60))
    page = render(Radar((DEVELOP,), contacts, ()), ABOUT)
    assert page.count('<div class="l">') == ROOM
    assert "… and 1000 more lines" in page


def test_jinja_is_loaded_for_this_format_alone() -> None:
    formats = ", ".join(f"gitflowguard.report.radar.{name}" for name in ("text", "json", "markdown", "html"))
    asked = subprocess.run(
        [sys.executable, "-c", f"import sys, {formats}; print('jinja2' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "False\n"


# What follows asks a real browser.


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of all radars."""
    place = tmp_path_factory.mktemp("pages")
    found = {name: place / f"{name}.html" for name in (*RADARS, "hostile")}
    for name, path in found.items():
        path.write_text(render(RADARS.get(name, HOSTILE), ABOUT), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The browser, one for this module."""
    if missing():
        pytest.skip(f"not on this machine: {missing()}")
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        yield Page(driver)


EVERY = (*RADARS, "hostile")
OPEN = "return Array.from(document.querySelectorAll(':popover-open')).map(function (s) { return s.id; })"
FOCUS = "var f = document.activeElement; return f.className || f.tagName"
IN_MATRIX = "return Boolean(document.activeElement.closest('.matrix td'))"


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_quiet_asks_for_nothing_and_fits_a_phone(
    page: Page, pages: dict[str, Path], name: str
) -> None:
    for width in (1280, 400):
        page.look(pages[name], width)
        assert page.ask("return document.documentElement.scrollWidth") <= width
        assert page.requests() == [pages[name].as_uri()]
        assert page.complaints() == []
    assert page.ask("return document.title").startswith("Conflict radar: ")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(
    page: Page, pages: dict[str, Path], name: str, scheme: str
) -> None:
    page.look(pages[name], scheme=scheme)
    found = page.contrasts()
    if name not in ("clear", "empty"):
        before = len(found)
        page.ask("document.querySelector('.sheet').showPopover()")
        found = page.contrasts()
        assert len(found) > before
    assert min(found)[0] >= 4.5, min(found)


def test_the_measure_of_contrast_can_fail(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["clear"])
    page.ask("document.querySelector('h1').style.setProperty('color', '#999')")
    assert min(page.contrasts())[0] == pytest.approx(2.7, abs=0.2)


def test_light_and_dark_differ(page: Page, pages: dict[str, Path]) -> None:
    ask = (
        "return ['html', 'h1', '.x button', '.side', '.matrix thead th'].map(function (s) {"
        "var c = getComputedStyle(document.querySelector(s)); return c.color + c.backgroundColor; })"
    )
    page.look(pages["full"], scheme="light")
    light = page.ask(ask)
    page.look(pages["full"], scheme="dark")
    assert all(one != other for one, other in zip(light, page.ask(ask), strict=True))


def test_the_keyboard_alone_opens_and_closes_a_cell(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["full"])
    way: list[str] = []
    while len(way) < 10 and not page.ask(IN_MATRIX):
        page.press(Keys.TAB)
        way.append(page.ask(FOCUS))
    assert way == ["skip", "A", "A", "scroll", "BUTTON"]
    assert page.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.ask(OPEN) == []

    page.press(Keys.ENTER)
    (sheet,) = page.ask(OPEN)
    assert sheet == page.ask("return document.activeElement.id")
    shown = page.ask("return document.querySelector(':popover-open').innerText")
    for said in (
        "feature/config conflicts with develop in 2 files",
        "regParam=0.001",
        "git merge develop",
        "uv lock",
    ):
        assert said in shown

    page.press(Keys.ESCAPE)
    assert page.ask(OPEN) == []
    assert page.ask(IN_MATRIX)

    page.press(Keys.ENTER)
    assert page.ask(OPEN) == [sheet]
    page.ask("document.querySelector('.matrix button').focus()")
    page.press(Keys.ENTER)
    assert page.ask(OPEN) == []


def test_the_arrow_keys_go_from_conflict_to_conflict(page: Page, pages: dict[str, Path]) -> None:
    label = "return document.activeElement.getAttribute('aria-label')"
    page.look(pages["full"])
    page.ask("document.querySelectorAll('.matrix button')[2].focus()")
    assert page.ask(label) == "feature/b first, then feature/a: conflict in 1 file"
    page.press(Keys.ARROW_RIGHT)
    assert page.ask(label) == "feature/b first, then hotfix/1.0.1: conflict in 1 file"
    page.press(Keys.ARROW_LEFT)
    page.press(Keys.ARROW_DOWN)
    assert page.ask(label) == "feature/c first, then feature/a: conflict in 1 file"
    page.press(Keys.ARROW_DOWN)
    assert page.ask(label) == "feature/c first, then feature/a: conflict in 1 file"


def test_a_cell_opens_and_closes_where_no_script_runs(
    page: Page, pages: dict[str, Path], tmp_path: Path
) -> None:
    text = pages["full"].read_text(encoding="utf-8")
    bare = tmp_path / "bare.html"
    bare.write_text(text[: text.index("<script>")] + text[text.index("</script>") :], encoding="utf-8")
    page.look(bare)
    page.ask("document.querySelector('.matrix button').focus()")
    page.press(Keys.ENTER)
    assert len(page.ask(OPEN)) == 1
    page.ask("document.querySelector(':popover-open .close').focus()")
    page.press(Keys.ENTER)
    assert page.ask(OPEN) == []


def test_a_command_can_be_copied(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["full"])
    page.ask("document.querySelector('.sheet').showPopover()")
    page.ask("document.querySelector(':popover-open .copy').click()")
    page.driver.implicitly_wait(0)
    said = page.driver.execute_async_script(
        "var done = arguments[0], node = document.getElementById('said');"
        "(function look() { node.textContent ? done(node.textContent) : setTimeout(look, 20); })();"
    )
    assert said in ("Copied", "Selected")


@pytest.mark.parametrize("name", EVERY)
def test_a_screen_reader_meets_only_what_has_a_name(page: Page, pages: dict[str, Path], name: str) -> None:
    page.look(pages[name])
    tree = page.tree()
    named = {
        "button",
        "link",
        "region",
        "table",
        "dialog",
        "heading",
        "navigation",
        "columnheader",
        "rowheader",
    }
    assert [node for node in tree if node[0] in named and not node[1].strip()] == []
    roles = [role for role, _ in tree]
    assert roles.count("main") == roles.count("banner") == roles.count("contentinfo") == 1


def test_the_matrix_says_in_words_what_its_colours_say(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["full"])
    tree = page.tree()
    cells = [name for role, name in tree if role == "cell"]
    assert len([role for role, _ in tree if role == "columnheader"]) == 5
    assert len([role for role, _ in tree if role == "rowheader"]) == 6
    assert cells.count("not compared") == 8
    assert cells.count("conflict if feature/b is squash-merged") == 1
    assert cells.count("clean") == 10
    assert cells.count("feature/a first, then feature/c: broken: F821 undefined name 'read'") == 1
    assert ("rowheader", "5 feature/config (conflicts with develop)") in tree
    assert ("columnheader", "5 feature/config (conflicts with develop)") in tree


@pytest.mark.parametrize("name", ["15", "60", "hostile"])
def test_names_and_cells_keep_their_room_on_a_phone(page: Page, pages: dict[str, Path], name: str) -> None:
    page.look(pages[name], 400)
    widths = "return Array.from(document.querySelectorAll(arguments[0])).map(function (n) { return n.clientWidth; })"
    assert (
        130 <= min(page.ask(widths, ".matrix tbody th")) <= max(page.ask(widths, ".matrix tbody th")) <= 180
    )
    # WCAG 2.2, 2.5.8: what is to be hit takes 24 by 24 at least.
    assert min(page.ask(widths, ".matrix button")) >= 24


def test_the_drawing_and_the_list_beside_it_stand_in_line(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["60"], 400)
    tops = page.ask(
        "function mid(n) { var b = n.getBoundingClientRect(); return b.top + b.height / 2; }"
        "return [Array.from(document.querySelectorAll('circle')).map(mid),"
        "Array.from(document.querySelectorAll('.graph ol li')).map(mid)]"
    )
    assert len(tops[0]) == len(tops[1]) == 52
    assert all(abs(one - other) < 1 for one, other in zip(*tops, strict=True))


def test_nothing_of_a_hostile_repository_runs(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["hostile"])
    assert page.ask("return window.bad") is None
    assert page.ask("return document.querySelectorAll('img, script').length") == 1
    assert MARK in page.ask("return document.querySelector('h1').textContent")


def test_the_policy_stops_a_script_that_is_not_ours(
    page: Page, pages: dict[str, Path], tmp_path: Path
) -> None:
    text = pages["clear"].read_text(encoding="utf-8")
    other = tmp_path / "other.html"
    other.write_text(text.replace("<main", "<script>window.bad = 1</script><main"), encoding="utf-8")
    page.look(other)
    assert page.ask("return window.bad") is None
    assert any("Content Security Policy" in said for said in page.complaints())


def test_who_wants_no_motion_gets_none(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["full"])
    moves = "return getComputedStyle(document.querySelector(':popover-open')).animationName"
    found = []
    for value in ("no-preference", "reduce"):
        features = [{"name": "prefers-reduced-motion", "value": value}]
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        page.ask("document.querySelector('.sheet').showPopover()")
        found.append(page.ask(moves))
        page.ask("document.querySelector('.sheet').hidePopover()")
    assert found == ["in", "none"]
