"""`gitflowguard model check`."""

from __future__ import annotations

import json
import sys
import tempfile

import click

from gitflowguard import __version__
from gitflowguard.app.gate.check import GateSelection, GateVerdict, check_model
from gitflowguard.app.gate.repeat import NotWritten, repeat
from gitflowguard.cli import exits
from gitflowguard.cli.console import write
from gitflowguard.cli.output import is_coloured, report_options, save, write_report
from gitflowguard.cli.skips import skips
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.demand import ModelDemand
from gitflowguard.report.about import About
from gitflowguard.report.data import dump
from gitflowguard.report.escape import terminal
from gitflowguard.report.formats import GATE_FORMATS, render
from gitflowguard.report.gate.page import html_page
from gitflowguard.report.gate.picture import svg
from gitflowguard.report.gate.table import markdown_table, text_table
from gitflowguard.report.gate.view import as_data, metrics_of


@click.command("check", context_settings={"ignore_unknown_options": False})
@click.argument("run", nargs=-1, metavar="[-- COMMAND...]")
@click.option("--base", metavar="REV", help="What it is compared with.  [default: where the branch goes]")
@click.option(
    "--reports",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Where the reports are.  [default: the work tree]",
)
@click.option("--metrics", multiple=True, metavar="FILE", help="Numbers in place of the policy's report.")
@click.option("--junit", metavar="FILE", help="Tests in place of the policy's report.")
@click.option("--predictions", metavar="FILE", help="Predictions in place of the policy's file.")
@click.option("--mlflow", metavar="URI", help="MLflow's store in place of the policy's.")
@click.option(
    "--repeat", "times", type=click.IntRange(1, 100), help="Measure this many runs; the median counts."
)
@click.option(
    "--save",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="With COMMAND: keep each run's reports there, for pr check --reports.",
)
@click.option("--picture", metavar="FILE", type=click.Path(dir_okay=False), help="Also write an SVG.")
@report_options(GATE_FORMATS)
def command(
    run: tuple[str, ...],
    base: str | None,
    reports: str | None,
    metrics: tuple[str, ...],
    junit: str | None,
    predictions: str | None,
    mlflow: str | None,
    times: int | None,
    folder: str | None,
    picture: str | None,
    output_format: str,
    output_file: str | None,
    color: str,
) -> int:
    """Judge the reports on a model by the policy's section model, as it is at the base.

    What the policy names and the reports lack is a violation. With COMMAND, it is run first (--repeat times), and must
    write the reports. Several runs without COMMAND are read from run-1, run-2 … below --reports.

    Example: gitflowguard model check --repeat 5 -- python evaluate.py
    """
    if run and reports:
        raise click.UsageError("--reports names reports that are there; leave it out, or leave COMMAND out")
    if folder and not run:
        raise click.UsageError("--save keeps what COMMAND writes: add -- COMMAND")
    if times and times > 1 and not (run or reports):
        raise click.UsageError("--repeat needs runs: add -- COMMAND, or --reports DIR with run-1, run-2 …")
    asked = GateSelection(
        base=base or "",
        reports=reports or "",
        metrics=metrics,
        junit=junit or "",
        predictions=predictions or "",
        server=mlflow or "",
        repeat=times or 0,
    )
    silenced = skips()
    with tempfile.TemporaryDirectory(prefix="gitflowguard-") as scratch:

        def prepare(demand: ModelDemand, top: str) -> str:
            kept = folder or scratch
            repeat(demand, top, kept, demand.repeat, run, _say)
            return kept

        try:
            done = check_model(asked, silenced, prepare if run else None)
        except NotWritten as problem:
            from gitflowguard.rules.model.missing_metric import RULE

            _say(f"{RULE.name}: {problem}, so there is nothing to judge")
            return exits.VIOLATIONS
    _show(done, output_format, output_file, color)
    if picture:
        save(picture, svg(metrics_of(done.measures)))
    code = exits.exit_of(done.report)
    return exits.BLIND if code == exits.CLEAN and done.blind else code


def _say(line: str) -> None:
    write(f"gitflowguard: {terminal(line)}\n", sys.stderr)


def _show(done: GateVerdict, output_format: str, output_file: str | None, color: str) -> None:
    about = About(
        __version__,
        done.policy or POLICY_YAML,
        done.rules,
        is_coloured(color, output_file),
        blind=done.blind,
        insert=markdown_table(done.measures) if output_format == "markdown" else "",
    )
    if output_format == "html":
        text: str = html_page(done.report, about, done.measures)
    else:
        text = render(output_format, done.report, about)
    if output_format == "text":
        text = text_table(done.measures) + text
    if output_format == "json":
        data = json.loads(text)
        text = dump({**data, "measures": [as_data(one) for one in metrics_of(done.measures)]})
    write_report(text, output_file)
