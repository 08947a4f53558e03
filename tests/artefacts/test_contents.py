"""Notebooks, secrets, data, pointers, pinned versions and reviewed exceptions, as values."""

from __future__ import annotations

import json
import time
from typing import Any
from zlib import crc32

import pytest

from gitflowguard.artefacts import data, pins, pointers, trust
from gitflowguard.artefacts.inspect import inspect
from gitflowguard.artefacts.limits import Limits
from gitflowguard.artefacts.secrets import checked, find, worth
from gitflowguard.rules import registry
from gitflowguard.tooling.inspecting import inspect_all
from tests.artefacts.craft import BAD, GOOD

NAMES = dict(registry.of_fact("Blob"))

OUT = [{"output_type": "stream", "name": "stdout", "text": ["patient 4711\n"]}]


def cell(**more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": ["1"],
        "execution_count": None,
        "outputs": [],
        **more,
    }


def book(*cells: Any, **more: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


NOTEBOOKS: dict[str, tuple[bytes, tuple[tuple[str, int, bool], ...], str]] = {
    "stripped": (book(cell(), cell()), (), ""),
    "outputs in the second cell": (book(cell(), cell(outputs=OUT)), (("outputs", 2, False),), ""),
    "a count of zero": (book(cell(execution_count=0)), (("count", 1, False),), ""),
    "a mark on the cell": (
        book(cell(outputs=OUT, metadata={"keep_output": True})),
        (("outputs", 1, True),),
        "",
    ),
    "a mark that is off": (
        book(cell(outputs=OUT, metadata={"keep_output": False})),
        (("outputs", 1, False),),
        "",
    ),
    "a tag": (book(cell(outputs=OUT, metadata={"tags": ["x", "keep_output"]})), (("outputs", 1, True),), ""),
    "a mark on all": (book(cell(outputs=OUT), metadata={"keep_output": 1}), (("outputs", 1, True),), ""),
    "widgets": (book(cell(), metadata={"widgets": {"a": {"state": {}}}}), (("widgets", 0, False),), ""),
    "an empty widget state": (book(cell(), metadata={"widgets": {}}), (), ""),
    "a picture": (
        book(cell(cell_type="markdown", attachments={"a.png": {}})),
        (("attachment", 1, False),),
        "",
    ),
    "times": (book(cell(metadata={"ExecuteTime": {"end_time": "x"}})), (("times", 1, False),), ""),
    "format 3": (
        json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell(outputs=OUT)]}]}).encode(),
        (("outputs", 1, False),),
        "",
    ),
    "both lists": (book(cell(), worksheets=[{"cells": [cell(outputs=OUT)]}]), (("outputs", 2, False),), ""),
    "a format to come": (book(cell(), nbformat=5), (), "notebook format 5 isn't known here (2 to 4 are)"),
    "a list": (b"[]", (), "the notebook isn't a JSON object"),
    "UTF-16": (book(cell(outputs=OUT)).decode().encode("utf-16"), (), "the notebook isn't JSON"),
    "outputs that are no list": (book(cell(outputs={"0": 1})), (("outputs", 1, False),), ""),
    "cells that are no objects": (book(cell(), *[[1]]), (), ""),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_notebook_keeps(name: str) -> None:
    content, outputs, opaque = NOTEBOOKS[name]
    seen = inspect("a.ipynb", content)
    assert (seen.kind, seen.outputs, seen.opaque) == ("notebook", outputs, opaque)


def test_a_notebook_is_known_by_its_content_too() -> None:
    """Whatever it is called; JSON that only talks of one isn't one."""
    assert inspect("report.json", book(cell(outputs=OUT))).outputs
    assert inspect("a.json", b'{"nbformat": 4}').kind == "text"
    assert inspect("A.IPYNB", b"x").opaque


