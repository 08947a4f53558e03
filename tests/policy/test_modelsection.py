"""The policy's section `model`: what can't be meant, each mistake at its place."""

from __future__ import annotations

import pytest

from gitflowguard.model.demand import demand_of
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.origins import of_preset, show
from tests.policy.helpers import flow

GATE = "gate: [{metric: a, min: 0.5}]"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model: {}", "model asks for nothing; add gate or tests"),
        (f"model: {{{GATE}}}", "model.gate needs a report: add metrics: reports/metrics.json"),
        (
            f"model: {{metrics: a.csv, {GATE}}}",
            '"a.csv" isn\'t a report that can be read; it ends in .json, .yaml, .yml or .toml',
        ),
        (f"model: {{metrics: a.json, mlflow: {{experiment: x}}, {GATE}}}", "are both set; name one source"),
        (f"model: {{metrics: /etc/a.json, {GATE}}}", "must be a path below the repository's root"),
        ("model: {tests: {junit: ../x.xml}}", "must be a path below the repository's root"),
        (f'model: {{mlflow: {{experiment: x, uri: "https://u:p@h"}}, {GATE}}}', "holds a user or password"),
        ("model: {metrics: m.json, gate: [{metric: a}]}", '"a" has no bound; add min, max, drop or rise'),
        ("model: {metrics: m.json, gate: [{metric: a, min: soon}]}", 'must be a number, not "soon"'),
        ('model: {metrics: m.json, gate: [{metric: a, min: "NaN"}]}', 'must be a number, not "NaN"'),
        ("model: {metrics: m.json, gate: [{metric: a, min: 5%}]}", 'must be a number, not "5%"'),
        ("model: {metrics: m.json, gate: [{metric: a, drop: -0.1}]}", "must not be negative"),
        ("model: {metrics: m.json, gate: [{metric: a, min: 1.5, max: 0.5}]}", "nothing could pass"),
        (
            "model: {metrics: m.json, gate: [{metric: a, min: 1}, {metric: a, max: 2}]}",
            "write its bounds in one row",
        ),
        (f"model: {{metrics: m.json, {GATE}, needed-by: [mian]}}", 'did you mean "main"?'),
        (f"model: {{metrics: m.json, {GATE}, baseline: mlflow}}", "needs model.mlflow"),
        (f"model: {{metrics: m.json, {GATE}, baseline: champion}}", "must be base, mlflow, or a file"),
        (f"model: {{metrics: m.json, {GATE}, noise: {{confidence: 2}}}}", "between 0.5 and 0.999"),
        (f"model: {{metric: m.json, {GATE}}}", 'did you mean "metrics"?'),
        ("stale-days: 0.5", "would be read as another number"),
    ],
)
def test_a_mistake_says_what_to_write(text: str, says: str) -> None:
    """One line, in a person's words."""
    with pytest.raises(PolicyError) as caught:
        flow(text)
    assert says in str(caught.value)


def test_fractions_stay_as_written_and_toml_has_them_too() -> None:
    """0.80 has two places; TOML's own number is the same."""
    yaml = demand_of(flow("model: {metrics: m.json, gate: [{metric: a, min: 0.80}]}"))
    assert yaml is not None and yaml.gate[0].minimum == "0.80"
    assert yaml.needed_by == ("develop", "release", "main")
    plain = demand_of(flow("kinds: {develop: null}\nmodel: {metrics: m.json, gate: [{metric: a, min: 1}]}"))
    assert plain is not None and plain.needed_by == ("release", "main")


def test_what_config_show_prints_means_the_same() -> None:
    """Also names with dots."""
    before = flow("model: {metrics: m.json, gate: [{metric: True.f1-score, min: 0.80, rows: 3}]}")
    assert flow(show(of_preset(before))) == before
