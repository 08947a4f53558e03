"""The flows that need no policy file. Light: a hook imports it where the branch has none."""

from __future__ import annotations

from gitflowguard.model.check import NONE, WARN, Tool
from gitflowguard.model.finding import ERROR, IGNORE, WARNING
from gitflowguard.model.flow import ASIDE, DEVELOP, MAIN, Flow, Kind
from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

AS_IS = "as-is"
PRESETS = ("gitflow", "ml", AS_IS)
# Ready-made sets of names. `conventional`: conventionalbranch.org, version 1.0.0, "Branch naming prefixes".
NAMES = ("preset", "conventional")
# Kinds of robots, of sites and of GitHub itself: a name that the team uses for something else isn't theirs.
YIELDING = (*ASIDE, "work")
# What teams call their two lines, the commonest first (git-flow AVH guesses in this order too).
MAIN_NAMES = ("main", "master", "production", "trunk")
DEVELOP_NAMES = ("develop", "dev", "development", "int", "integration")
LATER = ("pages", "revert", "patch")
# Branches that dependency updaters, release tools, merge queues, translators and coding assistants make, under the
# names that each has by default.
BOTS = (
    *("dependabot/**", "renovate/**", "pre-commit-ci-update-config", "snyk-*", "pyup-update-*", "depfu/**"),
    *(
        "release-please--**",
        "release-please/**",
        "changeset-release/**",
        "mergify/**",
        "create-pull-request/**",
    ),
    *("all-contributors/**", "imgbot", "l10n_*", "weblate-**", "backport-*-to-**", "mergify-bp-**"),
    *("copilot/**", "claude/**", "codex/**", "cursor/**", "devin/**", "jules/**", "openhands-**", "sweep/**"),
)
_PAGES = ("gh-pages", "pages")
# What GitHub calls a branch itself: the Revert button of pull request 12, and an edit on its page by a person.
_REVERTS = ("revert-{number}-**",)
_PATCHES = ("*-patch-{number}",)
_CONVENTIONAL = {
    "feature": ("feature/{slug}", "feat/{slug}"),
    "bugfix": ("bugfix/{slug}", "fix/{slug}"),
    "release": ("release/{version}", "release/v{version}"),
    "hotfix": ("hotfix/{version}", "hotfix/{slug}"),
}
# What the rules of the family `artefact` count under `ml`; elsewhere they are off until the policy names them.
_ARTEFACTS = (
    ("aged-model", WARNING),
    ("committed-data", ERROR),
    ("committed-secret", ERROR),
    ("large-file", ERROR),
    ("missing-content", ERROR),
    ("notebook-output", ERROR),
    ("opaque-artefact", ERROR),
    ("unsafe-pickle", ERROR),
)
# An experiment is never merged, and notebooks are what it is made of.
_EXPERIMENT = (
    ("experiment", "committed-data", WARNING),
    ("experiment", "notebook-output", IGNORE),
    ("experiment", "opaque-artefact", WARNING),
    ("experiment", "unsafe-pickle", WARNING),
)
_VERSION = Template("{version}")
# Kinds on which `ml` only warns of what does not stop a build: so does the second flake8 run of GitHub's workflow
# (actions/starter-workflows, ci/python-app.yml, --exit-zero).
_MILD = ("develop", "feature", "bugfix", "chore", "bot", "revert", "patch", "experiment")


def kinds_of(preset: str, names: str = "preset") -> tuple[Kind, ...]:
    """The kinds of a preset, in the order in which a person thinks of them.

    names: one of NAMES; ``as-is`` has no names to choose from.
    """
    if preset == AS_IS:
        return _as_is()
    every = _gitflow() if names == "preset" else _conventional(_gitflow())
    if preset == "ml":
        place = [kind.id for kind in every].index(YIELDING[0])
        own = Kind("experiment", _names("experiment/{slug}"), (DEVELOP,), ())
        every = (*every[:place], own, *every[place:])
        return tuple(kind._replace(quality=WARN) if kind.id in _MILD else kind for kind in every)
    return every


def _gitflow() -> tuple[Kind, ...]:
    lines = (DEVELOP, MAIN, "release", "support")
    return (
        Kind(MAIN, _names("main"), (), (DEVELOP, "release", "support"), protected=True),
        Kind(DEVELOP, _names("develop"), (MAIN,), (), protected=True),
        Kind("feature", _names("feature/{slug}"), (DEVELOP,), (DEVELOP,)),
        Kind("bugfix", _names("bugfix/{slug}"), (DEVELOP, "release"), (DEVELOP, "release")),
        Kind(
            "release", _names("release/{version}"), (DEVELOP,), (MAIN, DEVELOP), tag=_VERSION, parallel=False
        ),
        Kind(
            "hotfix",
            _names("hotfix/{version}"),
            (MAIN, "support"),
            (MAIN, DEVELOP, "release", "support"),
            tag=_VERSION,
        ),
        Kind("support", _names("support/{slug}"), (MAIN,), (), protected=True),
        Kind("bot", _names(*BOTS), (DEVELOP, MAIN), (DEVELOP, MAIN)),
        _site(),
        Kind("revert", _names(*_REVERTS), lines, lines),
        Kind("patch", _names(*_PATCHES), (DEVELOP,), (DEVELOP,)),
    )


def _site() -> Kind:
    """A published site: written by a program, never merged, and not made of the sources that tools look at."""
    return Kind("pages", _names(*_PAGES), (), (), quality=NONE)


