"""A policy file's meaning: the model may be adapted, and every mistake is told at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.demand import demand_of
from gitflowguard.model.flow import MessagePolicy
from gitflowguard.model.measure import Bound
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.limits import TOO_MANY
from gitflowguard.policy.presets import preset_flow
from tests.policy.helpers import flow, only, problems, read

WHOLE = """\
preset: gitflow
kinds:
  main: {name: main}
  develop: {name: dev}
  feature: {name: "feature/{ticket}-{slug}", parent: develop, targets: [develop]}
  release: {name: "release/{version}", parent: [develop, support], targets: [main, develop], tag: "v{version}"}
  hotfix: null
  support: {name: "support/{slug}", parent: main, targets: [], protected: true}
  bot: {names: ["dependabot/**", "renovate/**"], parent: develop, targets: [develop]}
  experiment: {name: "experiment/{slug}", parent: develop, targets: [], rules: {stale-branch: warning}, quality: hard}
rules: {stacked-branch: error, GFG203: warning}
message: {style: conventional, ticket: true, max-subject: 72}
ticket: "PROJ-{number}"
versions: pep440
tag-prefix: v
stale-days: 30
remote: upstream
tools:
  black: true
  flake8: {args: [--max-line-length=127], files: ["*.py"], exclude: ["vendor/**"], hard: [E9], plugins: true}
  sqlfluff: {run: [sqlfluff, lint], reads: sarif, files: ["*.sql"], family: security}
quality: {stages: [pre-push], new-only: true, suppressions: refuse, seconds: 5, megabytes: 512, file-kb: 64}
merge-drivers: [mergiraf, npm-merge-driver]
protection:
  level: rulesets
  kinds:
    main: {approvals: 3, checks: ["ci / test", {name: build, app: github-actions}], bypass: ["role:admin via exempt"]}
    release: {created-by: ["team:release"], deleted-by: ["app:cleanup"], merge-methods: [squash, merge, squash]}
  names: {bypass: [org-admin, "user:ada via exempt"]}
  tags: {bypass: [deploy-key], created-by: ["team:release"]}
  repository: {default-branch: dev, merge-methods: [merge], delete-branch-on-merge: false, auto-merge: true}
model:
  needed-by: [main]
  when: ["src/**"]
  metrics: [reports/metrics.json, "junit:reports/junit.xml"]
  gate: [{metric: True.f1-score, min: 0.80, drop: 0.02, rows: 30}, {metric: rmse, max: 3.1, rise: 5%}]
  tests: {junit: reports/junit.xml, need: ["tests/model/*"]}
  noise: {predictions: reports/rows.csv, confidence: 0.9, repeat: 5}
  reference: ["data/**"]
  dvc: dvc.lock
  made-from: meta.commit
