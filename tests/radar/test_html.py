"""The radar's page: its text, then what a real browser makes of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from selenium.webdriver.common.keys import Keys

from gitflowguard.radar.nouns import (
    Hunk,
    Knot,
    LandingOrder,
    LandingStep,
    Pair,
    PullLabel,
    Radar,
    Remedy,
)
from gitflowguard.report.escape import legible
from gitflowguard.report.radar.html import MOST_COMMITS, MOST_TWINS, render
from gitflowguard.report.radar.knotcards import MOST_CARDS
from gitflowguard.report.radar.matrix import MOST_IN_MATRIX
from gitflowguard.report.radar.sides import (
    AROUND,
    MOST_EXCERPTS,
    MOST_LETTERS,
    MOST_LINES,
    ROOM,
)
from gitflowguard.report.radar.timeline import MOST_STOPS, LandingStop, timeline
from gitflowguard.report.radar.view import (
    MOST_HUNKS,
    MOST_KNOTS,
    MOST_OPEN,
    MOST_PATHS,
    MOST_SHEETS,
)
from tests.budget import examples, sampled
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
    contact,
    crowd,
    filled,
    knotted,
)
from tests.report.foreign import FOREIGN, hidden
from tests.report.samples import EVIL

many = settings(max_examples=examples(50), derandomize=True, deadline=None, database=None)
# HTML Living Standard, 13.1.2: elements without an end.
VOID = {"meta"}
RADARS = {
    "full": FULL,
    "clear": CLEAR,
    "empty": EMPTY,
    "3": crowd(3, 1),
    "15": crowd(15, 3),
    "60": crowd(60, 8),
    "knot": knotted(30),
    "200": crowd(200, 12),
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
ALLOWED_KNOT = read(knotted(3)).shape


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
    knot = Reader(render(knotted(3, name=foreign, path=foreign), ABOUT))
    assert knot.open == [] and knot.shape == ALLOWED_KNOT
    assert shown in "".join(knot.texts)


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
    twin = FULL.twins[0]._replace(commits=((TIP, OTHER, "same"),) * (MOST_COMMITS + 1))
    page = render(Radar((DEVELOP,), (CONFIG._replace(clashes=clashes),), (), (twin,)), ABOUT)
    assert "… and 7 more lines<" in page
    assert "… and 1 more places in this file<" in page
    assert "… and 4 more paths<" in page
    assert "… and 1 more commits<" in page


def test_a_matrix_holds_so_many_branches_and_reports_the_others() -> None:
    pairs = tuple(Pair("develop", f"f{n}", f"g{n}", (LINE,)) for n in range(MOST_IN_MATRIX // 2 + 4)) + (
        Pair("develop", "f23", "g1", (LINE,)),
    )
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    reader = read(Radar((DEVELOP,), tuple(contact(name) for name in names), pairs))
    assert reader.attributes.count(("scope", "col")) == MOST_IN_MATRIX
    said = " ".join(" ".join(reader.texts).split())
    assert "Not drawn, to keep the table usable: 8 branches, those that meet the fewest others." in said
    # The two that meet two others are drawn, wherever they stand in the list.
    assert {("title", "f23"), ("title", "g1")} <= set(reader.attributes)


def test_branches_that_meet_nobody_or_the_target_alone_are_folded_and_counted() -> None:
    page = render(crowd(60, 8), ABOUT)
    assert re.search(
        r"<details><summary>8 branches not compared</summary>\s*<p class=\"hint\">A branch that", page
    )
    assert "<details><summary>23 branches without a conflict</summary>" in page
    drawn = {value for key, value in read(crowd(60, 8)).attributes if key == "title"}
    assert len(drawn) == 60 - 8 - 23
    clash = FULL.contacts[1]
    assert "1 branch not compared" in render(Radar((DEVELOP,), (clash,), ()), ABOUT)


def headings(page: str) -> list[str]:
    return re.findall(r"<h[23] [^>]*>([^<]*?) ?<", page)


def test_knots_come_first_then_who_with_whom_then_conflicts_and_the_order_of_landing() -> None:
    knot = knotted(4).knots[0]
    assert headings(render(FULL._replace(knots=(knot,), notes=("a note",)), ABOUT)) == [
        "main", "Landed here", "develop", "Knots", "Who × who", "In conflict with develop as it is",
        "In conflict with each other", "Broken although git merges them", "Landing order", "Stacked",
        "Can't determine", "Landed", "The same work twice", "Notes",
    ]  # fmt: skip


@pytest.mark.parametrize(("odd", "most"), sampled([("", 100_000), ("other.py", 1_000_000)], 0))
def test_120_branches_in_one_knot_are_a_small_page(odd: str, most: int) -> None:
    """A knot of two files is slow: it is a larger page of the same cells."""
    assert len(render(knotted(120, odd), ABOUT).encode()) <= most


def test_200_branches_are_a_small_page() -> None:
    assert len(render(crowd(200, 12), ABOUT).encode()) <= 500_000


def test_a_knot_that_says_all_of_its_pairs_lists_each_branch_once() -> None:
    """With the lines and the commands of each; no sheet, no cell of the matrix and no list repeats its pairs."""
    page = render(knotted(30), ABOUT)
    assert "popovertarget" not in page and "<table" not in page and "In conflict with each other" not in page
    assert "30 branches in the best order of landing" in page
    (turns,) = re.findall(r'<ol class="turns">(.*?)</ol>', page, re.S)
    assert re.findall(r"<b>(.*?)</b> · line 4 · Ada Lovelace", turns) == [
        f"feature/entry-{n:03}" for n in range(30)
    ]
    assert re.findall(r"<code>- (entry \d+)</code>", turns) == [f"entry {n}" for n in range(30)]
    assert re.findall(r"git switch (\S+)\ngit merge develop", turns) == [
        f"feature/entry-{n:03}" for n in range(1, 30)
    ]
    assert "435 → 35 conflicts" not in page and "400 of 400 merges that were tried end cleanly" in page
    assert "<code>/NEWS merge=union</code>" in page


def test_a_pull_request_in_a_knot_has_its_title() -> None:
    seen = knotted(3)
    label = PullLabel(12, "Add <b>entries</b>", "ada", "entry-000", draft=True)
    seen = seen._replace(contacts=(seen.contacts[0]._replace(pull=label, author=""), *seen.contacts[1:]))
    page = render(seen._replace(pulls=True), ABOUT)
    assert "feature/entry-000 is #12, Add &lt;b&gt;entries&lt;/b&gt; (draft)" in page
    assert "3 pull requests in the best order of landing" in page


def test_a_knot_without_texts_or_a_contact_still_lists_its_branches() -> None:
    seen = knotted(3)
    bare = tuple(
        one._replace(clashes=tuple(clash._replace(hunks=(), ours=(), theirs=()) for clash in one.clashes))
        for one in seen.pairs
    )
    page = render(seen._replace(pairs=bare, contacts=seen.contacts[:2]), ABOUT)
    assert "<li><p><b>feature/entry-002</b></p>" in page
    assert '<div class="l">' not in page


def test_who_meets_others_outside_the_knot_is_drawn_and_the_knot_is_a_mark() -> None:
    seen = knotted(5)
    other = contact("feature/other")
    outside = tuple(Pair("develop", f"feature/entry-00{n}", "feature/other", (LINE,)) for n in (0, 3))
    page = render(seen._replace(contacts=(*seen.contacts, other), pairs=(*seen.pairs, *outside)), ABOUT)
    assert page.count("conflict in the knot NEWS") == 2
    assert "<summary>3 branches in knots alone</summary>" in page
    assert "conflict in a knot alone, see above" in page
    assert page.count('<div class="sheet"') == 2


def test_a_page_holds_so_many_sheets_the_worst_first() -> None:
    seen = knotted(30, "other.py")
    odd = contact("feature/odd")
    seen = seen._replace(
        knots=(*seen.knots, seen.knots[0]._replace(path="other.py")),
        contacts=(CONFIG, odd, *seen.contacts),
        pairs=(*seen.pairs, Pair("develop", "feature/entry-000", "feature/odd", (GONE,))),
    )
    page = render(seen, ABOUT)
    says = re.findall(r'<h4 id="t1c\d+h">(.*?)</h4>', page)
    assert len(says) == MOST_SHEETS
    assert says[0] == "feature/config conflicts with develop in 2 files"
    assert says[1].startswith("feature/entry-000 and feature/odd conflict with each other in 1 file")
    assert f"{437 - MOST_SHEETS} more conflicts not listed here" in page
    assert f"<summary>{MOST_SHEETS - 1 - MOST_OPEN} more conflicts</summary>" in page
    # Those without a sheet are in the matrix all the same.
    assert (
        '<td class="x" aria-label="feature/entry-029 first, then feature/entry-028: conflict in 2 files">2</td>'
        in page
    )


def stops(radar: Radar) -> list[LandingStop]:
    (order,) = radar.orders
    return list(timeline(order, radar).stops)


def test_the_timeline_begins_with_what_can_land_now() -> None:
    assert stops(FULL) == [
        LandingStop("now", 1, 3, "3 can land now", ("feature/a", "feature/c", "hotfix/1.0.1")),
        LandingStop("bad", 4, 4, "feature/b conflicts with feature/a in pipeline.py", ()),
    ]


def test_the_timeline_joins_steps_of_which_the_same_is_to_be_said() -> None:
    order = LandingOrder(
        "develop",
        (
            LandingStep("a", True),
            LandingStep("b", False, ("NEWS",), ("a",)),
            LandingStep("c", False, ("NEWS",), ("a", "b")),
            LandingStep("d", False, ("NEWS", "app.py"), ("a", "b")),
            LandingStep("e", False, (), ("a",), ("a",)),
            LandingStep("f", True),
            LandingStep("g", False, ("NEWS",), ("a",)),
            LandingStep("h", True),
            LandingStep("i", True),
        ),
        ("a",),
    )
    knot = Knot("develop", "NEWS", ("a", "b", "c"), 3)
    assert stops(Radar((DEVELOP,), (), (), orders=(order,), knots=(knot,))) == [
        LandingStop("now", 1, 1, "can land now", ("a",)),
        LandingStop("bad", 2, 3, "2 conflict in NEWS, each with one that landed before", ("b", "c")),
        LandingStop("bad", 4, 4, "d conflicts with a and b in NEWS and app.py", ()),
        LandingStop("bad", 5, 5, "e merges, and the result with a is broken", ()),
        LandingStop("later", 6, 6, "then without a conflict", ("f",)),
        LandingStop("bad", 7, 7, "g conflicts with a in NEWS", ()),
        LandingStop("later", 8, 9, "then 2 without a conflict", ("h", "i")),
    ]


def test_a_long_timeline_is_folded_and_at_last_cut() -> None:
    steps = tuple(LandingStep(f"f{n}", False, (f"{n}.py",), ("f0",)) for n in range(MOST_STOPS + 7))
    page = render(
        Radar((DEVELOP,), (contact("f0"),), (), orders=(LandingOrder("develop", steps, ()),)), ABOUT
    )
    assert f"<summary>Then {MOST_STOPS - 12} more</summary>" in page
    assert '<p class="cut">… and 7 more</p>' in page
    assert "f12 conflicts" in page.split("<summary>Then")[1]


def test_many_pairs_of_which_the_order_matters_are_folded() -> None:
    pairs = tuple(
        Pair("develop", f"f{n}", f"g{n}", (LINE,), "first", Remedy(order=(f"g{n}", f"f{n}")))
        for n in range(4)
    )
    order = LandingOrder("develop", (LandingStep("f0", True),), ("f0",))
    page = render(Radar((DEVELOP,), (), pairs, orders=(order,)), ABOUT)
    assert "<details><summary>The order matters for 4 pairs</summary>" in page
    assert "g3 before f3: the other way round they conflict" in page
    assert "order matters for" not in render(Radar((DEVELOP,), (), pairs[:3], orders=(order,)), ABOUT)


def test_a_page_of_huge_files_stays_small() -> None:
    clash = LINE._replace(hunks=(Hunk(("x" * 50,) * 1000, ("y" * 50,) * 1000),) * MOST_HUNKS)
    contacts = tuple(CONFIG._replace(branch=f"f{n}", clashes=(clash,)) for n in range(60))
    page = render(Radar((DEVELOP,), contacts, ()), ABOUT)
    assert page.count('<div class="l">') == ROOM // (50 + AROUND)
    assert "… and 1000 more lines" in page


def test_a_knots_file_shows_the_lines_of_its_first_conflicts() -> None:
    """Each of the others names the command that shows them; so does one of two branches and one of a fork."""
    clash = LINE._replace(hunks=(Hunk(("mine",), ("its",)),))
    names = [f"f{n}" for n in range(MOST_EXCERPTS + 1)]
    contacts = tuple(CONFIG._replace(branch=name, ref=name, clashes=(clash,)) for name in names)
    copy = CONFIG._replace(branch="pull/1/head", ref="refs/pull/1/head", clashes=(clash,))
    lying = CONFIG._replace(branch="this work tree", worktree="/w", clashes=(clash,))
    knot = knotted(3).knots[0]._replace(path=clash.path)
    pair = Pair("develop", "f0", "f1", (clash,))
    seen = Radar((DEVELOP,), (*contacts, copy, lying), (pair,), knots=(knot,))
    page = render(seen, ABOUT)
    assert page.count("<code>mine</code>") == MOST_EXCERPTS
    for words in ("--branches f5", "--branches refs/pull/1/head", "--worktrees", "--branches f0,f1"):
        line = f"gitflowguard radar --target develop {words} --output-format html --output-file conflict.html"
        assert page.count(line) == 1, words
    other = render(seen._replace(knots=(), pulls=True), ABOUT)
    assert "conflict.html" not in other and other.count("<code>mine</code>") == len(seen.contacts) + 1
    assert "gitflowguard radar --pulls --branches f5 --output-format" in render(
        seen._replace(pulls=True), ABOUT
    )


def test_smaller_knots_and_twins_are_counted() -> None:
    (knot,) = knotted(3).knots
    many = tuple(knot._replace(path=f"{n}.md") for n in range(MOST_CARDS + 2))
    twin = FULL.twins[0]
    page = render(FULL._replace(knots=many, twins=(twin,) * (MOST_TWINS + 1)), ABOUT)
    assert page.count('<div class="knot">') == MOST_CARDS and "2 smaller knots not listed here" in page
    assert "… and 1 more pair; to see all" in page


def test_a_long_line_is_cut_and_says_so() -> None:
    clash = LINE._replace(hunks=(Hunk(("x" * (MOST_LETTERS + 7), "y" * MOST_LETTERS), ()),))
    page = render(Radar((DEVELOP,), (CONFIG._replace(clashes=(clash,)),), ()), ABOUT)
    assert f"<code>{'x' * MOST_LETTERS} … 7 more characters</code>" in page
    assert f"<code>{'y' * MOST_LETTERS}</code>" in page


def test_many_knots_are_folded() -> None:
    (knot,) = knotted(3).knots
    many = tuple(knot._replace(path=f"{n}.md") for n in range(MOST_KNOTS + 2))
    head, _, rest = render(FULL._replace(knots=many), ABOUT).partition("<summary>2 more knots</summary>")
    assert head.count('<div class="knot">') == MOST_KNOTS and rest.count('<div class="knot">') == 2
    assert "more knot" not in render(FULL._replace(knots=many[:MOST_KNOTS]), ABOUT)


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


# A whole run asks the browser about every radar. `make test` asks about one with everything in it, one with nothing to
# say and a hostile one: the others differ in how many branches there are, and the test of 200 branches has the most.
EVERY = sampled((*RADARS, "hostile"), "full", "clear", "hostile")
OPEN = "return Array.from(document.querySelectorAll(':popover-open')).map(function (s) { return s.id; })"
FOCUS = "var f = document.activeElement; return f.className || f.tagName"
IN_MATRIX = "return Boolean(document.activeElement.closest('.matrix td'))"


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_quiet_asks_for_nothing_and_fits_a_phone(
    page: Page, pages: dict[str, Path], name: str
) -> None:
    for width in (1280, 360):
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
    page.ask("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
    found = page.contrasts()
    if name not in ("clear", "empty", "knot"):
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
        "feature/a and feature/b conflict with each other in 1 file, whichever lands first",
        "regParam=0.001",
        "git merge develop",
        "Ben updates feature/b",
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
    page.ask("document.querySelectorAll('.matrix button')[1].focus()")
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
    assert len([role for role, _ in tree if role == "columnheader"]) == 4
    assert len([role for role, _ in tree if role == "rowheader"]) == 4
    assert cells.count("conflict if feature/b is squash-merged") == 1
    assert cells.count("clean") == 6
    assert cells.count("the same branch") == 4
    assert cells.count("feature/a first, then feature/c: broken: F821 undefined name 'read'") == 1
    assert ("rowheader", "3 feature/c") in tree
    assert ("columnheader", "3 feature/c") in tree


@pytest.mark.parametrize("name", ["15", "60", "hostile"])
def test_names_and_cells_keep_their_room_on_a_phone(page: Page, pages: dict[str, Path], name: str) -> None:
    page.look(pages[name], 400)
    widths = "return Array.from(document.querySelectorAll(arguments[0])).map(function (n) { return n.clientWidth; })"
    assert (
        130 <= min(page.ask(widths, ".matrix tbody th")) <= max(page.ask(widths, ".matrix tbody th")) <= 180
    )
    # WCAG 2.2, 2.5.8: what is to be hit takes 24 by 24 at least.
    assert min(page.ask(widths, ".matrix button")) >= 24


def test_badges_of_many_digits_hold_them(page: Page, tmp_path: Path) -> None:
    counts = (123, 4567, 89)
    pairs = tuple(
        pair._replace(clashes=(GONE,) * count) for pair, count in zip(FULL.pairs, counts, strict=True)
    )
    path = tmp_path / "big.html"
    path.write_text(render(FULL._replace(pairs=pairs), ABOUT), encoding="utf-8")
    for width in (1280, 360):
        page.look(path, width)
        boxes = page.ask(
            "return Array.from(document.querySelectorAll('.matrix button')).map(function (b) {"
            "var r = document.createRange(); r.selectNodeContents(b);"
            "var t = r.getBoundingClientRect(), o = b.getBoundingClientRect();"
            "var c = b.parentNode.getBoundingClientRect();"
            "return [b.textContent, t.left >= o.left && t.right <= o.right && t.top >= o.top && t.bottom <= o.bottom,"
            "o.left >= c.left && o.right <= c.right, r.getClientRects().length]; })"
        )
        assert sorted(boxes) == [[text, True, True, 1] for text in ("123", "123", "4567", "89")]


def test_the_keyboard_alone_opens_what_is_folded(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["knot"], 360)
    page.press(Keys.TAB)
    page.press(Keys.TAB)
    assert page.ask(FOCUS) == "SUMMARY"
    assert not page.ask("return document.querySelector('.turns').checkVisibility()")
    page.press(Keys.ENTER)
    assert page.ask("return document.querySelector('.turns').checkVisibility()")
    assert page.ask("return document.documentElement.scrollWidth") <= 360


def test_what_is_folded_is_printed(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["knot"])
    shown = "return document.querySelector('.turns').checkVisibility()"
    found = [page.ask(shown)]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    found.append(page.ask(shown))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert found == [False, True]


def test_200_branches_fit_a_phone_in_a_few_screens(page: Page, pages: dict[str, Path]) -> None:
    page.look(pages["200"], 360)
    assert page.ask("return document.documentElement.scrollHeight") < 8_000
    # WCAG 2.2, 2.5.8: what is to be hit takes 24 by 24 at least.
    heights = page.ask(
        "return Array.from(document.querySelectorAll('summary')).filter(function (s) { return s.checkVisibility(); })"
        ".map(function (s) { return s.clientHeight; })"
    )
    assert len(heights) >= 5 and min(heights) >= 24


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
