"""What a package needs to bring a rule: the names here stay as they are within a major version.

    from gitflowguard.plugins import Commit, Finding, Rule

A rule is one pure function from a fact and a view to findings, and the entry point ``gitflowguard.rules`` of a package
names it. docs/own-rules.md shows one whole.
"""

from gitflowguard.model.authorship import Authorship
from gitflowguard.model.facts import Branch, Commit, Merge, RefUpdate, Release, View
from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule

__all__ = [
    "Authorship",
    "Branch",
    "Commit",
    "Finding",
    "Merge",
    "Pull",
    "RefUpdate",
    "Release",
    "Rule",
    "Unknown",
    "View",
]