"""


def test_every_key_of_a_whole_file_arrives_in_the_flow() -> None:
    """The example of the documentation."""
    got = flow(WHOLE)
    assert [kind.id for kind in got.kinds if kind.id == "hotfix"] == []
    feature, release, bot = (got.kind(name) for name in ("feature", "release", "bot"))
    assert feature and release and bot
    assert feature.names[0].text == "feature/{ticket}-{slug}"
    assert (release.parents, release.targets, release.parallel) == (
        ("develop", "support"),
        ("main", "develop"),
        False,
    )
    assert release.tag and release.tag.text == "v{version}"
    assert [name.text for name in bot.names] == ["dependabot/**", "renovate/**"]
    assert got.severities == (
        ("malformed-message", "warning"),
        ("silenced-check", "warning"),  # the file has a section protection
        ("stacked-branch", "error"),
    )
    assert ("experiment", "stale-branch", "warning") in got.exceptions
    assert got.message == MessagePolicy("conventional", True, 72)
    assert (got.ticket.text, got.version_scheme, got.tag_prefix) == ("PROJ-{number}", "pep440", "v")
    assert (got.stale_days, got.remote, got.preset) == (30, "upstream", "gitflow")
    assert got.merge_drivers == ("mergiraf", "npm-merge-driver")
    assert got.kind_of("feature/PROJ-7-tune-lr") == feature
    asked = demand_of(got)
    assert asked is not None and asked.gate[0] == Bound("True.f1-score", minimum="0.80", drop="0.02", rows=30)
    assert asked.gate[1] == Bound("rmse", maximum="3.1", rise="5%")
    assert (asked.needed_by, asked.confidence, asked.repeat) == (("main",), "0.9", 5)


class TestTheModelMayBeAdapted:
    """What the teams of the issue must be able to say."""

    def test_dev_for_develop(self) -> None:
        """One line, and all else follows."""
        assert flow("kinds: {develop: {name: dev}}") == preset_flow("gitflow", "main", "dev")

    def test_a_trunk_of_its_own_name_without_develop(self) -> None:
        """What went to develop goes to the trunk, without a word from the user."""
        got = flow("kinds: {main: {name: trunk}, develop: null}")
        assert got == preset_flow("gitflow", "trunk", None)
        assert got.integration == got.production == "trunk"
        assert got.may_merge("feature/x", "trunk")
        assert got.may_merge("hotfix/1.0.1", "trunk")

    @pytest.mark.parametrize("word", ["null", "false"])
    def test_without_hotfixes(self, word: str) -> None:
        """A hotfix is then a branch of an unknown kind."""
        got = flow(f"kinds: {{hotfix: {word}}}")
        assert got.kind_of("hotfix/1.0.1") is None
        assert not got.may_merge("hotfix/1.0.1", "main")
        assert not any("hotfix" in (*kind.parents, *kind.targets) for kind in got.kinds)

    def test_releases_cut_from_a_support_branch(self) -> None:
        """And merged back into it."""
        got = flow("kinds: {release: {parent: [develop, support], targets: [main, develop, support]}}")
        release = got.kind("release")
        assert release and release.parents == ("develop", "support")
        assert got.may_merge("release/1.2.1", "support/1.x")
        assert release.tag and release.tag.text == "{version}"

    def test_a_kind_of_its_own_behaves_like_a_feature_until_told_otherwise(self) -> None:
        """From develop, back into develop; elsewhere nothing."""
        got = flow('kinds: {chore: {name: "chore/{slug}"}, spike: {name: "spike/{slug}", parent: release}}')
        assert got.may_merge("chore/ci", "develop") and not got.may_merge("chore/ci", "main")
        spike = got.kind("spike")
        assert spike and spike.parents == spike.targets == ("release",)
        trunk = flow('kinds: {develop: false, chore: {name: "chore/{slug}"}}').kind("chore")
        assert trunk and trunk.parents == trunk.targets == ("main",)

    def test_the_more_exact_template_wins(self) -> None:
        """Whatever the order in the file; a kind that takes anything comes last."""
        got = flow(
            'kinds: {other: {name: "**"}, docs: {name: "feature/docs-{slug}"}, wiki: {name: feature/wiki}}'
        )
        names = ("feature/docs-api", "feature/wiki", "feature/api", "main", "whatever")
        assert [kind.id for kind in map(got.kind_of, names) if kind] == [
            "docs",
            "wiki",
            "feature",
            "main",
            "other",
        ]


class TestPresets:
    """gitflow and ml, with a file and without."""

    def test_a_file_that_only_names_the_preset_is_the_preset(self) -> None:
        """A hook in a branch without the file judges the same."""
        assert flow("preset: gitflow") == preset_flow("gitflow")
        assert flow("preset: ml") == preset_flow("ml")

    def test_gitflow_is_the_chapters_table(self) -> None:
        """Feature into develop only; release and hotfix into main and develop."""
        got = preset_flow("gitflow")
        legal = {
            (source, target)
            for source in ("feature/x", "release/1.0", "hotfix/1.0.1", "develop", "main", "bugfix/y")
            for target in ("main", "develop", "feature/x", "release/1.0")
            if source != target and got.may_merge(source, target)
        }
        assert legal == {
            *{("feature/x", "develop"), ("bugfix/y", "develop"), ("bugfix/y", "release/1.0")},
            *{("release/1.0", "main"), ("release/1.0", "develop")},
            *{("hotfix/1.0.1", "main"), ("hotfix/1.0.1", "develop"), ("hotfix/1.0.1", "release/1.0")},
            *{("main", "develop"), ("main", "release/1.0")},
            *{("develop", "feature/x"), ("develop", "release/1.0")},
        }
        assert [kind.id for kind in got.kinds if kind.protected] == ["main", "develop", "support"]
        assert [kind.id for kind in got.kinds if not kind.parallel] == ["release"]
        for name in ("dependabot/pip/black-26", "renovate/x", "pre-commit-ci-update-config", "snyk-fix-1"):
            assert got.kind_of(name) == got.kind("bot")

    def test_ml_adds_experiments_and_is_strict_about_origins(self) -> None:
        """An experiment never merges; a stacked branch is an error."""
        got = preset_flow("ml")
        assert got.may_merge("experiment/lr", "develop") is False
        assert got.severity("stacked-branch", "warning", "feature/x") == "error"
        assert got.severity("wrong-origin", "warning", "feature/x") == "error"

    def test_a_feature_from_a_wrong_place_is_a_warning_unless_the_file_says_otherwise(self) -> None:
        """A general severity of the user's beats the preset's exception, not their own exception."""
        assert flow("preset: gitflow").severity("wrong-origin", "error", "feature/x") == "warning"
        assert (
            flow("rules: {wrong-origin: error}").severity("wrong-origin", "warning", "feature/x") == "error"
        )
        own = "rules: {wrong-origin: error}\nkinds: {feature: {rules: {GFG105: ignore}}}"
        assert flow(own).severity("wrong-origin", "error", "feature/x") == "ignore"

    def test_the_file_may_soften_ml(self) -> None:
        """A severity in the file is stronger than the preset's."""
        assert (
            flow("preset: ml\nrules: {stacked-branch: ignore}").severity("stacked-branch", "error", "x")
            == "ignore"
        )

    def test_the_catch_all_kind_does_not_swallow_experiments(self) -> None:
        """Order in the flow follows exactness."""
        got = flow('preset: ml\nkinds: {any: {name: "{any}"}}').kind_of("experiment/lr")
        assert got and got.id == "experiment"


