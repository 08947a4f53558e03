"""The part of the first policy that is about format, lint and security tools."""

from __future__ import annotations

from gitflowguard.model.names import listed
from gitflowguard.policy.presets import tools_of
from gitflowguard.quality.catalogue import USUAL
from gitflowguard.repo.toolsigns import Sign

# Judges files together, so that every change is measured against the whole project.
_SLOW = "mypy"
_NEW_ONLY = """\
# Only what a change adds counts, so that old code stops nobody.
quality:
  new-only: true
"""
# bandit reads these only where its command names them (bandit.readthedocs.io, "Configuration", -c), so that they don't
# show that anybody runs it.
_PASSIVE = ("bandit.yaml", "bandit.yml")
# They write the same lines in two ways; a project that moved from one to the other often keeps the old settings.
_FORMATTERS = ("black", "ruff-format")
_OFFER = "\n# Checks of exactly what is being committed; to have them, uncomment.\n"


def tools_block(signs: tuple[Sign, ...], python: bool, preset: str) -> str:
    """The block for what a project uses, an offer where it has Python and no tool, else "".

    A tool that runs through a framework already stands there as a comment, for it would
    run twice, and so does one that nothing shows to be in use; one that the preset has is not repeated.
    """
    has = {tool.name for tool in tools_of(preset)}
    used = tuple(sign for sign in signs if sign.tool not in has and sign.tool != _SLOW)
    if not used:
        names = tuple(tool.name for tool in USUAL)
        return _OFFER + _commented(_yaml(names) + _NEW_ONLY) if python and not has else ""
    said = _said(used, any(sign.tool == _SLOW for sign in signs))
    names = tuple(sign.tool for sign in used)
    idle = _idle(used)
    off = tuple(sign.tool for sign in used if sign.hook or sign in idle)
    if len(off) == len(used):
        return said + _commented(_yaml(names) + _NEW_ONLY)
    return said + _yaml(names, off) + _NEW_ONLY


def _formatter(used: tuple[Sign, ...]) -> str:
    """The formatter that runs through a framework, "" for none."""
    return next((sign.tool for sign in used if sign.hook and sign.tool in _FORMATTERS), "")


def _idle(used: tuple[Sign, ...]) -> tuple[Sign, ...]:
    """Tools with settings that don't show that anybody runs them."""
    other = _formatter(used)
    return tuple(
        sign
        for sign in used
        if not sign.hook and (sign.where in _PASSIVE or (other and sign.tool in _FORMATTERS))
    )


def _said(used: tuple[Sign, ...], slow: bool) -> str:
    """What is written above the block."""
    lines = []
    idle = _idle(used)
    files = tuple(
        dict.fromkeys(sign.where for sign in used if sign.where and not sign.hook and sign not in idle)
    )
    if files:
        lines.append(f"Tools that this project has settings for, in {listed(files, 'and')}.")
    twice = tuple(sign.tool for sign in used if sign.hook)
    if twice:
        hooks = listed(tuple(dict.fromkeys(sign.hook for sign in used if sign.hook)), "and")
        run = "runs" if len(twice) == 1 else "run"
        lines.append(f"{listed(twice, 'and')} {run} through {hooks} already and would run twice here:")
        lines.append("to have them here instead, uncomment them and take their hooks out there.")
    other = _formatter(used)
    for sign in idle:
        why = f"{other} formats already" if sign.tool in _FORMATTERS else "nothing shows that it runs"
        lines.append(f"{sign.tool} has settings in {sign.where}, and {why}; to run it here,")
        lines.append("uncomment it.")
    if slow:
        lines.append("mypy is left out, because it reads the whole project at every change (mypy: true).")
    return "\n" + "".join(f"# {line}\n" for line in lines)


def _yaml(names: tuple[str, ...], off: tuple[str, ...] = ()) -> str:
    """The tools; off: those that are only comments."""
    return "tools:\n" + "".join(f"  {'# ' if name in off else ''}{name}: true\n" for name in names)


def _commented(text: str) -> str:
    """The text so that taking one ``# `` off each line gives it back."""
    return "".join(f"# {line}\n" for line in text.splitlines())
