"""gitflowguard keeps a team's Gitflow: policy, hooks, checks.

The version is a literal and nothing is imported, because every hook pays for
what this file loads.
"""

__version__ = "0.2.0"
