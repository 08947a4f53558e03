"""Live -> the section ``protection`` of a policy file: what GitHub refuses now, said as the policy would say it.

Only what differs from what the kinds of branches have anyway is written, so that the section stays short. What the
policy has no word for is a comment: it is never lost without a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps

from gitflowguard.model.checkname import check_name
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.protection import (
    Actor,
    Classic,
    Clause,
    Live,
    Protection,
    RequiredCheck,
    Ruleset,
    lacks,
)
from gitflowguard.protection.compile import (
    ACTIONS_APP,
    FINISHERS,
    is_kept,
    methods_into,
)
from gitflowguard.protection.effective import (
    BRANCH,
    TAG,
    EffectiveRule,
    rules_for,
    strictest_methods,
)
from gitflowguard.protection.pattern import ALL

_KNOWN = (
    "deletion",
    "non_fast_forward",
    "pull_request",
    "required_status_checks",
    "required_signatures",
    "creation",
    "update",
)
_METHOD_KEYS = {
    "allow_merge_commit": "merge",
    "allow_squash_merge": "squash",
    "allow_rebase_merge": "rebase",
}
# The policy's word -> GitHub's key in a ruleset.
_SWITCHES = {
    "code-owners": "require_code_owner_review",
    "dismiss-stale": "dismiss_stale_reviews_on_push",
    "last-push": "require_last_push_approval",
    "threads": "required_review_thread_resolution",
}


def imported(flow: Flow, live: Live) -> str:
    """The section as YAML text that ends with a line break. flow: the kinds of branches, whose guards are not read."""
    plain = flow._replace(protection=Protection())
    rulesets = () if isinstance(live.rulesets, Unknown) else live.rulesets
    classic = () if isinstance(live.classic, Unknown) else live.classic
    comments: list[str] = []
    for name, value in (("rulesets", live.rulesets), ("classic protection", live.classic)):
        if isinstance(value, Unknown):
            comments.append(f"{name}: not read; {value.reason}")
    comments += [f"the organization's ruleset {name}: not read; {why.reason}" for name, why in live.hidden]
    unseen = [key for key, value in live.repository.settings.items() if isinstance(value, Unknown)]
    if unseen:
        comments.append(f"settings: not read: {', '.join(unseen)}; this token isn't shown them")
    kinds: dict[str, Document] = {}
    for kind in flow.kinds:
        name = kind.names[0].example(flow)
        rules = (*rules_for(rulesets, name, live.repository.default_branch), *_as_rules(name, classic))
        if not rules:
            if kind.protected:
                comments.append(f"{kind.fixed or kind.label}: {_unprotected(live)}")
            continue
        comments += _unsaid(kind.fixed or kind.label, rules)
        said = dict(_guard(kind, plain, rules))
        if said.get("pull-request") is False and _unread(live):
            del said["pull-request"]
            comments.append(f"{kind.fixed or kind.label}: whether changes need a pull request is unknown")
        if said:
            kinds[kind.id] = said
    section: Document = {
        "kinds": kinds,
        "names": dict(_others(rulesets)),
        "tags": dict(_tags(flow, rulesets)),
        "repository": dict(_repository(flow, live)),
    }
    return _text({key: value for key, value in section.items() if value}, comments)


def _unread(live: Live) -> bool:
    """Whether rules may be in force that were not read; a plan without them has none."""
    both = (live.rulesets, live.classic)
    return bool(live.hidden) or any(isinstance(one, Unknown) and not lacks(one) for one in both)


def _unprotected(live: Live) -> str:
    """What is known of a branch for which no rule was read."""
    if _unread(live):
        return "whether something protects it on GitHub is unknown"
    return "nothing protects it on GitHub"


def _guard(kind: Kind, flow: Flow, rules: tuple[EffectiveRule, ...]) -> Iterator[tuple[str, Json]]:
    """What differs from the kind's defaults."""
    merging = [rule for rule in rules if rule.clause.type == "pull_request"]
    review = flow.review_into(kind)
    base = any(kind.id in other.targets for other in flow.kinds)
    if kind.protected or base or merging:
        if not merging:
            yield "pull-request", False
        elif not (kind.protected or base):
            yield "pull-request", True
    if merging:
        count = max(int(r.clause.parameters.get("required_approving_review_count") or 0) for r in merging)
        if count != review.approvals:
            yield "approvals", count
        defaults = (review.code_owners, review.dismiss_stale, review.last_push, kind.protected)
        for (word, key), default in zip(_SWITCHES.items(), defaults):
            value = any(rule.clause.parameters.get(key) for rule in merging)
            if value != default:
                yield word, value
        methods = strictest_methods(rules)
        if methods and set(methods) != set(methods_into(kind, flow)):
            yield "merge-methods", list(methods)
    yield from _checks(kind, flow, rules)
    if any(rule.clause.type == "required_signatures" for rule in rules):
        yield "signatures", True
    yield from _people(kind, rules)


