"""A password, key or token in the repository.

What it checks

A few forms that can be known for sure: access keys of AWS, private keys, tokens of
GitHub, GitLab, npm, PyPI, Hugging Face, Slack, Stripe, Google, OpenAI, Anthropic and
others, with their checksum where they have one, and values of an environment file
(.env). The value is never printed. Samples such as .env.example are left alone.

Why it matters

Whoever can read the repository, now or in ten years, can use the secret. Robots find
a key in a public repository within minutes.

Example

    git add .env                  (with AWS_SECRET_ACCESS_KEY=…)
    git commit

How to fix it

Take the value out, stage the file again and commit. If it was pushed, revoke the
secret first: removing it from the history doesn't make it secret again. A secret
belongs in the environment or in the CI's own store.
"""

from __future__ import annotations

from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "committed-secret"


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks once for each secret, and never of its value."""
    if NAME in blob.trusted:
        return
    for form, line in blob.secrets:
        article = "an" if form[:1].lower() in "aeiou" else "a"
        yield finding(blob, f"this line contains {article} {form}", line)


RULE = Rule(code="GFG817", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