def token(prefix: str, body: str) -> str:
    """A token with the checksum that GitHub and npm put behind it."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number, tail = crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        tail = digits[digit] + tail
    return prefix + body + tail.rjust(6, "0")


BODY = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0"
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
SECRETS = {
    "AWS access key": ("a.py", "key = 'AKIA" + "QRSTUVWX23456722'"),
    "GitHub token": ("a.yml", "token: " + token("ghp_", BODY)),
    "npm token": (".npmrc", "//registry/:_authToken=" + token("npm_", BODY)),
    "Hugging Face token": ("a.ipynb.txt", "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH"),
    "private key": ("id_rsa", f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n"),
    "AWS secret key": (
        "credentials",
        "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzKEYabc12",
    ),
    "value in an environment file": (".env", "DB_PASSWORD=k3v9Qz71xLpw"),
    "Slack token": ("a.txt", "xoxb" + "-1234567890-abcdefGHIJ0123456789"),
    "Google API key": ("a.js", "AIza" + "SyA1b2C3d4E5f6G7h8I9j0KlMnOpQrStUvW"),
}
PLAIN = (
    ("a.md", "AKIA is how keys of AWS begin; ghp_ is one of GitHub's."),
    ("a.yml", "token: " + token("ghp_", BODY)[:-1] + "_"),
    ("a.yml", "token: ghp_" + "a" * 36),
    ("a.py", 'PEM = "-----BEGIN PRIVATE KEY-----"\nparse(PEM)\n'),
    (".env.example", "DB_PASSWORD=k3v9Qz71xLpw"),
    (".env", "DB_PASSWORD=changeme\nAPI_KEY=${API_KEY}\nTOKEN=<your-token>\nSECRET=\n"),
    ("a.py", "SECRET_KEY = os.environ['SECRET_KEY']"),
)


@pytest.mark.parametrize("form", SECRETS)
def test_a_secret_is_known_by_its_form(form: str) -> None:
    """Also escaped in JSON, as in a notebook, and with its line."""
    path, text = SECRETS[form]
    assert find(path, f"# one\n\n{text}\n".encode()) == ((form, 3),)
    assert inspect(path, f"{text}\n".encode()).secrets == ((form, 1),)


@pytest.mark.parametrize("form", SECRETS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "{}\n",
        "a.{}.b",
        "'{}'",
        "x=({})",
        "é{}é",
        "-{}",
        "{}-",
        "long_name_of_something_else " * 300 + "{}",
    ],
)
def test_the_search_for_words_lets_no_secret_by(form: str, around: str) -> None:
    """What `find` finds, `worth` has seen before it, whatever stands beside it."""
    path, secret = SECRETS[form]
    text = around.format(secret).encode()
    assert worth(path, text) or not find(path, text)
    assert worth(path, secret.encode())


def test_a_private_key_in_json_is_found() -> None:
    assert find("a.json", json.dumps({"key": SECRETS["private key"][1]}).encode()) == (("private key", 1),)


@pytest.mark.parametrize(("path", "text"), PLAIN)
def test_what_only_looks_like_one_is_left_alone(path: str, text: str) -> None:
    assert find(path, text.encode()) == ()


def test_a_checksum_tells_a_token_from_a_made_up_one() -> None:
    assert checked(token("ghp_", BODY).encode()) and not checked(b"ghp_" + b"a" * 36)


def test_no_text_makes_the_search_slow() -> None:
    """Each form is looked for in a window, by patterns without an ambiguous repetition."""
    start = time.process_time()
    for word in (b"AKIA", b"ghp_", b"-----BEGIN PRIVATE KEY-----\na: ", b"xoxb-", b"PASSWORD="):
        find(".env", word * 40_000)
        find(".env", word + b"a: " * 60_000)
    assert time.process_time() - start < 5.0


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("mlruns/0/meta.yaml", "a tracking store of MLflow"),
        ("a/.ipynb_checkpoints/b.ipynb", "a checkpoint of Jupyter"),
        ("A/.DS_Store", "a file of macOS"),
        ("src/a.pyc", "compiled Python"),
        ("src/mlruns.py", ""),
        ("data/a.csv", ""),
    ],
)
def test_what_a_path_says(path: str, what: str) -> None:
    assert data.by_path(path) == what


ROWS = [f"{n},{n * 2},name {n}" for n in range(2_000)]
TABLES = {
    "commas": ("\n".join(["a,b,c", *ROWS]), "a table of values (CSV)"),
    "tabs": ("\n".join(row.replace(",", "\t") for row in ROWS), "a table of values (CSV)"),
    "quoted": (
        "\n".join(
            ["a,b,c,d", *(f"{row}," + '"x, y"' if n % 2 else f"{row},z" for n, row in enumerate(ROWS))]
        ),
        "a table of values (CSV)",
    ),
    "objects": ("\n".join(f'{{"a": {n}}}' for n in range(3_000)), "a table of values (JSON lines)"),
    "code": ("\n".join(f"call({n}, {n})\nif a:\n    x = [1, 2]\n" for n in range(2_000)), ""),
    "prose": (
        "\n".join(f"Line {n} says, well, this" + (", and that" if n % 3 else "") for n in range(3_000)),
        "",
    ),
    "few lines": ("a,b\n1,2\n", ""),
    "an SQL database": ("SQLite format 3\0" + "x" * 99, "an SQLite database"),
    "Parquet": ("PAR1" + "x" * 99, "a Parquet table"),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_a_content_says(name: str) -> None:
    text, what = TABLES[name]
    assert data.by_content(text.encode()) == what


OID = b"a" * 64
POINTERS = {
    "lfs": (
        "m.pkl",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + OID + b"\nsize 12\n",
        "lfs",
        "",
    ),
    "lfs without a size": (
        "m.pkl",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + OID + b"\n",
        "lfs",
        "it has no size",
    ),
    "lfs with another sum": (
        "m.pkl",
        b"version https://git-lfs.github.com/spec/v1\noid sha1:aa\nsize 1\n",
        "lfs",
        "its oid isn't a SHA-256 checksum",
    ),
    "dvc": ("m.pkl.dvc", b"outs:\n- md5: " + b"b" * 32 + b"\n  size: 1\n  path: m.pkl\n", "dvc", ""),
    "a folder of dvc": ("d.dvc", b"outs:\n- md5: " + b"b" * 32 + b".dir\n  path: d\n", "dvc", ""),
    "dvc with another sum": ("m.dvc", b"outs:\n- md5: zz\n  path: m\n", "dvc", "its md5 isn't a checksum"),
    "annex": ("m.pkl", b"/annex/objects/SHA256E-s12--" + OID + b".pkl\n", "annex", ""),
}


@pytest.mark.parametrize("name", POINTERS)
def test_a_pointer_is_looked_at_as_one(name: str) -> None:
    path, content, kind, fault = POINTERS[name]
    seen = inspect(path, content)
    assert (seen.kind, seen.pointer, seen.lost, seen.opaque) == ("pointer", kind, fault, "")


def test_a_text_about_pointers_is_none() -> None:
    assert pointers.read("a.md", b"version https://git-lfs.github.com/spec/v1\n" + b"x" * 2000) is None
    assert pointers.read("a.yaml", b"outs:\n- md5: x\n") is None


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("requirements.txt", "numpy\nscikit-learn==1.9.1 ; python_version > '3'\n", "1.9.1"),
        ("requirements.txt", "scikit_learn[alldeps]==1.9.1 \\\n    --hash=sha256:aa\n", "1.9.1"),
        ("requirements.txt", "# scikit-learn==1.2\nscikit-learn>=1.0\n", ""),
        (
            "environment.yml",
            "dependencies:\n  - python=3.11\n  - scikit-learn=1.2.2=py311_0\n  - pip:\n    - numpy==2\n",
            "1.2.2",
        ),
        ("uv.lock", '[[package]]\nname = "scikit-learn"\nversion = "1.9.1"\n', "1.9.1"),
        ("poetry.lock", '[[package]]\nname = "numpy"\nversion = "2.0"\n', ""),
        ("pylock.toml", '[[packages]]\nname = "Scikit-Learn"\nversion = "1.9.1"\n', "1.9.1"),
        ("Pipfile.lock", '{"default": {"scikit-learn": {"version": "==1.9.1"}}}', "1.9.1"),
        (
            "conda-lock.yml",
            "package:\n- name: numpy\n  version: '2'\n- name: scikit-learn\n  version: 1.9.1\n",
            "1.9.1",
        ),
        ("uv.lock", "not TOML [", ""),
        ("Pipfile.lock", "[", ""),
    ],
)
def test_the_version_that_a_lock_file_pins(name: str, text: str, version: str) -> None:
    assert pins.pinned(name, text.encode(), "scikit-learn") == version


def test_the_record_of_exceptions_is_read_as_it_was_written() -> None:
    """Sorted by path; what isn't a line of it trusts nothing; the last word on a checksum counts."""
    first = trust.Entry("a" * 64, ("unsafe-pickle",), "Ada", "m.pkl", "ours")
    later = first._replace(rules=("unsafe-pickle", "large-file"), reason="tab\there")
    other = trust.Entry("b" * 64, ("opaque-artefact",), "Ben", "a.pt")
    text = trust.write((first, other, later))
    assert trust.read(text, NAMES) == (other, later._replace(reason="tab?here"))
    assert trust.rules_of(trust.read(text, NAMES), "a" * 64) == ("unsafe-pickle", "large-file")
    assert trust.read(b"zz\tunsafe-pickle\n" + b"a" * 64 + b"\tdirect-commit\n\xff\n", NAMES) == ()


def test_a_reader_that_is_killed_costs_one_verdict() -> None:
    """Time and memory are limited for each content; the next one is read all the same."""
    slow = b"\x80\x04" + b"N0" * 3_000_000 + b"N."
    found = inspect_all([("a", BAD), ("slow.pkl", slow), ("b", GOOD)], Limits(), 0.2, 64)
    assert [one.kind for one in found][::2] == ["pickle", "pickle"]
    assert found[0].imports and not found[2].imports
    assert found[1].opaque in ("", "reading it takes more than 0.2 s")
    assert inspect_all([("slow.pkl", slow * 3)], Limits(), 0.05, 64)[0].opaque
