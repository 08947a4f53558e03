"""The site: every page is in its navigation, no link leads nowhere, nothing is fetched from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitflowguard.model.distribution import REPOSITORY
from tests.docs.pages import ROOT
from tools import site


class Loader(yaml.SafeLoader):
    """Reads past the one tag that names a function."""


Loader.add_multi_constructor("!!python/", lambda loader, suffix, node: suffix)
Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def named(node: Any) -> list[str]:
    """The pages of a navigation."""
    if isinstance(node, str):
        return [node]
    values = node.values() if isinstance(node, dict) else node
    return [page for value in values for page in named(value)]


def test_every_page_is_in_the_navigation_once() -> None:
    """The rules by themselves; what is generated, too."""
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)  # tags are names here  # nosec B506
    pages = named(config["nav"])
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    generated = {"reference/policy.md", "reference/codes.md"}
    own = {name for name in there | generated if not name.startswith("rules/")}
    assert set(pages) == own | {"RULES"} and len(pages) == len(set(pages))


@pytest.mark.parametrize(
    "given, path, made",
    [
        ("[x](../CHANGELOG.md)", "a.md", f"[x]({REPOSITORY}/blob/main/CHANGELOG.md)"),
        (
            "[x](../../tests/rules/a.md#b)",
            "rules/a.md",
            f"[x]({REPOSITORY}/blob/main/tests/rules/a.md#b)",
        ),
        ("[x](policy.md#keys)", "a.md", "[x](policy.md#keys)"),
        ("[x](https://e.org/a)", "a.md", "[x](https://e.org/a)"),
        ("```yaml policy\n[x](../b.md)\n```", "a.md", "```yaml\n[x](../b.md)\n```"),
        ("```text\n  -h  Help.\n```", "a.md", "```text\n  -h  Help.\n```"),
        ("text\n- one\n- two", "a.md", "text\n\n- one\n- two"),
        ("1. one\n   ```sh\n   x\n   ```", "a.md", "1. one\n    ```sh\n    x\n    ```"),
    ],
)
def test_what_python_markdown_reads_otherwise_is_fitted(given: str, path: str, made: str) -> None:
    """Links that leave docs/, fences, lists."""
    assert site.fitted(given, path) == made


def test_the_reference_has_every_key_and_code() -> None:
    """From the schema, and from the table of exit codes."""
    keys, codes = site.keys_page(), site.codes_page()
    assert all(f"| `{key}` |" in keys for key in ("preset", "kinds", "rules", "new-only", "names"))

    assert "| 130 |" in codes and "GITFLOWGUARD_SKIP" in codes


@pytest.fixture(scope="module")
def built() -> Path:
    """The site, built as `make site` does."""
    pytest.importorskip("material", reason="mkdocs-material is not installed; make site installs it")
    done = subprocess.run(
        (sys.executable, str(ROOT / "tools/site.py")), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site.SITE


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(built: Path) -> None:
    """No script, style, font or picture."""
    for path in built.rglob("*.html"):
        text = path.read_text("utf-8")
        found = re.findall(r"<(?:script|img|iframe)[^>]+src=[\"']?(https?:[^\"'> ]+)", text)
        found += re.findall(r"<link[^>]+rel=[\"']?stylesheet[^>]+href=[\"']?(https?:[^\"'> ]+)", text)
        assert not found, (path, found)


@pytest.mark.slow
def test_it_is_read_and_searched_from_a_folder(built: Path) -> None:
    """In a browser without a network: narrow and wide, light and dark; no page is wider than the window."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("chromium or chromedriver is not installed")
    from selenium import webdriver
    from selenium.webdriver.common.by import By

    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(word)
    service = webdriver.ChromeService(shutil.which("chromedriver") or "")
    driver = webdriver.Chrome(options=options, service=service)
    try:
        grounds = set()
        for scheme in ("light", "dark"):
            media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
            for width in (360, 1400):
                size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                for page in ("index.html", "hooks.html", "cli.html", "rules/stacked-branch.html"):
                    driver.get(f"file://{built}/{page}")
                    driver.execute_script("localStorage.clear()")
                    driver.refresh()
                    wide = driver.execute_script("return document.documentElement.scrollWidth")
                    assert wide <= width, (page, width, scheme)
            grounds.add(driver.execute_script("return getComputedStyle(document.body).backgroundColor"))
        assert len(grounds) == 2
        box = driver.find_element(By.CSS_SELECTOR, "input.md-search__input")
        box.click()
        box.send_keys("back-merge")
        end = time.monotonic() + 120
        while time.monotonic() < end and not driver.find_elements(By.CSS_SELECTOR, ".md-search-result__link"):
            time.sleep(0.2)
        first = driver.find_elements(By.CSS_SELECTOR, ".md-search-result__link")[0].get_attribute("href")
        assert "missing-back-merge" in str(first)
    finally:
        driver.quit()
