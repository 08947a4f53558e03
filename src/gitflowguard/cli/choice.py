"""One of some words, with the word that was probably meant where it is none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from gitflowguard.model.nearname import near_name


class WordChoice(click.Choice[str]):
    """click's, with a suggestion (`--preset gitlfow`), and words that are accepted without being offered.

    hidden: old word -> what is offered instead of it.
    """

    def __init__(self, choices: Sequence[str], hidden: Mapping[str, str] | None = None) -> None:
        super().__init__(tuple(choices))
        self.hidden = hidden or {}

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word; fails with the words that are offered, the one that was meant first."""
        if value in self.hidden:
            return str(value)
        return super().convert(value, param, ctx)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        """``Write one of bash, zsh, fish``: click's own has a tab and a line for each word."""
        return f"Write one of {', '.join(self.choices)}"

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """``'jsn' isn't one of text, sarif; did you mean text?``"""
        near = near_name(str(value), (*self.choices, *self.hidden))
        near = self.hidden.get(near, near)
        return f"{str(value)!r} isn't one of {', '.join(self.choices)}" + (
            f"; did you mean {near}?" if near else ""
        )
