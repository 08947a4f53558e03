"""What GitHub's documents leave open, and the product assumes: S1 to S14 of docs/protection.md, one function each.

Each makes what it needs, tries one thing, and says what was promised and what happened. A new question is one more
function in QUESTIONS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gitflowguard.app.protect.trying import Ground, promised, row
from gitflowguard.model.checkname import check_name
from gitflowguard.model.flow import Kind
from gitflowguard.protection.compile import OTHER_NAMES, is_kept
from gitflowguard.protection.inforce import STRANGER
from gitflowguard.protection.nouns.trial import Trial
from gitflowguard.protection.simulate import CREATE, PUSH, REMOVE, SimulatedAction

# Versions of branches that the flow's own steps do not make.
_VERSIONS = ("7.1", "7.2", "7.3")
_TRIED = "gitflow: selftest"


def _local_merge(ground: Ground) -> Trial:
    """A pull request that is green is merged locally, and the merge is pushed."""
    does, base = "push a local merge of a green pull request", ground.flow.production
    promise = promised(SimulatedAction(PUSH, base), ground)
    head, sha, _ = _pull(ground, base, _VERSIONS[0])
    if not head:
        return row(does, promise, None, "no pull request could be opened", "S1")
    tip = ground.scratch.tip(f"heads/{base}")
    return row(does, promise, ground.scratch.move(f"heads/{base}", ground.scratch.commit(tip, sha)), "", "S1")


def _started_with_work(ground: Ground) -> Trial:
    """A branch whose rule wants pull requests is created with commits that are new."""
    name = _named(_kept(ground), _VERSIONS[1])
    if not name:
        return row("create a branch that holds new commits", "yes", None, "no kind is kept", "S2")
    promise = promised(SimulatedAction(CREATE, name), ground)
    new = ground.scratch.commit(ground.first)
    return row(
        f"create {name} with a new commit", promise, ground.scratch.create(f"heads/{name}", new), "", "S2"
    )


def _stranger(ground: Ground) -> Trial:
    """A name outside the policy."""
    promise = promised(SimulatedAction(CREATE, STRANGER), ground)
    made = ground.scratch.create(f"heads/{STRANGER}", ground.first)
    return row("create a branch outside the policy", promise, made, "", "S3")


def _deleted_on_merge(ground: Ground) -> Trial:
    """GitHub deletes a merged branch, unless a rule keeps it from whoever merges."""
    does, base = "delete_branch_on_merge at a branch that a rule keeps", ground.flow.production
    head, sha, number = _pull(ground, base, _VERSIONS[2])
    free = bool(head) and promised(SimulatedAction(REMOVE, head), ground) == "yes"
    promise = "deleted" if free else "kept"
    if not head:
        return row(does, promise, None, "no pull request could be opened", "S4")
    ground.scratch.settings({"delete_branch_on_merge": True})
    ground.scratch.report(sha, check_name(ground.flow, base))
    done = ground.scratch.merge(number, "merge")
    ground.scratch.settings({"delete_branch_on_merge": False})
    if not done.ok:
        return row(does, promise, None, done.says, "S4")
    return Trial(does, promise, "kept" if ground.scratch.tip(f"heads/{head}") else "deleted", "S4")


def _bypass_left_out(ground: Ground) -> Trial:
    """A change without ``bypass_actors`` leaves them as they are."""
    does = "change a ruleset without its bypass list"
    body = _body(ground, _bypassed(ground))
    if not body:
        return row(does, "kept", None, "no ruleset of the policy has a bypass list", "S5")
    before, number = body.pop("bypass_actors"), int(body.pop("id"))
    done = ground.scratch.put_ruleset(body, number)
    after = ground.scratch.ruleset(number).get("bypass_actors")
    if after != before:
        ground.scratch.put_ruleset({**body, "bypass_actors": before}, number)
    if not done.ok:
        return row(does, "kept", None, done.says, "S5")
    return Trial(does, "kept", "kept" if after == before else "reset", "S5")


def _key_by_pull_request(ground: Ground) -> Trial:
    """A deploy key that may bypass by pull request only."""
    actor = {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "pull_request"}
    return _made(ground, "a deploy key that bypasses by pull request", "no", "S6", bypass_actors=[actor])


def _name_pattern(ground: Ground) -> Trial:
    """Only Enterprise plans have it, and the product doesn't use it."""
    return row("names by branch_name_pattern", "no", None, "the product uses creation rules instead", "S7")


def _two_of_one_commit(ground: Ground) -> Trial:
    """A check that is green on a commit counts for every pull request of it into such a base."""
    does, base = "merge a pull request by the green check of another one", ground.flow.integration
    kinds = [kind for kind in ground.flow.kinds if not kind.protected and _into(ground, kind, base)]
    if len(kinds) < 2:
        return row(does, "yes", None, "only one kind goes there", "S8")
    names = [kind.names[0].example(ground.flow) for kind in kinds[:2]]
    sha = ground.scratch.commit(ground.scratch.tip(f"heads/{base}"))
    for name in names:
        ground.scratch.remove(f"heads/{name}")
        ground.scratch.create(f"heads/{name}", sha)
    first, second = (ground.scratch.pull(name, base) for name in names)
    ground.scratch.report(sha, check_name(ground.flow, base))
    if not (first.ok and second.ok):
        return row(does, "yes", None, first.says or second.says, "S8")
    return row(does, "yes", ground.scratch.merge(second.number, "merge"), "", "S8")


