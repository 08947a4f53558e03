"""What may stand under ``model`` in a policy file, as types."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Text = Annotated[str, Meta(min_length=1)]
Number = Text | int | float
OneOrMore = Text | list[Text]


class BoundForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """One metric and its bounds."""

    metric: Annotated[Text, Meta(description="Where the number stands in the report: True.f1-score, rmse.")]
    min: Annotated[Number | UnsetType, Meta(description="The least that it may be.")] = UNSET
    max: Annotated[Number | UnsetType, Meta(description="The most that it may be.")] = UNSET
    drop: Annotated[
        Number | UnsetType, Meta(description="How far it may fall below the base's: 0.02, or 5%.")
    ] = UNSET
    rise: Annotated[
        Number | UnsetType, Meta(description="How far it may grow above the base's: 0.02, or 5%.")
    ] = UNSET
    rows: Annotated[
        Annotated[int, Meta(ge=0)] | UnsetType,
        Meta(description="The fewest rows that it may rest on without a warning."),
    ] = UNSET


class ModelTestsForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """The tests of the model."""

    junit: Annotated[Text, Meta(description="Their JUnit report, such as reports/junit.xml.")]
    need: Annotated[
        list[Text], Meta(description="Patterns of tests that must have passed: tests/model/*.")
    ] = []


class NoiseForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What shows how much of a change is chance."""

    predictions: Annotated[
        Text | UnsetType, Meta(description="A CSV file with the columns actual and predicted.")
    ] = UNSET
    confidence: Annotated[Number | UnsetType, Meta(description="Of the interval, such as 0.95.")] = UNSET
    repeat: Annotated[
        int, Meta(ge=1, le=100, description="How many runs of the evaluation there must be.")
    ] = 1


class TrackingForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """A tracking store of MLflow."""

    experiment: Annotated[Text, Meta(description="The experiment's name.")]
    uri: Annotated[
        Text, Meta(description="mlruns, sqlite:///mlflow.db or the address of a tracking server.")
    ] = "mlruns"


class ModelForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """What the reports on a model must say before it is merged."""

    needed_by: Annotated[
        list[Text] | UnsetType,
        Meta(description="Kinds of branches that take no model without it; elsewhere it is a warning."),
    ] = UNSET
    when: Annotated[
        list[Text], Meta(description="Patterns of paths: a change of none of them needs no model.")
    ] = []
    metrics: Annotated[
        OneOrMore | UnsetType,
        Meta(description="Reports with numbers: a .json, .yaml or .toml file, or junit:FILE."),
    ] = UNSET
    mlflow: Annotated[TrackingForm | UnsetType, Meta(description="Read the numbers from MLflow instead.")] = (
        UNSET
    )
    gate: Annotated[list[BoundForm], Meta(description="The metrics and their bounds.")] = []
    tests: Annotated[ModelTestsForm | UnsetType, Meta(description="The tests of the model.")] = UNSET
    baseline: Annotated[
        Text, Meta(description="base: the same reports at the base; mlflow; or a file at the base.")
    ] = "base"
    noise: Annotated[
        NoiseForm | UnsetType, Meta(description="What shows how much of a change is chance.")
    ] = UNSET
    reference: Annotated[
        list[Text], Meta(description="Patterns of files that old and new numbers have to share.")
    ] = []
    dvc: Annotated[
        Text | UnsetType, Meta(description="DVC's lock file, which says what the numbers were made from.")
    ] = UNSET
    made_from: Annotated[
        Text | UnsetType, Meta(description="Where a report names its commit or tree, such as meta.commit.")
    ] = UNSET
