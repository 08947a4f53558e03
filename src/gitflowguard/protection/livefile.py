"""What GitHub refused before an apply, as JSON, and back: for `protect undo`. Ours and settings only, and no secret."""

from __future__ import annotations

from json import dumps, loads

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document
from gitflowguard.model.protection import Live, Repository
from gitflowguard.protection.canon import document, ours
from gitflowguard.protection.planfile import PlanError, classic_from, ruleset_from

FORMAT = "gitflowguard state"
VERSION = 1
_HIDDEN = Unknown("it was not known then")


def written(live: Live, finished: bool) -> str:
    """The state as JSON text. finished: whether the apply that it was kept for has come to its end."""
    rulesets = live.rulesets
    data: Document = {
        "format": FORMAT,
        "version": VERSION,
        "finished": finished,
        "repository": live.repository.name,
        "id": live.repository.id,
        "default_branch": live.repository.default_branch,
        "settings": {
            key: value for key, value in live.repository.settings.items() if not isinstance(value, Unknown)
        },
        "rulesets": (
            None
            if isinstance(rulesets, Unknown)
            else [document(one) for one in rulesets if ours(one, live.repository.name)]
        ),
        "classic": (
            None
            if isinstance(live.classic, Unknown)
            else [
                {"branch": one.branch, "document": one.document, "signatures": one.signatures}
                for one in live.classic
            ]
        ),
    }
    return dumps(data, indent=2, ensure_ascii=True) + "\n"


def read_live(text: str) -> tuple[Live, bool]:
    """The state that the text holds, and whether its apply was finished; PlanError if it holds none."""
    try:
        data = loads(text)
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise PlanError("this isn't a state that this version of gitflowguard saved")
        name = str(data["repository"])
        rulesets, classic = data["rulesets"], data["classic"]
        live = Live(
            Repository(
                name=name,
                id=int(data["id"]),
                organisation=False,
                private=False,
                archived=False,
                default_branch=str(data["default_branch"]),
                settings=dict(data["settings"]),
                admin=True,
            ),
            (
                _HIDDEN
                if rulesets is None
                else tuple(ruleset_from(one, "the kept state")._replace(source=name) for one in rulesets)
            ),
            _HIDDEN if classic is None else tuple(classic_from(one, "the kept state") for one in classic),
        )
        return live, bool(data["finished"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PlanError("the state that was kept is damaged; it cannot be restored from it") from None