def _checks(kind: Kind, flow: Flow, rules: tuple[EffectiveRule, ...]) -> Iterator[tuple[str, Json]]:
    """The team's own checks."""
    ours = RequiredCheck(check_name(flow, kind.names[0].example(flow)), ACTIONS_APP)
    found: dict[RequiredCheck, None] = {}
    strict = False
    for rule in rules:
        for row in rule.clause.parameters.get("required_status_checks") or ():
            found[RequiredCheck(row["context"], row.get("app") or "")] = None
        strict = strict or bool(rule.clause.parameters.get("strict_required_status_checks_policy"))
    found.pop(ours, None)
    if found:
        yield "checks", [{"name": c.context, "app": c.app} if c.app else c.context for c in found]
    if strict:
        yield "up-to-date", True


def _people(kind: Kind, rules: tuple[EffectiveRule, ...]) -> Iterator[tuple[str, Json]]:
    """Who bypasses, who creates, who deletes."""
    work = [rule.ruleset for rule in rules if rule.clause.type in ("pull_request", "non_fast_forward")]
    passing = _common(work)
    if passing:
        yield "bypass", passing
    starting = _common([rule.ruleset for rule in rules if rule.clause.type == "creation"])
    if starting:
        yield "created-by", starting
    kept = [rule.ruleset for rule in rules if rule.clause.type == "deletion"]
    seen = any(not isinstance(one.bypass, Unknown) for one in kept)
    # Left out, an admin may; so nobody is written too, as the empty list, but only where the list was read.
    if seen and not kind.protected and is_kept(kind) and _common(kept) != [_words(FINISHERS)]:
        yield "deleted-by", _common(kept)


def _others(rulesets: tuple[Ruleset, ...]) -> Iterator[tuple[str, Json]]:
    """Who creates branches that match no branch type, where a ruleset for every branch but some says so."""
    found = [
        one
        for one in rulesets
        if one.target == BRANCH and ALL in one.include and any(c.type == "creation" for c in one.clauses)
    ]
    if _common(found):
        yield "bypass", _common(found)


def _tags(flow: Flow, rulesets: tuple[Ruleset, ...]) -> Iterator[tuple[str, Json]]:
    """Who moves, deletes and creates version tags."""
    rules = rules_for(rulesets, flow.tag_prefix + "1.0", target=TAG)
    kept = _common([rule.ruleset for rule in rules if rule.clause.type in ("deletion", "update")])
    if kept:
        yield "bypass", kept
    made = _common([rule.ruleset for rule in rules if rule.clause.type == "creation"])
    if made:
        yield "created-by", made


def _common(rulesets: list[Ruleset]) -> list[str]:
    """Those who may bypass every one of them, in the words of a policy."""
    lists = [one.bypass for one in rulesets if not isinstance(one.bypass, Unknown)]
    if not lists:
        return []
    names = set.intersection(*({actor.name for actor in own} for own in lists))
    return [_words(actor) for actor in lists[0] if actor.name in names]


def _words(actor: Actor) -> str:
    return actor.name if actor.mode == "always" else f"{actor.name} via {actor.mode.replace('_', '-')}"