def _status_of_an_app(ground: Ground) -> Trial:
    """A commit status by an App counts for a required check that names the App."""
    why = "needs the token of an App whose check is required"
    return row("a commit status for a check that names its App", "yes", None, why, "S9")


def _no_owners(ground: Ground) -> Trial:
    """What GitHub answers about CODEOWNERS where there is none."""
    status = str(ground.scratch.owners())
    return Trial("ask for the errors of a CODEOWNERS that isn't there", "404", status, "S10")


def _list_after_bypass(ground: Ground) -> Trial:
    """The list says when a ruleset changed, also where only its bypass list did."""
    does = "see a change of a bypass list in the list of rulesets"
    body = _body(ground, OTHER_NAMES)
    if not body:
        return row(does, "yes", None, f"{OTHER_NAMES} isn't there", "S11")
    number, before = int(body.pop("id")), _times(ground)
    actor = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}
    done = ground.scratch.put_ruleset({**body, "bypass_actors": [actor]}, number)
    seen = _times(ground) != before
    ground.scratch.put_ruleset(body, number)
    return row(does, "yes", done._replace(ok=seen) if done.ok else None, done.says, "S11")


def _rules_of_bypassed(ground: Ground) -> Trial:
    """The rules in force for a branch hold those that whoever asks may bypass."""
    name = _named(_kept(ground), "1.0")
    if not name:
        return row("see bypassed rules of a branch", "yes", None, "no kind is kept", "S12")
    seen = "yes" if "deletion" in ground.scratch.rules(name) else "no"
    return Trial(f"see the rule on deletion among those of {name}", "yes", seen, "S12")


def _taken_back(ground: Ground) -> Trial:
    """What GitHub shows of a ruleset is taken back as it is, with parameters that GitHub added."""
    does = "send a ruleset back as GitHub shows it"
    body = _body(ground, "gitflow: main")
    if not body:
        return row(does, "yes", None, "gitflow: main isn't there", "S13")
    return row(does, "yes", ground.scratch.put_ruleset(body, int(body.pop("id"))), "", "S13")


def _update_on_tags(ground: Ground) -> Trial:
    """A rule against moving tags, with the parameter that the description words for branches."""
    rule = {"type": "update", "parameters": {"update_allows_fetch_and_merge": False}}
    return _made(
        ground, "the rule update on tags with its parameter", "yes", "S14", target="tag", rules=[rule]
    )


def _made(ground: Ground, does: str, promise: str, question: str, **more: Any) -> Trial:
    """A ruleset that is switched off is made, and removed again."""
    body = {
        "name": f"{_TRIED} {question}",
        "target": "branch",
        "enforcement": "disabled",
        "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}},
        "rules": [{"type": "deletion"}],
        **more,
    }
    made = ground.scratch.put_ruleset(body)
    if made.ok:
        ground.scratch.drop_ruleset(made.number)
    if made.status == 404:
        return row(f"make {does}", promise, None, f"there are no rulesets here: {made.says}", question)
    return row(f"make {does}", promise, made, "", question)


def _kept(ground: Ground) -> Kind | None:
    return next((kind for kind in ground.flow.kinds if is_kept(kind)), None)


def _named(kind: Kind | None, version: str) -> str:
    """A branch of the kind that nobody has made yet, "" where there is no such kind."""
    return kind.names[0].fill("version", version) if kind is not None else ""


def _into(ground: Ground, kind: Kind, base: str) -> bool:
    into = ground.flow.kind_of(base)
    return into is not None and into.id in kind.targets


def _pull(ground: Ground, base: str, version: str) -> tuple[str, str, int]:
    """A pull request of a kept kind into the base: its head, commit and number; ("", "", 0) where there is none."""
    kind = next((one for one in ground.flow.kinds if is_kept(one) and _into(ground, one, base)), None)
    name = _named(kind, version)
    if not name:
        return "", "", 0
    sha = ground.scratch.commit(ground.scratch.tip(f"heads/{base}"))
    if not ground.scratch.create(f"heads/{name}", sha).ok:
        return "", "", 0
    pull = ground.scratch.pull(name, base)
    ground.scratch.report(sha, check_name(ground.flow, base))
    return (name, sha, pull.number) if pull.ok else ("", "", 0)


def _times(ground: Ground) -> dict[str, object]:
    """When each ruleset changed last, by the list."""
    return {str(one["name"]): one.get("updated_at") for one in ground.scratch.rulesets()}


def _bypassed(ground: Ground) -> str:
    """A ruleset of the policy that somebody may bypass, "" if there is none."""
    stage = ground.stage
    found = [one.name for one in stage.rulesets if one.bypass and one.id] if stage is not None else []
    return found[0] if found else ""


def _body(ground: Ground, name: str) -> dict[str, Any]:
    """A ruleset as it can be sent back, with its id; {} where there is none of the name."""
    keys = ("id", "name", "target", "enforcement", "conditions", "rules", "bypass_actors")
    for one in ground.scratch.rulesets():
        if name and one["name"] == name:
            whole = ground.scratch.ruleset(int(one["id"]))
            return {key: whole[key] for key in keys if key in whole}
    return {}


QUESTIONS: tuple[Callable[[Ground], Trial], ...] = (
    _local_merge,
    _started_with_work,
    _stranger,
    _deleted_on_merge,
    _bypass_left_out,
    _key_by_pull_request,
    _name_pattern,
    _two_of_one_commit,
    _status_of_an_app,
    _no_owners,
    _list_after_bypass,
    _rules_of_bypassed,
    _taken_back,
    _update_on_tags,
)
