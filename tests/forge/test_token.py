"""Where a token may come from, and that it is shown nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.token import PUBLIC, App, Secret, api_url, app, find
from tests.conftest import executable

pytestmark = pytest.mark.hostile("token canary")

CANARY = "ghp_canary0123456789"


def test_the_order(tmp_path: Path) -> None:
    both = {"GITHUB_TOKEN": "one", "GH_TOKEN": "two", "PATH": ""}
    assert find(PUBLIC, both) == Secret("one", "GITHUB_TOKEN")
    assert find(PUBLIC, {"GH_TOKEN": "two", "PATH": ""}) == Secret("two", "GH_TOKEN")
    assert find(PUBLIC, both, "three\n") == Secret("three", "standard input")
    own = {**both, "GH_ENTERPRISE_TOKEN": "four"}
    assert find(PUBLIC, own).token == "one"
    assert find("https://github.example.com/api/v3", own) == Secret("four", "GH_ENTERPRISE_TOKEN")


@pytest.mark.parametrize(
    ("api", "host"), [(PUBLIC, "github.com"), ("https://ghe.example/api/v3", "ghe.example")]
)
def test_the_program_gh(tmp_path: Path, api: str, host: str) -> None:
    program = tmp_path / "gh"
    program.write_text(f'#!/bin/sh\n[ "$*" = "auth token --hostname {host}" ] && echo {CANARY}\n')
    program.chmod(0o755)
    environ = {"PATH": f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    assert find(api, environ) == Secret(CANARY, "gh auth token")
    program.write_text("#!/bin/sh\necho 'no oauth token found' >&2; exit 1\n")
    with pytest.raises(ForgeError, match="gh auth login"):
        find(api, environ)


def test_none_at_all(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="GITHUB_TOKEN"):
        find(PUBLIC, {"PATH": str(tmp_path)})


@pytest.mark.parametrize("text", ["", " \n", "two words", "line\nbreak", "x\x1b[0m", "ümlaut", "x" * 5000])
def test_what_is_no_token_is_not_shown(text: str) -> None:
    with pytest.raises(ForgeError) as caught:
        find(PUBLIC, {}, text)
    assert str(caught.value) == "what standard input holds isn't a token"


def test_secrets_have_no_representation() -> None:
    assert CANARY not in repr(Secret(CANARY, "GH_TOKEN")) and CANARY not in repr(App("1", CANARY))


def test_an_apps_key(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text("-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\n")
    assert app("Iv1.8a61f9b3a7aba766", str(file)).id == "Iv1.8a61f9b3a7aba766"
    with pytest.raises(ForgeError, match="number or client id"):
        app("my app", str(file))
    file.write_text(CANARY)
    with pytest.raises(ForgeError, match="isn't a private key") as caught:
        app("12", str(file))
    assert CANARY not in str(caught.value)
    with pytest.raises(ForgeError, match="cannot be read: No such file"):
        app("12", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "text",
    ["https://api.github.com", "https://ghe.example/api/v3/", "http://127.0.0.1:8080", "http://localhost:1"],
)
def test_addresses(text: str) -> None:
    assert api_url(text) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        "http://api.github.com",
        "api.github.com",
        "https://",
        "https://u:p@x.example",
        "https://x.example?a=b",
        "ftp://x",
    ],
)
def test_addresses_to_which_no_token_is_sent(text: str) -> None:
    with pytest.raises(ForgeError, match="--api-url") as caught:
        api_url(text)
    assert "u:p" not in str(caught.value)


def test_only_a_server_that_somebody_has_named_gets_githubs_token() -> None:
    environ = {"GITHUB_TOKEN": CANARY, "PATH": ""}
    with pytest.raises(ForgeError, match="GH_ENTERPRISE_TOKEN"):
        find("https://gitlab.example/api/v3", environ, trusted=False)
    assert find("https://gitlab.example/api/v3", environ).token == CANARY
    assert find(PUBLIC, environ, trusted=False).token == CANARY


def test_an_enterprises_token_is_for_a_server_that_somebody_has_named(tmp_path: Path) -> None:
    """By GH_HOST, an option or the CI; never for whatever host a clone's remote names, nor by way of gh."""
    host = "https://github.attacker.example/api/v3"
    gh = executable(
        tmp_path / "gh", '#!/bin/sh\necho "$GH_ENTERPRISE_TOKEN$GITHUB_ENTERPRISE_TOKEN$GH_TOKEN"\n'
    )
    for name in ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"):
        environ = {name: CANARY, "GH_TOKEN": CANARY, "PATH": str(gh.parent)}
        with pytest.raises(ForgeError, match="GH_HOST=github.attacker.example"):
            find(host, environ, trusted=False)
        assert find(host, environ).token == CANARY
        assert find(host, {**environ, "GH_HOST": "github.attacker.example"}, trusted=False).source == name
