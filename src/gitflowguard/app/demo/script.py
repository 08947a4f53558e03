"""The two days of `demo`, as data: who types what, and how it must end."""

from __future__ import annotations

from gitflowguard.model.record import Record

ANA, BEN, CHRIS = "Ana", "Ben", "Chris"
PASSES, REFUSED, CONFLICT = "passes", "refused", "conflict"


class Say(Record):
    """A line of narration. title: a headline."""

    text: str
    title: bool = False


class DemoWrite(Record):
    """A person writes a whole file; the line that matters is shown."""

    who: str
    path: str
    text: str
    shown: str


class DemoCommand(Record):
    """A person types a command. ends: PASSES, REFUSED (then by rule ``code``), or CONFLICT.

    most: how many lines of its output are shown.
    """

    who: str
    words: tuple[str, ...]
    ends: str = PASSES
    code: str = ""
    most: int = 40


class DemoPython(Record):
    """A person runs a script of the project."""

    who: str
    path: str


class DemoEvent(Record):
    """The push event that a forge sends when a person has pushed main: its last merge, in the file ``path``."""

    who: str
    path: str


class DemoFlip(Record):
    """A byte of a file changes."""

    who: str
    path: str


class Mend(Record):
    """A person runs the commands that the last refusal printed as help, just as printed."""

    who: str


class Show(Record):
    """A file of the work tree, which must hold a text (or, with ``lacks``, must not)."""

    who: str
    path: str
    holds: str
    lacks: str = ""


Step = Say | DemoWrite | DemoCommand | DemoPython | DemoEvent | DemoFlip | Mend | Show

ITER = "lr = LogisticRegression(maxIter=10, regParam=0.001)"
MORE = "lr = LogisticRegression(maxIter=20, regParam=0.001)"
READ = 'lr = LogisticRegression(maxIter=model_config["maxIter"], regParam=model_config["regParam"])'
IMPORT = "\nfrom model_config import model_config\n"
BOTH = 'model_config = {"maxIter": 20, "regParam": 0.001}'
_PIPELINE = """\
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import HashingTF, Tokenizer
{more}
tokenizer = Tokenizer(inputCol="text", outputCol="words")
hashingTF = HashingTF(inputCol=tokenizer.getOutputCol(), outputCol="features")
{lr}
pipeline = Pipeline(stages=[tokenizer, hashingTF, lr])
"""


def git(who: str, *args: str, ends: str = PASSES, code: str = "", most: int = 40) -> DemoCommand:
    """A git command that a person types."""
    return DemoCommand(who, ("git", *args), ends, code, most)


def pipeline(who: str, line: str, more: str = "") -> DemoWrite:
    """pipeline.py with another line in the middle. more: what it imports besides."""
    return DemoWrite(who, "pipeline.py", _PIPELINE.format(lr=line, more=more), line)


def config(who: str, line: str) -> DemoWrite:
    """model_config.py."""
    return DemoWrite(who, "model_config.py", line + "\n", line)


# What is there in the morning of both days. Not shown.
MORNING: tuple[Step, ...] = (
    DemoWrite(ANA, "README.md", "# Spam filter\n", "# Spam filter"),
    git(ANA, "add", "."),
    git(ANA, "commit", "-q", "-m", "Start"),
    git(ANA, "remote", "add", "origin", "../origin.git"),
    git(ANA, "push", "-q", "-u", "origin", "main"),
)

WITHOUT: tuple[Step, ...] = (
    Say("A day without the guard", title=True),
    Say("Ana cuts a branch from main and writes pipeline.py."),
    git(ANA, "switch", "-q", "-c", "pipeline1spark", "main"),
    pipeline(ANA, ITER),
    git(ANA, "add", "pipeline.py"),
    git(ANA, "commit", "-q", "-m", "Add the Spark pipeline"),
    Say("Ben cuts his branch from Ana's, and changes the same line. Ana goes on editing it, too."),
    git(BEN, "switch", "-q", "-c", "pipeline", "pipeline1spark"),
    pipeline(BEN, READ),
    git(BEN, "commit", "-q", "-am", "Read the parameters from model_config"),
    git(ANA, "switch", "-q", "pipeline1spark"),
    pipeline(ANA, MORE),
    git(ANA, "commit", "-q", "-am", "Iterate more"),
    Say("Chris joins: which one is the newest, and where does new work start? git can't say."),
    git(CHRIS, "branch"),
    Say("In the evening both go to main."),
    git(ANA, "switch", "-q", "main"),
    git(ANA, "merge", "-q", "pipeline1spark"),
    git(BEN, "merge", "pipeline", ends=CONFLICT),
    Show(BEN, "pipeline.py", "<<<<<<< HEAD"),
    Say("On main somebody must now pick a side by hand, and the worse code may be what is kept."),
)