class TestTags:
    """One prefix for all tags."""

    @pytest.mark.parametrize("text", ["tag-prefix: v", 'kinds: {release: {tag: "v{version}"}}'])
    def test_the_prefix_reaches_every_kind(self, text: str) -> None:
        """From either place."""
        got = flow(text)
        assert got.tag_prefix == "v"
        assert [kind.tag.text for kind in got.kinds if kind.tag] == ["v{version}", "v{version}"]

    @pytest.mark.parametrize("word", ["null", "false"])
    def test_a_release_without_a_tag(self, word: str) -> None:
        """TOML has no null, so false will do."""
        release = flow(f"kinds: {{release: {{tag: {word}}}}}").kind("release")
        assert release and release.tag is None

    def test_two_prefixes_are_an_error(self) -> None:
        """Versions are read from tags by their prefix."""
        said = only('tag-prefix: v\nkinds: {release: {tag: "r{version}"}}')
        assert said.startswith("2:24: kinds.release.tag starts with") and "share one prefix" in said


class TestMessages:
    """Asking for a form of message switches its rule on."""

    def test_a_demand_switches_the_rule_on(self) -> None:
        """Else nothing would happen, in silence."""
        assert flow("message: {ticket: true}").severity("malformed-message", "ignore", "x") == "error"

    @pytest.mark.parametrize(
        "text", ["message: {style: free}", "message: {ticket: true}\nrules: {GFG203: ignore}"]
    )
    def test_no_demand_or_a_word_of_the_users_leaves_it(self, text: str) -> None:
        """The user's word holds."""
        assert flow(text).severity("malformed-message", "ignore", "x") == "ignore"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("presett: ml", '1:1: unknown key "presett"; did you mean "preset"?'),
        (
            "kinds: {main: {protcted: true}}",
            '1:16: unknown key "protcted" in kinds.main; did you mean "protected"?',
        ),
        (
            "kinds: {feature: {from: develop}}",
            '1:19: unknown key "from" in kinds.feature; did you mean "parent"?',
        ),
        (
            "kinds: {feature: {prefix: f/}}",
            '1:19: unknown key "prefix" in kinds.feature; did you mean "name"?',
        ),
        ("stale_days: 3", '1:1: unknown key "stale_days"; did you mean "stale-days"?'),
        ("merge-driver: [x]", '1:1: unknown key "merge-driver"; did you mean "merge-drivers"?'),
        (
            'requires: ">=1"',
            '1:1: unknown key "requires"; the keys are preset, extends, final, names, kinds, rules, message, identity, '
            "ticket, "
            "versions, tag-prefix, stale-days, remote, tools, quality, artefacts, merge-drivers, radar, hooks, "
            "protection, training, model and adoption",
        ),
        (
            "preset: git-flow",
            '1:9: preset must be as-is, gitflow or ml, not "git-flow"; did you mean "gitflow"?',
        ),
        (
            "versions: semvr",
            '1:11: versions must be calver, pep440 or semver, not "semvr"; did you mean "semver"?',
        ),
        ("preset: 5", "1:9: preset must be as-is, gitflow or ml, not 5"),
        (
            "rules: {stacked-brnch: error}",
            '1:9: there is no rule "stacked-brnch"; did you mean "stacked-branch"?',
        ),
        ("rules: {GFG999: error}", '1:9: there is no rule "GFG999"; `gitflowguard rules` lists them'),
        ("rules: {gfg106: error}", '1:9: there is no rule "gfg106"; did you mean "GFG106"?'),
        (
            "rules: {stale-branch: warn}",
            '1:23: rules.stale-branch must be error, ignore or warning, not "warn"; did you mean "warning"?',
        ),
        (
            "rules: {stale-branch: false}",
            '1:23: rules.stale-branch must be error, ignore or warning, not false; did you mean "ignore"?',
        ),
        (
            "rules: {GFG106: error, stacked-branch: ignore}",
            '1:24: "stacked-branch" is the rule stacked-branch, which appears here already; keep one',
        ),
        (
            "kinds: {feature: {parent: develp}}",
            '1:27: kinds.feature.parent names "develp", which isn\'t a kind of branch; did you mean "develop"?',
        ),
        (
            "kinds: {develop: {name: trunk}, feature: {targets: [main, trunk]}}",
            '1:59: kinds.feature.targets names "trunk", which isn\'t a kind of branch; did you mean "develop"?',
        ),
        (
            "kinds: {support: false, hotfix: false, bot: false, release: null, bugfix: {parent: zzz}}",
            '1:84: kinds.bugfix.parent names "zzz", which isn\'t a kind of branch; '
            "the kinds are main, develop, feature, bugfix, pages, revert and patch",
        ),
        (
            "kinds:\n  support: null\n  release: {parent: [develop, support]}",
            '3:31: kinds.release.parent names "support", but line 2 says that the team does without it',
        ),
        ("kinds: {hotfx: null}", '1:9: there is no kind "hotfx" to do without; did you mean "hotfix"?'),
        (
            "kinds: {main: null}",
            "1:15: main cannot be left out: it is where releases live; name it, as in main: {name: trunk}",
        ),
        (
            "kinds: {hotfix: true}",
            "1:17: kinds.hotfix must be false, a mapping (keys and values) or null, not true",
        ),
        (
            "kinds: {hotfix: {tag: true}}",
            "1:23: kinds.hotfix.tag must be text, false or null, not true; put text in quotes",
        ),
        (
            "kinds: {chore: {parent: develop}}",
            '1:9: kinds.chore is a kind of your own and needs a name, such as name: "chore/{slug}"',
        ),
        (
            "kinds: {Chore: {name: chore}}",
            '1:9: a kind is called by a lower-case word such as bugfix, not "Chore"',
        ),
        ("kinds: {feature: {name: a, names: [b]}}", "1:28: kinds.feature has both name and names; keep one"),
        (
            'kinds: {main: {name: "{slug}"}}',
            "1:22: kinds.main is one branch, so it needs one plain name, such as name: main",
        ),
        (
            "kinds: {develop: {names: [dev, next]}}",
            "1:26: kinds.develop is one branch, so it needs one plain name, such as name: develop",
        ),
        ("kinds: {main: {name: develop}}", '1:22: kinds.main and kinds.develop: both are named "develop"'),
        (
            'kinds: {chore: {name: "feature/{slug}"}}',
            '1:23: kinds.feature and kinds.chore: both are named "feature/{slug}"',
        ),
        (
            'kinds: {chore: {name: "develop/{slug}"}}',
            "1:23: kinds.develop and kinds.chore: git cannot hold develop and develop/<slug> together",
        ),
        ("kinds: {main: {parallel: 1}}", "1:26: kinds.main.parallel must be true or false, not 1"),
        ("kinds: {feature: {name: 5}}", "1:25: kinds.feature.name must be text, not 5; put text in quotes"),
        (
            "kinds: {feature: {name: {slug: 1}}}",
            "1:25: kinds.feature.name must be text, not a mapping; put text in quotes",
        ),
        ("kinds: {feature: {name: ''}}", "1:25: kinds.feature.name must not be empty"),
        ("kinds: {feature: {names: []}}", "1:26: kinds.feature.names must not be an empty list"),
        (
            "kinds: {feature: {targets: [develop, 7]}}",
            "1:38: kinds.feature.targets must be text, not 7; put text in quotes",
        ),
        (
            "kinds: {feature: {parent: 7}}",
            "1:27: kinds.feature.parent must be text or a list, not 7; put text in quotes",
        ),
        ("kinds: [main]", "1:8: kinds must be a mapping (keys and values), not a list"),
        ("message: conventional", '1:10: message must be a mapping (keys and values), not "conventional"'),
        ("message: {max-subject: -1}", "1:24: message.max-subject must be at least 0, not -1"),
        ("stale-days: 0", "1:13: stale-days must be at least 1, not 0"),
        ("stale-days: 99999", "1:13: stale-days must be at most 36500, not 99999"),
        ("stale-days: soon", '1:13: stale-days must be a whole number, not "soon"'),
        ("merge-drivers: mergiraf", '1:16: merge-drivers must be a list, not "mergiraf"'),
        ("radar: [x]", "1:8: radar must be a mapping (keys and values), not a list"),
        ("radar: {exclude: x}", '1:18: radar.exclude must be a list, not "x"'),
        (
            "radar: {exclude: ['!x']}",
            '1:19: radar.exclude: "!x" names no branch; write what is left out, without a !: archive/*',
        ),
        ("merge-drivers: [7]", "1:17: merge-drivers must be text, not 7; put text in quotes"),
        ("merge-drivers: ['']", "1:17: merge-drivers must not be empty"),
        (
            "merge-drivers: [ok, 'a b']",
            '1:21: merge-drivers: "a b" isn\'t the name of a driver; write the word behind merge= in .gitattributes',
        ),
        ("remote: null", "1:9: remote must be text, not null; put text in quotes"),
        ("remote: 'a b'", '1:9: remote: git doesn\'t allow " " in a name, as in "a b"'),
        ("remote: 'a*'", "1:9: remote: a remote has a plain name, such as origin"),
        ("tag-prefix: 'v '", '1:13: tag-prefix: git doesn\'t allow " " in a name, as in "v {version}"'),
        (
            "ticket: PROJ",
            '1:9: ticket: "PROJ" would be the only ticket there is; write a template such as PROJ-{number}',
        ),
        ("ticket: '{ticket}'", '1:9: ticket: "{ticket}" isn\'t a placeholder; it can be {number} or {slug}'),
    ],
)
def test_a_mistake_is_one_line_with_its_place_and_a_cure(text: str, line: str) -> None:
    """What, where, why, did you mean."""
    assert only(text) == line


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("feature/{slug", "isn't matched"),
        ("feature/slug}", "isn't matched"),
        ("feature/{{slug}}", "isn't matched"),
        ("feature/{slgu}", 'did you mean "slug"?'),
        ("feature/{}", "it can be {slug}, {ticket}, {version}, {number} or {any}"),
        ("-feature/{slug}", "like an option"),
        ("/feature/{slug}", "starts or ends with /"),
        ("feature/{slug}/", "starts or ends with /"),
        ("feature//{slug}", "holds //"),
        ("feature/.{slug}", "starts with a dot"),
        ("feature/{slug}.", "ends with a dot"),
        ("feature/{slug}.lock", ".lock"),
        ("a.lock/{slug}", ".lock"),
        ("feature/a..{slug}", "holds .."),
        ("@", "short for HEAD"),
        ("HEAD", "git's own"),
        ("refs/heads/{slug}", "git's own"),
        ("0123456789" * 4, "commit's id"),
        ("feature {slug}", 'allow " "'),
        ("feature~{slug}", 'allow "~"'),
        ("feature:{slug}", 'allow ":"'),
        ("^(feature|fix)/(\\w+-?)+$", "not a pattern"),
        ("(\\w+-?)+$", "not a pattern"),
        ("feature/[a-z]*", "not a pattern"),
        ("feature?", "not a pattern"),
    ],
)
def test_a_template_that_cannot_be_a_branch_is_refused(name: str, words: str) -> None:
    """Patterns too: none is ever run."""
    said = problems(f"kinds: {{feature: {{name: '{name}'}}}}")[0].text
    assert words in said


