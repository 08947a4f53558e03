"""Which repository a remote's address names."""

from __future__ import annotations

import pytest

from gitflowguard.model.address import Address, address_of, is_name, is_owner

WEB = Address("github.com", "acme/web")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/web", "https://github.com/acme/web.git", "https://github.com/acme/web/",
        "https://x-access-token:secret@github.com/acme/web.git", "git@github.com:acme/web.git", "github.com:acme/web",
        "ssh://git@github.com/acme/web.git", "ssh://git@ssh.github.com:443/acme/web.git", "git://github.com/acme/web",
        "https://www.github.com/acme/web", "https://GitHub.com/acme/web",
    ],
)  # fmt: skip
def test_addresses(url: str) -> None:
    assert address_of(url) == WEB


def test_another_server() -> None:
    assert address_of("https://ghe.example:8443/acme/web.git") == Address("ghe.example", "acme/web")


@pytest.mark.parametrize(
    "url",
    ["", "/srv/git/web.git", "../web", "file:///srv/acme/web", "https://github.com/acme", "https://github.com/a/b/c",
     "https://github.com/acme/..", "C:\\acme\\web", "ext::sh -c x", "https://github.com/acme/web?x=y", "git@host:web"],
)  # fmt: skip
def test_what_is_none(url: str) -> None:
    assert address_of(url) is None


def test_names() -> None:
    assert (
        is_name("acme/web.js_2-x")
        and not is_name("acme")
        and not is_name("-x/web")
        and not is_name("acme/..")
    )
    assert is_owner("acme-inc") and not is_owner("acme/web") and not is_owner("-x")
