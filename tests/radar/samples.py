"""Radars that hold a bit of everything, big ones, and one in which every foreign text is as told."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import (
    CLASHES,
    CLEAN,
    CODE,
    CONTENT,
    LANDED,
    MODIFY_DELETE,
    NATURES,
    STALE,
    UNION,
    UNTOLD,
    Broken,
    Clash,
    Contact,
    DuplicatedChange,
    Hunk,
    Knot,
    LandingOrder,
    LandingStep,
    Pair,
    Radar,
    RadarTarget,
    Remedy,
)
from gitflowguard.report.about import About

ABOUT = About("0.1.0")
TIP = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
OTHER = "0d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70"
DEVELOP = RadarTarget("develop", "develop", TIP)
MAIN = RadarTarget("main", "origin/main", OTHER)

LINE = Clash(
    path="pipeline.py",
    kind=CONTENT,
    nature="code",
    ours=((2, 2), (7, 6)),
    theirs=((2, 5), (9, 9)),
    authors=("Ada Lovelace", "Ben"),
    hunks=(
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
LOCKED = Clash(
    path="app/uv.lock",
    kind=CONTENT,
    nature="lock file",
    ours=((3, 3),),
    theirs=((3, 3),),
    authors=("Ada Lovelace", "Ben"),
)
GONE = Clash("old.py", MODIFY_DELETE, "code", authors=("", "Cleo"))


def contact(branch: str, state: str = CLEAN, target: str = "develop", author: str = "") -> Contact:
    """One branch on a target."""
    return Contact(
        branch=branch,
        ref=branch,
        tip=TIP,
        kind="feature",
        target=target,
        state=state,
        author=author,
        when=1_700_000_000,
    )


def update(branch: str, after: str = "") -> Remedy:
    """The commands that bring develop in, once the other branch has landed."""
    return Remedy(branch, after, steps=(("git", "switch", branch), ("git", "merge", "develop")))


CONFIG = contact("feature/config", STALE, author="Ben")._replace(
    clashes=(LINE, LOCKED), remedy=update("feature/config")
)
SHALLOW = contact("feature/old", UNTOLD)._replace(
    why=Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))
)
STACKED = contact("feature/c", author="Cleo")._replace(depends=("feature/b",), if_squashed=("feature/b",))
FULL = Radar(
    targets=(MAIN, DEVELOP),
    contacts=(
        contact("hotfix/1.0.1", LANDED, "main"),
        CONFIG,
        contact("feature/a", author="Ada Lovelace"),
        contact("feature/b", author="Ben"),
        STACKED,
        SHALLOW,
        contact("feature/done", LANDED),
        contact("hotfix/1.0.1", target="develop"),
    ),
    pairs=(
        Pair(
            target="develop",
            first="feature/a",
            second="feature/b",
            clashes=(LINE,),
            ways="both",
            remedy=update("feature/b", "feature/a"),
        ),
        Pair(
            "develop",
            "feature/b",
            "hotfix/1.0.1",
            (GONE,),
            "first",
            Remedy(order=("hotfix/1.0.1", "feature/b")),
        ),
        Pair(
            "develop", "feature/a", "feature/c", (GONE,), "second", Remedy(order=("feature/a", "feature/c"))
        ),
    ),
    twins=(
        DuplicatedChange("feature/a", "feature/done", ((TIP, OTHER, "Read the parameters | from a file"),)),
    ),
    orders=(
        LandingOrder(
            "develop",
            (
                LandingStep("feature/a", True),
                LandingStep("feature/c", True),
                LandingStep("hotfix/1.0.1", True),
                LandingStep("feature/b", False, ("pipeline.py",), ("feature/a",)),
            ),
            ("feature/a", "feature/c", "hotfix/1.0.1"),
            True,
        ),
    ),
    broken=(
        Broken(
            target="develop",
            branches=("feature/a", "feature/c"),
            path="load.py",
            line=7,
            code="F821",
            says="undefined name 'read'",
            merges=(("feature/a", "feature/c"),),
            places=(("load.py", 7), ("load.py", 9)),
            moves="feature/c",
            author="Cleo",
            mend=(("git", "switch", "feature/c"), ("git", "merge", "--no-commit", "develop")),
        ),
    ),
    seen=7,
    beyond=2,
    merges=11,
    pairs_of=6,
    notes=("the branches are as last fetched, 3 hours ago",),
)
CLEAR = Radar(
    (DEVELOP,),
    (contact("feature/a"), contact("feature/b")),
    (),
    orders=(
        LandingOrder(
            "develop",
            (LandingStep("feature/a", True), LandingStep("feature/b", True)),
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
            contact(name, STALE, author=people[n % 5])._replace(clashes=(LINE,), remedy=update(name))
            if n >= count - stale
            else contact(name, author=people[n % 5])
        )
        for n, name in enumerate(names)
    )
    clean = names[: count - stale]
    pairs = tuple(
        Pair(
            target="develop",
            first=clean[n * 2 // 3],
            second=clean[n],
            clashes=(LINE, LOCKED)[: 1 + n % 2],
            ways=ways,
            remedy=(
                update(clean[n], clean[n * 2 // 3])
                if ways == "both"
                else Remedy(order=(clean[n * 2 // 3], clean[n])[:: 1 if ways == "second" else -1])
            ),
        )
        for n in range(3, len(clean), 3)
        for ways in (("both", "first", "second")[n % 5 % 3],)
    )
    late = {found.second: found.first for found in pairs if found.ways == "both"}
    first = [name for name in clean if name not in late]
    steps = tuple(LandingStep(name, True) for name in first) + tuple(
        LandingStep(name, False, ("pipeline.py",), (against,)) for name, against in late.items()
    )
    orders = (LandingOrder("develop", steps, tuple(first), True),)
    return Radar(
        targets=(DEVELOP,),
        contacts=contacts,
        pairs=pairs,
        twins=(),
        orders=orders,
        broken=(),
        seen=count,
        beyond=0,
        merges=2 * count,
        pairs_of=count * (count - 1) // 2,
    )


def knotted(count: int, odd: str = "", name: str = "feature/entry-", path: str = "NEWS") -> Radar:
    """So many branches that each add a line to one file, with the texts. odd: another file, in which all of them
    conflict, too."""
    names = tuple(f"{name}{n:03}" for n in range(count))
    pairs = tuple(
        Pair(
            target="develop",
            first=names[earlier],
            second=names[later],
            clashes=tuple(_entry(each, earlier, later) for each in (path, *([odd] if odd else ()))),
            remedy=update(names[later], names[earlier]),
        )
        for later in range(count)
        for earlier in range(later)
    )
    steps = tuple(
        LandingStep(one, not n, (path, *([odd] if odd else ())) if n else (), names[:n])
        for n, one in enumerate(names)
    )
    return Radar(
        targets=(DEVELOP,),
        contacts=tuple(contact(one, author="Ada Lovelace") for one in names),
        pairs=pairs,
        orders=(LandingOrder("develop", steps, names[:1], True),),
        seen=count,
        knots=(
            Knot(
                target="develop",
                path=path,
                branches=names,
                conflicts=len(pairs),
                place=(4, 3),
                adds=True,
                cure=UNION,
                line=f"/{path} merge=union",
                cured=min(400, len(pairs)),
                trials=min(400, len(pairs)),
            ),
        ),
    )


def _entry(path: str, earlier: int, later: int) -> Clash:
    """Both add an entry at the top."""
    hunk = Hunk((f"- entry {earlier}",), (f"- entry {later}",))
    return Clash(path, CONTENT, CODE, ((4, 4),), ((4, 4),), base=((4, 3),), hunks=(hunk,))


def filled(text: str) -> Radar:
    """A radar in which every text of foreign origin begins with the given one: every kind, nature and state."""
    target, a, b, c, d, e = (text + end for end in ("", "a", "b", "c", "d", "e"))
    clashes = tuple(
        Clash(
            path=text,
            kind=kind,
            nature=nature,
            ours=((1, 2), (5, 4)),
            theirs=((1, 1),),
            authors=(text, text),
            hunks=(Hunk((text, text), (text,)), Hunk((), ())),
        )
        for kind in CLASHES
        for nature in NATURES
    )
    mend = (("git", "switch", text), ("git", "merge", text))
    why = Unknown(text, mend)
    every = Contact(
        branch=a,
        ref=a,
        tip=TIP,
        kind="feature",
        target=target,
        state=STALE,
        clashes=clashes,
        why=None,
        author=text,
        when=1,
        depends=(b,),
        if_squashed=(b,),
        remedy=Remedy(text, text, (), mend, text),
    )
    contacts = (
        every,
        *(every._replace(branch=name, state=CLEAN, clashes=(), if_squashed=()) for name in (b, c)),
        every._replace(branch=d, state=LANDED, clashes=()),
        every._replace(branch=e, state=UNTOLD, clashes=(), why=why),
    )
    ends = Remedy(c, b, (), mend)
    pairs = (
        Pair(target=target, first=b, second=c, clashes=clashes[:2], ways="first", remedy=ends, untold=why),
        Pair(target=target, first=c, second=b, clashes=clashes[:2], ways="both", remedy=ends),
        Pair(
            target=target,
            first=c,
            second=b,
            clashes=clashes[:2],
            ways="second",
            remedy=Remedy(order=(c, b), why=text),
        ),
        Pair(target=target, first=b, second=c, clashes=(), ways="both", remedy=ends, untold=why),
    )
    steps = (LandingStep(b, True), LandingStep(c, False, (text,), (b,)))
    return Radar(
        targets=(RadarTarget(target, target, TIP), RadarTarget(a, a, TIP)),
        contacts=contacts,
        pairs=pairs,
        twins=(DuplicatedChange(b, c, ((TIP, TIP, text),)),),
        orders=(LandingOrder(target, steps, (b,)), LandingOrder(target, steps, (b, c), True, True)),
        broken=(
            Broken(
                target=target,
                branches=(b, c),
                path=text,
                line=3,
                code="F821",
                says=text,
                merges=((b, c), (a, c)),
                places=((text, 3), (text, 0)),
                moves=c,
                author=text,
                mend=mend,
            ),
            Broken(target=target, branches=(b,), path="", line=0, code=text, says=text),
        ),
        knots=(
            Knot(target, text, (a, b, c), 3, (4, 3), True, UNION, f"/{text} merge=union", 3, 3),
            Knot(target, text, (a, b, c), 3),
        ),
        seen=4,
        beyond=1,
        merges=2,
        pairs_of=3,
        notes=(text,),
    )
