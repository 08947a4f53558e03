"""Knots on the radar's page: one card for each, which stands for all of its conflicts."""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.knots import whole
from gitflowguard.radar.nouns import Contact, Knot, Radar, RadarTarget
from gitflowguard.report import words
from gitflowguard.report.radar import words as radarwords
from gitflowguard.report.radar.sides import HunkSide, Room, side

# Of a target.
MOST_CARDS = 30
# Of the lines that a branch brings to a knot.
MOST_LINES = 4


class KnotBranch(Record):
    """One branch of a knot that says all of its pairs.

    where: its lines there, in words. who: its author. title: of its pull request. commands: that update it once
    another one has landed, () for the first. text: its lines there, None where the texts are not known.
    """

    name: str
    where: str
    who: str
    title: str
    commands: tuple[str, ...]
    text: HunkSide | None


class KnotCard(Record):
    """One knot.

    cures: what would end it, as (sentence, the line or command at its end). names: its branches, in words.
    each_two: its branches where each two of them conflict there and nowhere else, in the order in which they
    better land; () where its pairs are listed one by one.
    """

    says: str
    cures: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    each_two: tuple[KnotBranch, ...]


def knot_cards(radar: Radar, target: RadarTarget, room: Room) -> tuple[KnotCard, ...]:
    """Make the cards of a target, the largest knot first; of many the first."""
    found = [knot for knot in radar.knots if knot.target == target.name]
    return tuple(_card(knot, radar, room) for knot in found[:MOST_CARDS])


def spoken_pairs(radar: Radar, target: RadarTarget) -> dict[frozenset[str], str]:
    """Find the pairs of a target for which a knot says all that there is to say -> the file of the knot."""
    wholes = [
        (knot.path, frozenset(whole(radar, knot, texts=True)))
        for knot in radar.knots
        if knot.target == target.name
    ]
    return {
        frozenset((pair.first, pair.second)): path
        for path, names in wholes
        for pair in radar.pairs
        if pair.target == target.name and names.issuperset((pair.first, pair.second))
    }


def _card(knot: Knot, radar: Radar, room: Room) -> KnotCard:
    return KnotCard(
        says=radarwords.knot(knot, radar),
        cures=tuple(_with_code(said, knot.line) for said in radarwords.cure(knot)),
        names=knot.branches,
        each_two=_each_two(knot, radar, whole(radar, knot, texts=True), room),
    )


def _with_code(said: str, line: str) -> tuple[str, str]:
    """Part a sentence from the line or command that it ends with."""
    return (said.removesuffix(line), line) if line and said.endswith(line) else (said, "")


def _each_two(knot: Knot, radar: Radar, order: tuple[str, ...], room: Room) -> tuple[KnotBranch, ...]:
    """Each branch once; its lines are those of the first pair that it is in."""
    names, found = set(order), dict[str, KnotBranch]()
    contacts = {one.branch: one for one in radar.contacts if one.target == knot.target}
    for pair in radar.pairs if order else ():
        if pair.target != knot.target or not names.issuperset((pair.first, pair.second)):
            continue
        (clash,) = pair.clashes
        texts = (clash.hunks[0].ours, clash.hunks[0].theirs) if clash.hunks else (None, None)
        for name, spans, text in zip(pair.shown, (clash.ours, clash.theirs), texts):
            if name not in found:
                shown = (
                    side(text, spans[0] if spans else None, room, MOST_LINES) if text is not None else None
                )
                found[name] = _branch(name, radarwords.lines(spans), shown, contacts.get(name))
            if name == pair.second:
                found[name] = found[name]._replace(commands=words.commands(pair.mend))
    return tuple(found[name] for name in order)


def _branch(name: str, where: str, text: HunkSide | None, contact: Contact | None) -> KnotBranch:
    pull = contact.pull if contact else None
    return KnotBranch(
        name=name,
        where=where,
        who=contact.author if contact else "",
        title=radarwords.title(name, pull) if pull else "",
        commands=(),
        text=text,
    )