@pytest.mark.parametrize(
    "tag", ["v", "{version}-final", "v{slug}", "{version}{version}", "v{version", "-v{version}"]
)
def test_a_tag_that_holds_no_readable_version_is_refused(tag: str) -> None:
    """Versions are ordered by what stands behind the prefix."""
    assert only(f'kinds: {{release: {{tag: "{tag}"}}}}').startswith("1:24: kinds.release: ")


@pytest.mark.parametrize(
    "text",
    [
        "kinds: {feature: {names: [" + ",".join(f"a{i}" for i in range(400)) + "]}}",
        "rules: {" + ", ".join(f"r{i}: error" for i in range(400)) + "}",
    ],
)
def test_more_entries_than_any_policy_needs_are_one_problem(text: str) -> None:
    """Names are compared with one another, so their number is bounded."""
    assert only(text).endswith("more values here than any policy needs")


def test_a_letter_that_hides_is_shown_by_its_code() -> None:
    """Foreign text never reaches the terminal raw, and long text is cut."""
    said = only('preset: "\\e[31m\\u202e' + "x" * 100 + '"')
    assert "\x1b" not in said and "\\x1b" in said and "\\u202e" in said and "…" in said


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    """YAML's, the schema's and the meaning's together; nothing that only follows from another."""
    text = """\
preset: gitfow
kinds:
  develop: {names: [dev, devel], protcted: yes}
  feature: {name: "feature/{ticktet}-{slug}", parent: develp}
  other: {name: 5}
  another: {name: "another/{slug}", parent: other}
rules: {stacked: error, wrong-origin: off}
stale-days: 0
stale-days: 1.5
"""
    found = problems(text)
    places = [(problem.line, problem.column) for problem in found]
    assert places == sorted(places)
    assert places == [
        *[(1, 9), (3, 20), (3, 34), (3, 44), (4, 19), (4, 55), (5, 17)],
        *[(7, 9), (7, 39), (9, 1), (9, 13)],
    ]


