"""One form for what GitHub may write in several: order, defaults left out, letters of names."""

from __future__ import annotations

from hashlib import sha256
from json import dumps

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.protection import (
    METHODS,
    PREFIX,
    SETTINGS,
    Actor,
    Classic,
    Clause,
    Live,
    Ruleset,
)

# What GitHub means where a parameter is left out (its OpenAPI description, "repository-rule-*").
DEFAULTS: dict[str, Document] = {
    "pull_request": {
        "required_approving_review_count": 0,
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": list(METHODS),
    },
    "required_status_checks": {
        "strict_required_status_checks_policy": False,
        "do_not_enforce_on_create": False,
        "required_status_checks": [],
    },
    "update": {"update_allows_fetch_and_merge": False},
}

_ABSENT = object()


def ours(ruleset: Ruleset, repository: str) -> bool:
    """Whether a ruleset was made by us for this repository; an organisation's is never ours."""
    own = not ruleset.source or ruleset.source.casefold() == repository.casefold()
    return own and ruleset.name.startswith(PREFIX)


def inherited(want: Ruleset, live: Live) -> bool:
    """Whether an organisation's ruleset of ours, under the same name, does what is wanted of the repository already."""
    if isinstance(live.rulesets, Unknown):
        return False
    return any(
        one.name == want.name
        and not ours(one, live.repository.name)
        and holds(one._replace(properties=want.properties), want)
        for one in live.rulesets
    )


def parameters(clause: Clause) -> Document:
    """The parameters with GitHub's defaults filled in, and lists whose order means nothing in one order."""
    given = {key: value for key, value in clause.parameters.items() if value is not None}
    return {key: ordered(value) for key, value in sorted({**DEFAULTS.get(clause.type, {}), **given}.items())}


def ordered(value: Json) -> Json:
    """A value whose lists are sorted, at any depth: GitHub's rules hold sets only."""
    if isinstance(value, dict):
        return {key: ordered(inner) for key, inner in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return sorted((ordered(one) for one in value), key=lambda one: dumps(one, sort_keys=True))
    return value


def clauses_of(ruleset: Ruleset) -> dict[str, Clause]:
    """Type -> clause in its one form. GitHub keeps one of a type, save for patterns, which have several names."""
    found: dict[str, Clause] = {}
    for clause in ruleset.clauses:
        key = clause.type
        while key in found:
            key += "+"
        found[key] = Clause(clause.type, parameters(clause))
    return dict(sorted(found.items()))


def actor_document(actor: Actor) -> Document:
    """An actor as a document."""
    return {"actor": actor.name, "mode": actor.mode}


def document(ruleset: Ruleset) -> Document:
    """A ruleset as a document, in the one form; ``bypass`` is null where it is hidden. Neither id nor source."""
    bypass: Json = None
    if not isinstance(ruleset.bypass, Unknown):
        bypass = [actor_document(actor) for actor in sorted(set(ruleset.bypass))]
    return {
        "name": ruleset.name,
        "target": ruleset.target,
        "enforcement": ruleset.enforcement,
        "include": sorted(set(ruleset.include)),
        "exclude": sorted(set(ruleset.exclude)),
        "bypass": bypass,
        "clauses": [
            {"type": clause.type, **({"parameters": clause.parameters} if clause.parameters else {})}
            for clause in clauses_of(ruleset).values()
        ],
        **({"properties": sorted(map(list, ruleset.properties))} if ruleset.properties else {}),
    }


def holds(have: Ruleset, want: Ruleset) -> bool:
    """Whether a ruleset is what was sent: the same rules, each with the parameters that were sent, whatever else the
    server has added to them. A bypass list that is hidden is not compared.
    """
    wanted, there = clauses_of(want), clauses_of(have)
    if set(wanted) != set(there):
        return False
    for key, clause in wanted.items():
        found = there[key].parameters
        if any(found.get(name, _ABSENT) != value for name, value in clause.parameters.items()):
            return False
    bare = have._replace(clauses=want.clauses)
    if isinstance(have.bypass, Unknown) or isinstance(want.bypass, Unknown):
        bare = bare._replace(bypass=want.bypass)
    return document(bare) == document(want)


def left_out(answer: Ruleset, want: Ruleset) -> tuple[str, ...]:
    """What a server's own answer to a change doesn't hold of what was sent: rules, parameters, who may bypass."""
    there = clauses_of(answer)
    found: list[str] = []
    for key, clause in clauses_of(want).items():
        have = there.get(key)
        if have is None:
            found.append(f"the rule {clause.type}")
            continue
        keys = [
            name
            for name in clause.parameters
            if have.parameters.get(name, _ABSENT) != clause.parameters[name]
        ]
        found += [f"{name} of the rule {clause.type}" for name in keys]
    if not isinstance(answer.bypass, Unknown) and not isinstance(want.bypass, Unknown):
        found += [
            f"the bypass for {actor.name} ({actor.mode})"
            for actor in want.bypass
            if actor not in answer.bypass
        ]
    if answer.enforcement != want.enforcement:
        found.append(f"the enforcement {want.enforcement} (it answers {answer.enforcement})")
    return tuple(found)


def classic_document(classic: Classic) -> Document:
    """Classic protection as a document in the one form: nothing that is off, nothing that is null."""
    document: Document = _sparse(classic.document)
    return {**document, "required_signatures": True} if classic.signatures else document


def _sparse(value: Json) -> Json:
    """Without nulls, false and empty lists, which all mean that nothing is demanded; lists sorted."""
    if not isinstance(value, dict):
        return ordered(value)
    kept = {key: _sparse(inner) for key, inner in sorted(value.items())}
    return {
        key: inner for key, inner in kept.items() if inner is not None and inner is not False and inner != []
    }


def fingerprint(live: Live) -> str:
    """A hash of all that a plan may change or replace; two looks at an unchanged repository give the same.

    Checks, branches and CODEOWNERS are left out: they move with every push, and no step overwrites them.
    """
    state: Document = {
        "repository": live.repository.id,
        "rulesets": _unknown_or_none(live.rulesets),
        "classic": _unknown_or_none(live.classic),
        "settings": {
            key: None if isinstance(value, Unknown) else value
            for key, value in sorted(live.repository.settings.items())
            if key in SETTINGS
        },
    }
    if not isinstance(live.rulesets, Unknown):
        own = [one for one in live.rulesets if one.source.casefold() in ("", live.repository.name.casefold())]
        state["rulesets"] = [
            [one.id, document(one)] for one in sorted(own, key=lambda one: (one.id, one.name))
        ]
    if not isinstance(live.classic, Unknown):
        state["classic"] = [[one.branch, classic_document(one)] for one in sorted(live.classic, key=_branch)]
    return sha256(dumps(state, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def _unknown_or_none(value: Json) -> Json:
    """What stands for something that is not reported."""
    return "unknown" if isinstance(value, Unknown) else None


def _branch(classic: Classic) -> str:
    return classic.branch