def _as_is() -> tuple[Kind, ...]:
    """The long-lived branches, and whatever else there is."""
    return (
        Kind(MAIN, _names("main"), (), (DEVELOP,), protected=True),
        Kind(DEVELOP, _names("develop"), (MAIN,), (MAIN,), protected=True),
        _site(),
        Kind("work", _names("**"), (DEVELOP, MAIN), (DEVELOP, MAIN, "work")),
    )


def _conventional(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kinds under the names of Conventional Branch, with its kind for chores."""
    named = [
        kind._replace(names=_names(*_CONVENTIONAL[kind.id])) if kind.id in _CONVENTIONAL else kind
        for kind in kinds
    ]
    place = [kind.id for kind in named].index("release")
    return (*named[:place], Kind("chore", _names("chore/{slug}"), (DEVELOP,), (DEVELOP,)), *named[place:])


def tools_of(preset: str) -> tuple[Tool, ...]:
    """The tools of a preset; `ml` has the source's flake8 run, complexity 10 and lines of 127.

    Without the two checks that black's style is at odds with (quality.flake8.following), so that a team may add black.
    """
    args = ("--max-complexity=10", "--max-line-length=127", "--extend-ignore=E203,E701")
    return (Tool("flake8", args),) if preset == "ml" else ()


# The rule that a wish under ``message`` is about: it counts as an error where the policy doesn't say otherwise.
MESSAGE_RULE = "malformed-message"
# The other rules on messages, each with the wish (model.flow.MessagePolicy) that turns it on.
MESSAGE_RULES = (
    ("missing-sign-off", "sign_off"),
    ("indicative-subject", "mood"),
    ("miscased-subject", "capital"),
    ("missing-body", "body"),
    ("undisclosed-assistant", "machine"),
)
# The rules on who may commit, each with the wish (model.flow.IdentityPolicy) that turns it on.
IDENTITY_RULES = (
    ("malformed-identity", "well_formed"),
    ("foreign-address", "emails"),
    ("foreign-committer", "committer"),
)
# Turned on by a section ``protection``: only a check that GitHub requires is missed.
CHECKS_RULE = "silenced-check"


def severities_of(preset: str) -> tuple[tuple[str, str], ...]:
    """(rule, severity) where the preset differs from the rules' own defaults."""
    if preset == AS_IS:
        # Which branch comes from where, and when it is to be everywhere, is the team's own affair.
        silent = ("missing-back-merge", "stacked-branch", "wrong-origin")
        return tuple((rule, IGNORE) for rule in silent)
    own = (("stacked-branch", ERROR), ("wrong-origin", ERROR), *_ARTEFACTS)
    return tuple(sorted(own)) if preset == "ml" else ()


def exceptions_of(preset: str) -> tuple[tuple[str, str, str], ...]:
    """(kind, rule, severity) where the preset is milder or stricter with one kind."""
    # Programs write the commits of a site.
    free = (("pages", "malformed-message", IGNORE), ("pages", "stale-branch", IGNORE))
    mild = tuple((kind, "wrong-origin", WARNING) for kind in ("bugfix", "chore", "feature"))
    web = (("patch", "wrong-origin", WARNING),)
    return tuple(
        sorted(
            free
            if preset == AS_IS
            else (*free, *web, *_EXPERIMENT) if preset == "ml" else (*free, *mild, *web)
        )
    )


def preset_flow(
    name: str, main: str = "main", develop: str | None = "develop", names: str = "preset"
) -> Flow:
    """The whole flow of a preset, under the team's own names for its two lines.

    develop None: trunk-based; what would start from or go to develop does so with main.
    """
    kinds = {kind.id: kind for kind in kinds_of(name, names)}
    kinds[MAIN] = kinds[MAIN]._replace(names=_names(main))
    kinds[DEVELOP] = kinds[DEVELOP]._replace(names=_names(develop or ""))
    dropped = () if develop else (DEVELOP,)
    kept = tuple(without(kind, dropped) for kind in kinds.values() if kind.id not in dropped)
    have = {kind.id for kind in kept}
    exceptions = tuple(one for one in exceptions_of(name) if one[0] in have)
    return Flow(
        ordered(kept), severities_of(name), exceptions, preset=name, tools=tools_of(name), names=names
    )


def without(kind: Kind, dropped: Iterable[str]) -> Kind:
    """The kind in a team that does without some kinds: develop's part falls to main, others vanish."""
    gone = set(dropped)
    return kind._replace(
        parents=_fewer(kind.parents, gone, kind.id if kind.id == MAIN else ""),
        targets=_fewer(kind.targets, gone, kind.id if kind.id == MAIN else ""),
    )


def _fewer(ids: tuple[str, ...], gone: set[str], own: str) -> tuple[str, ...]:
    """The ids that are left, each once; main takes develop's place, but not in its own lists."""
    left = (MAIN if name == DEVELOP and DEVELOP in gone else name for name in ids)
    return tuple(name for name in dict.fromkeys(left) if name not in gone and name != own)


def ordered(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The kinds as given, save that a more exact template stands before one that would swallow it.

    ``feature/docs-{slug}`` before ``feature/{slug}``, a plain name before any template.
    """
    out: list[Kind] = []
    for kind in kinds:
        index = next((i for i, other in enumerate(out) if _swallows(other, kind)), len(out))
        out.insert(index, kind)
    return tuple(out)


def _swallows(wide: Kind, exact: Kind) -> bool:
    """Whether the wide kind's fixed beginning is a shorter beginning of the exact kind's."""
    for name in exact.names:
        for other in wide.names:
            if not other.literal and name.prefix.startswith(other.prefix) and name.text != other.text:
                if len(other.prefix) < len(name.prefix) or name.literal:
                    return True
    return False


def _names(*texts: str) -> tuple[Template, ...]:
    return tuple(Template(text) for text in texts)