def _as_rules(branch: str, classic: tuple[Classic, ...]) -> tuple[EffectiveRule, ...]:
    """Classic protection of the branch as the rules that say the same."""
    found: list[EffectiveRule] = []
    for one in classic:
        if one.branch == branch:
            bypass: tuple[Actor, ...] = () if one.document.get("enforce_admins") else (Actor("role:admin"),)
            ruleset = Ruleset(
                name="classic protection", target="branch", include=(), exclude=(), clauses=(), bypass=bypass
            )
            found += [EffectiveRule(ruleset, clause) for clause in _classic_clauses(one)]
    return tuple(found)


def _classic_clauses(one: Classic) -> Iterator[Clause]:
    document = one.document
    reviews = document.get("required_pull_request_reviews")
    if reviews is not None:
        yield Clause(
            "pull_request",
            {
                "required_approving_review_count": reviews.get("required_approving_review_count", 0),
                "dismiss_stale_reviews_on_push": bool(reviews.get("dismiss_stale_reviews")),
                "require_code_owner_review": bool(reviews.get("require_code_owner_reviews")),
                "require_last_push_approval": bool(reviews.get("require_last_push_approval")),
                "required_review_thread_resolution": bool(document.get("required_conversation_resolution")),
            },
        )
    checks = document.get("required_status_checks")
    if checks is not None:
        rows = checks.get("checks") or [{"context": name} for name in checks.get("contexts") or ()]
        strict = bool(checks.get("strict"))
        parameters = {"strict_required_status_checks_policy": strict, "required_status_checks": rows}
        yield Clause("required_status_checks", parameters)
    for key, kind, wanted in (
        ("allow_force_pushes", "non_fast_forward", False),
        ("allow_deletions", "deletion", False),
        ("required_linear_history", "required_linear_history", True),
        ("lock_branch", "lock_branch", True),
    ):
        if bool(document.get(key)) is wanted:
            yield Clause(kind)
    if document.get("restrictions") is not None:
        yield Clause("restrictions")
    if one.signatures:
        yield Clause("required_signatures")


def _unsaid(who: str, rules: tuple[EffectiveRule, ...]) -> Iterator[str]:
    """Rules that the policy has no word for."""
    for kind in dict.fromkeys(rule.clause.type for rule in rules):
        if kind not in _KNOWN:
            yield f"{who}: the rule {kind} is on GitHub, and a policy can't express it"
    hidden = {rule.ruleset.name for rule in rules if isinstance(rule.ruleset.bypass, Unknown)}
    for name in sorted(hidden):
        yield f"{who}: who may bypass {name} is not shown to this token"


def _repository(flow: Flow, live: Live) -> Iterator[tuple[str, Json]]:
    """Settings that differ from those of a new repository."""
    have = live.repository.settings
    lines = [kind.fixed for kind in flow.kinds if kind.protected and kind.fixed]
    if have.get("default_branch") in lines:
        yield "default-branch", have["default_branch"]
    on = [word for key, word in _METHOD_KEYS.items() if have.get(key) is True]
    if on and any(have.get(key) is False for key in _METHOD_KEYS):
        yield "merge-methods", on
    if have.get("delete_branch_on_merge") is True:
        yield "delete-branch-on-merge", True
    if have.get("allow_auto_merge") is True:
        yield "auto-merge", True


def _text(section: Document, comments: list[str]) -> str:
    """The section as YAML, each mapping of people, checks and methods on one line."""
    lines = ["protection:"]
    lines += [
        f"  # {''.join(x if x.isprintable() else '?' for x in says)}" for says in dict.fromkeys(comments)
    ]
    for key, value in section.items():
        lines.append(f"  {key}:")
        for name, inner in value.items():
            if isinstance(inner, dict):
                lines.append(f"    {name}:")
                lines += [f"      {word}: {yaml_value(one)}" for word, one in inner.items()]
            else:
                lines.append(f"    {name}: {yaml_value(inner)}")
    if not section:
        lines.append("  level: auto")
    return "\n".join(lines) + "\n"


def yaml_value(value: object) -> str:
    """A value as YAML: JSON is YAML, but for the quotes round keys, which nobody writes."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(yaml_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml_value(inner)}" for key, inner in value.items()) + "}"
    return dumps(value, ensure_ascii=False)