POLICY = "rules: {stacked-branch: error}\n"
WITH: tuple[Step, ...] = (
    Say("The same day with the guard", title=True),
    Say(
        "Ana writes the policy: Gitflow, and a branch on another's unmerged work is an error, not a warning."
    ),
    DemoWrite(ANA, ".gitflowguard.yaml", POLICY, POLICY.strip()),
    DemoCommand(ANA, ("gitflowguard", "init", "--yes"), most=5),
    git(ANA, "add", ".gitflowguard.yaml"),
    git(ANA, "commit", "-q", "-m", "Adopt Gitflow"),
    git(ANA, "switch", "-q", "develop"),
    git(ANA, "merge", "-q", "main"),
    git(ANA, "push", "-q", "-u", "origin", "main", "develop"),
    Say("Ana commits on main."),
    git(ANA, "switch", "-q", "main"),
    pipeline(ANA, ITER),
    git(ANA, "add", "pipeline.py"),
    git(ANA, "commit", "-q", "-m", "Add the Spark pipeline", ends=REFUSED, code="GFG201"),
    Say("She cuts her branch as yesterday: warned at once, blocked at the commit, fixed by what is printed."),
    git(ANA, "switch", "-q", "-c", "pipeline1spark", most=2),
    git(ANA, "commit", "-q", "-m", "Add the Spark pipeline", ends=REFUSED, code="GFG101"),
    Mend(ANA),
    git(ANA, "commit", "-q", "-m", "Add the Spark pipeline"),
    Say("Ben cuts from Ana's branch."),
    git(BEN, "switch", "-q", "-c", "feature/model-config", "feature/pipeline1spark", most=1),
    config(BEN, BOTH.replace("20", "10")),
    git(BEN, "add", "model_config.py"),
    git(BEN, "commit", "-q", "-m", "Add model_config", ends=REFUSED, code="GFG106"),
    Mend(BEN),
    git(BEN, "commit", "-q", "-m", "Add model_config"),
    Say("Chris joins and asks the same question."),
    DemoCommand(CHRIS, ("gitflowguard", "status")),
    Say("Ben sends his to main: merged by fast-forward, where git asks no hook, or pushed past it."),
    git(BEN, "switch", "-q", "main"),
    git(BEN, "merge", "-q", "feature/model-config"),
    git(BEN, "push", "-q", "origin", "main", ends=REFUSED, code="GFG301"),
    Mend(BEN),
    git(BEN, "push", "-q", "origin", "feature/model-config:main", ends=REFUSED, code="GFG404"),
    Mend(BEN),
    Say("Ana merges her feature straight to main."),
    git(ANA, "switch", "-q", "main"),
    git(ANA, "merge", "-q", "--no-ff", "--no-edit", "feature/pipeline1spark", ends=REFUSED, code="GFG301"),
    Mend(ANA),
    Say("It is in develop now. Ben takes it from there and changes the line; so does Ana, on a new feature."),
    git(BEN, "switch", "-q", "feature/model-config"),
    git(BEN, "merge", "-q", "--no-edit", "develop"),
    pipeline(BEN, READ, IMPORT),
    git(BEN, "commit", "-q", "-am", "Read the parameters from model_config"),
    git(ANA, "switch", "-q", "-c", "feature/iterate-more", "develop"),
    pipeline(ANA, MORE),
    git(ANA, "commit", "-q", "-am", "Iterate more"),
    Say("Nobody has merged anything yet, and it is known already that these two will conflict."),
    DemoCommand(CHRIS, ("gitflowguard", "status", "--local"), most=8),
    git(ANA, "switch", "-q", "develop"),
    git(ANA, "merge", "-q", "--no-ff", "--no-edit", "feature/iterate-more"),
    Say("The conflict shows on Ben's own branch, not on main; the markers cannot be committed."),
    git(BEN, "switch", "-q", "feature/model-config"),
    git(BEN, "merge", "develop", ends=CONFLICT),
    git(BEN, "add", "pipeline.py"),
    git(BEN, "commit", "-q", "--no-edit", ends=REFUSED, code="GFG202"),
    Say("Ben reads both sides, and keeps both."),
    pipeline(BEN, READ, IMPORT),
    config(BEN, BOTH),
    git(BEN, "add", "pipeline.py", "model_config.py"),
    git(BEN, "commit", "-q", "--no-edit"),
    Say("The right way goes through: feature to develop, release to main and develop, a tag, a push."),
    git(BEN, "switch", "-q", "develop"),
    git(BEN, "merge", "-q", "--no-ff", "--no-edit", "feature/model-config"),
    git(CHRIS, "switch", "-q", "-c", "release/1.0", "develop"),
    DemoWrite(CHRIS, "VERSION", "1.0\n", "1.0"),
    git(CHRIS, "add", "VERSION"),
    git(CHRIS, "commit", "-q", "-m", "Release 1.0"),
    git(CHRIS, "switch", "-q", "main"),
    git(CHRIS, "merge", "-q", "--no-ff", "--no-edit", "release/1.0"),
    git(CHRIS, "tag", "-a", "-m", "Release 1.0", "1.0"),
    git(CHRIS, "switch", "-q", "develop"),
    git(CHRIS, "merge", "-q", "--no-ff", "--no-edit", "release/1.0"),
    git(CHRIS, "push", "-q", "origin", "main", "develop", "1.0"),
    git(CHRIS, "branch", "-d", "release/1.0"),
    git(CHRIS, "log", "--oneline", "--first-parent", "--decorate", "main", "develop"),
    Show(CHRIS, "pipeline.py", READ, lacks="<<<<<<<"),
)

ENDING = (
    "What happened: the same three people, the same habits, the same line of pipeline.py.",
    "Without the guard the conflict broke out on main, and nobody knew which branch to trust.",
    "With it {refused} wrong steps were blocked by git hooks, and each message printed the fix.",
    "main holds one reviewed line, released and tagged 1.0; develop is where new work starts.",
    "What now: gitflowguard init",
)
