"""Radars that hold a bit of everything, big ones, and one in which every foreign text is as told."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import (
    CLASHES,
    CLEAN,
    CONTENT,
    LANDED,
    MODIFY_DELETE,
    NATURES,
    STALE,
    UNTOLD,
    Broken,
    Clash,
    Contact,
    Hunk,
    Order,
    Pair,
    Radar,
    Step,
    Target,
    Twin,
)
from gitflowguard.report.about import About

ABOUT = About("0.1.0")
TIP = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
OTHER = "0d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70"
DEVELOP = Target("develop", "develop", TIP)
MAIN = Target("main", "origin/main", OTHER)

LINE = Clash(
    "pipeline.py",
    CONTENT,
    "code",
    ((2, 2), (7, 6)),
    ((2, 5), (9, 9)),
    ("Ada Lovelace", "Ben"),
    (
        Hunk(
            ("lr = LogisticRegression(maxIter=20, regParam=0.001)",),
            (
                "lr = LogisticRegression(",
                '    maxIter=model_config["maxIter"],',
                '    regParam=model_config["regParam"],',
                ")",
            ),
        ),
        Hunk((), ("model = lr.fit(train)",)),
    ),
)
LOCKED = Clash("app/uv.lock", CONTENT, "lock file", ((3, 3),), ((3, 3),), ("Ada Lovelace", "Ben"))
GONE = Clash("old.py", MODIFY_DELETE, "code", authors=("", "Cleo"))


def contact(branch: str, state: str = CLEAN, target: str = "develop", author: str = "") -> Contact:
    """One branch on a target."""
    return Contact(branch, branch, TIP, "feature", target, state, author=author, when=1_700_000_000)


def merge(target: str, branch: str) -> tuple[tuple[str, ...], ...]:
    """The commands that bring the target in."""
    return (("git", "switch", branch), ("git", "merge", target))


CONFIG = contact("feature/config", STALE, author="Ben")._replace(
    clashes=(LINE, LOCKED), mend=merge("develop", "feature/config")
)
SHALLOW = contact("feature/old", UNTOLD)._replace(
    why=Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))
)
STACKED = contact("feature/c", author="Cleo")._replace(depends=("feature/b",), if_squashed=("feature/b",))
FULL = Radar(
    (MAIN, DEVELOP),
    (
        contact("hotfix/1.0.1", LANDED, "main"),
        CONFIG,
        contact("feature/a", author="Ada Lovelace"),
        contact("feature/b", author="Ben"),
        STACKED,
        SHALLOW,
        contact("feature/done", LANDED),
        contact("hotfix/1.0.1", target="develop"),
    ),
    (
        Pair("develop", "feature/a", "feature/b", (LINE,), "both", merge("develop", "feature/b")),
        Pair("develop", "feature/b", "hotfix/1.0.1", (GONE,), "first"),
        Pair("develop", "feature/a", "feature/c", (GONE,), "second"),
    ),
    (Twin("feature/a", "feature/done", ((TIP, OTHER, "Read the parameters | from a file"),)),),
    (
        Order(
            "develop",
            (
                Step("feature/a", True),
                Step("feature/c", True),
                Step("hotfix/1.0.1", True),
                Step("feature/b", False, ("pipeline.py",), ("feature/a",)),
            ),
            ("feature/a", "feature/c", "hotfix/1.0.1"),
            True,
        ),
    ),
    (Broken("develop", ("feature/a", "feature/c"), "load.py", 7, "F821", "undefined name 'read'"),),
    7,
    2,
    11,
    6,
    ("the branches are as last fetched, 3 hours ago",),
)
CLEAR = Radar(
    (DEVELOP,),
    (contact("feature/a"), contact("feature/b")),
    (),
    orders=(
        Order(
            "develop",
            (Step("feature/a", True), Step("feature/b", True)),
            ("feature/a", "feature/b"),
            True,
        ),
    ),
    seen=2,
    merges=2,
    pairs_of=1,
)
EMPTY = Radar((DEVELOP,), (), ())
WORDS = (
    "config",
    "pipeline",
    "tokenizer",
    "metrics",
    "loader",
    "export",
    "schema",
    "retrain",
    "cache",
    "docs",
)


def crowd(count: int, stale: int = 0) -> Radar:
    """So many branches, the last of them stale; every third conflicts with one before it."""
    names = [f"feature/{WORDS[n % 10]}-{n:03}" for n in range(count)]
    people = ("Ada Lovelace", "Ben", "Cleo", "Dmitri", "Esra")
    contacts = tuple(
        (
            contact(name, STALE, author=people[n % 5])._replace(clashes=(LINE,), mend=merge("develop", name))
            if n >= count - stale
            else contact(name, author=people[n % 5])
        )
        for n, name in enumerate(names)
    )
    clean = names[: count - stale]
    pairs = tuple(
        Pair(
            "develop",
            clean[n * 2 // 3],
            clean[n],
            (LINE, LOCKED)[: 1 + n % 2],
            ways,
            merge("develop", clean[n]),
        )
        for n in range(3, len(clean), 3)
        for ways in (("both", "first", "second")[n % 5 % 3],)
    )
    late = {found.second: found.first for found in pairs if found.ways == "both"}
    first = [name for name in clean if name not in late]
    steps = tuple(Step(name, True) for name in first) + tuple(
        Step(name, False, ("pipeline.py",), (against,)) for name, against in late.items()
    )
    orders = (Order("develop", steps, tuple(first), True),)
    return Radar((DEVELOP,), contacts, pairs, (), orders, (), count, 0, 2 * count, count * (count - 1) // 2)


def filled(text: str) -> Radar:
    """A radar in which every text of foreign origin begins with the given one: every kind, nature and state."""
    target, a, b, c, d, e = (text + end for end in ("", "a", "b", "c", "d", "e"))
    clashes = tuple(
        Clash(
            text,
            kind,
            nature,
            ((1, 2), (5, 4)),
            ((1, 1),),
            (text, text),
            (Hunk((text, text), (text,)), Hunk((), ())),
        )
        for kind in CLASHES
        for nature in NATURES
    )
    mend = (("git", "switch", text), ("git", "merge", text))
    why = Unknown(text, mend)
    every = Contact(a, a, TIP, "feature", target, STALE, clashes, None, text, 1, (b,), (b,), mend)
    contacts = (
        every,
        *(every._replace(branch=name, state=CLEAN, clashes=(), if_squashed=()) for name in (b, c)),
        every._replace(branch=d, state=LANDED, clashes=()),
        every._replace(branch=e, state=UNTOLD, clashes=(), why=why),
    )
    pairs = (
        Pair(target, b, c, clashes[:2], "first", mend, why),
        Pair(target, c, b, clashes[:2], "both", mend),
        Pair(target, c, b, clashes[:2], "second", mend),
        Pair(target, b, c, (), "both", mend, why),
    )
    steps = (Step(b, True), Step(c, False, (text,), (b,)))
    return Radar(
        (Target(target, target, TIP), Target(a, a, TIP)),
        contacts,
        pairs,
        (Twin(b, c, ((TIP, TIP, text),)),),
        (Order(target, steps, (b,)), Order(target, steps, (b, c), True, True)),
        (Broken(target, (b, c), text, 3, "F821", text), Broken(target, (b,), "", 0, text, text)),
        4,
        1,
        2,
        3,
        (text,),
    )