def test_an_unsound_list_item_does_not_move_the_others() -> None:
    """The places of a list's other items stay true."""
    found = problems("kinds: {feature: {names: [yes, 5, 'a b']}}")
    assert [(p.line, p.column) for p in found] == [(1, 27), (1, 32)]


_WORDS = st.sampled_from(
    "preset gitflow ml kinds main develop feature hotfix own name names parent targets protected tag parallel rules "
    "stale-branch GFG106 error ignore message style ticket max-subject versions tag-prefix stale-days remote a/{slug} "
    "v{version} {ticket} ** - .. { tools black flake8 sqlfluff run args files exclude hard reads lines family lint "
    "plugins quality stages pre-push new-only suppressions refuse seconds file-kb none warn *.py /x "
    "merge-drivers".split()
)
_VALUES = st.none() | st.booleans() | st.integers(-1, 99) | _WORDS
_TREES = st.recursive(
    _VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_WORDS, _TREES | st.dictionaries(_WORDS, _TREES, max_size=4), min_size=1, max_size=5))
def test_any_tree_is_a_policy_or_a_list_of_placed_problems(tree: dict[str, Any]) -> None:
    """Nothing else is ever raised, and whatever is a policy can be used."""
    try:
        got = flow(json.dumps(tree))
    except PolicyError as error:
        assert all(problem.line == 1 and problem.column >= 1 and problem.says for problem in error.problems)
    else:
        assert got.kind_of(got.production) == got.kind("main")
        assert all(got.kind(name) for kind in got.kinds for name in (*kind.parents, *kind.targets))


def test_merge_drivers_are_each_named_once_and_not_without_end() -> None:
    """What stands twice counts once."""
    assert flow("merge-drivers: [a, b, a]").merge_drivers == ("a", "b")
    assert flow("preset: ml").merge_drivers == ()
    many = ", ".join(f"d{number}" for number in range(301))
    assert only(f"merge-drivers: [{many}]").endswith(TOO_MANY)


def test_an_error_names_the_file_line_and_column() -> None:
    """One line a problem."""
    found = problems("preset: x\nremote: null\n")
    assert [p.text.split(": ")[0] for p in found] == [".gitflowguard.yaml:1:9", ".gitflowguard.yaml:2:9"]
    assert read("preset: ml").flow.preset == "ml"
