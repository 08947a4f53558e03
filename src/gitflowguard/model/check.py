"""What a tool such as black, flake8 or bandit says of one file, and how a team wants it run."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.moment import BEFORE_A_COMMIT
from gitflowguard.model.record import Record

FORMAT, LINT, SECURITY = "format", "lint", "security"
FAMILIES = (FORMAT, LINT, SECURITY)
# How much a kind of branch has to pass, the least first. none: no tool is started. hard: only findings that
# stop a build are reported. warn: those fail, every other finding is a warning. full: every finding fails.
BARS = NONE, HARD, WARN, FULL = ("none", "hard", "warn", "full")


class Tool(Record):
    """One tool, as the policy has it; what a known tool leaves out stands in quality.catalogue.

    name: the key under ``tools``. args: added to its command line.
    files: patterns of the paths that it looks at (without a slash: the file's name;
        with one: the whole path; ``*`` stops at a slash, ``**`` does not); () is the
        tool's own choice. exclude: likewise, paths that it never looks at.
    hard: beginnings of the codes that stop a build; () is the tool's own choice.
    run: argv of a program that is not known by name; the files are appended.
    reads: how such a program answers, ``lines`` (path:line:col: text) or ``sarif``.
    family: what it is for: format, lint or security; "" is the tool's own choice.
    plugins: whether code of the repository that the tool's configuration names
        (flake8's local plugins) may run.
    leader: name and args of the formatter whose style the tool takes over where the
        project has no settings for it (quality.catalogue.agreed); no key of the policy.
    vouched: whether somebody answers for the code beside the tool's own that this entry runs (quality.foreign,
        app.policy.trust); without that such an entry doesn't run. No key of the policy.
    version: which one a job installs, as in ``6.0.1``; "" is the one that quality.requirements names.
    package: ``name==version`` of what brings a program that is not known by name. with_: of what a job
        installs beside it, such as plug-ins and stubs.
    """

    name: str
    args: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    reads: str = "lines"
    family: str = ""
    plugins: bool = False
    leader: tuple[str, ...] = ()
    version: str = ""
    package: str = ""
    with_: tuple[str, ...] = ()
    vouched: bool = False


class Quality(Record):
    """How the tools are run.

    stages: hooks that run them. new_only: only findings on lines that the change added.
    suppressions: ``count`` comments such as ``# noqa``, or ``refuse`` to honour them.
    seconds, megabytes: what one tool may take for one file: time, memory.
    file_kb: a larger file is not checked, and that is said.
    """

    stages: tuple[str, ...] = BEFORE_A_COMMIT
    new_only: bool = False
    suppressions: str = "count"
    seconds: int = 30
    megabytes: int = 2048
    file_kb: int = 1024


class Artefacts(Record):
    """What the artefact rules allow; which of them speak, and where, is for their severities.

    allow: names that pickles may look up, beside the audited ones: ``package.module.Name``, or ``package.**``.
    keep_output: whether a notebook's own keep_output marks count: ``count`` or ``refuse``.
    notebooks: ``stripped``, or ``none`` where the protected branches have no notebooks at all.
    size_kb: a larger content is a finding. data_kb: a larger table or database is one.
    data: patterns of paths that are data whatever their size. exclude: paths that size, data and notebooks say
    nothing of. read_mb: a larger content is not read.
    """

    allow: tuple[str, ...] = ()
    keep_output: str = "refuse"
    notebooks: str = "stripped"
    size_kb: int = 500
    data_kb: int = 100
    data: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    read_mb: int = 64


class Check(Record):
    """One thing that a tool said of a file, or that it couldn't check (one fact each).

    about: the branch that the change is on. tool: its name. family: what the tool is for.
    code: the tool's own code, "" if it has none. says: its words. path, line, column:
    where, from 1; 0 is unknown; end: the last line, where there are several. hard: whether it stops a build.
    advice: whether it is only shown as a warning here (the bar ``warn``).
    unchecked: why the tool couldn't check at the file, else None.
    mend: argvs that fix it.
    """

    about: str
    tool: str
    family: str
    path: str = ""
    code: str = ""
    says: str = ""
    line: int = 0
    column: int = 0
    hard: bool = False
    advice: bool = False
    unchecked: Unknown | None = None
    mend: tuple[tuple[str, ...], ...] = ()
    end: int = 0
