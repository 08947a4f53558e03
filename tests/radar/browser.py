"""A real browser without a window, that speaks to nobody; and what it says of a page."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
# Every text that is drawn: its colour against what lies behind it (WCAG 2.2, 1.4.3), with where it is.
CONTRASTS = """
function parts(colour) {
  var found = colour.match(/[\\d.]+/g).map(Number);
  return found.length < 4 ? found.concat(1) : found;
}
function light(rgb) {
  var lin = rgb.slice(0, 3).map(function (v) {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2];
}
function behind(node) {
  for (; node; node = node.parentElement) {
    var colour = parts(getComputedStyle(node).backgroundColor);
    if (colour[3] === 1) { return colour; }
    if (colour[3] !== 0) { throw new Error("half transparent: " + node.outerHTML.slice(0, 80)); }
  }
  throw new Error("nothing behind");
}
var found = [];
document.querySelectorAll("body *").forEach(function (node) {
  var own = Array.from(node.childNodes).some(function (child) {
    return child.nodeType === 3 && child.data.trim();
  });
  if (!own || node.closest("script, .vh") || !node.checkVisibility()) { return; }
  var one = light(parts(getComputedStyle(node).color)), other = light(behind(node));
  var ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  found.push([ratio, node.tagName + "." + node.className + ": " + node.textContent.trim().slice(0, 40)]);
});
return found;
"""


def missing() -> str:
    """Which program is not on this machine; "" if the browser can be started."""
    programs = {
        "chromium": shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome"),
        "chromedriver": shutil.which("chromedriver"),
    }
    return " and ".join(name for name, path in programs.items() if not path)


@contextmanager
def browser(home: Path) -> Iterator[Chrome]:
    """A browser with a fresh profile under ``home``, which is all that it may write to."""
    options = ChromeOptions()
    options.binary_location = str(
        shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    for flag in (*FLAGS, f"--user-data-dir={home / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8"}
    driver = Chrome(options, Service(shutil.which("chromedriver"), env=environment))
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """One page in the browser."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def look(self, path: Path, width: int = 1280, scheme: str = "light") -> None:
        """Opens a file, in a window of that width, with that colour scheme; forgets what was logged before."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get("about:blank")
        self.complaints()
        self.requests()
        self.driver.get(path.as_uri())

    def ask(self, script: str, *values: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *values)

    def press(self, *keys: str) -> None:
        """Keys, to whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def complaints(self) -> list[str]:
        """What the console says since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last time."""
        log = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(entry["message"])["message"] for entry in log]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def contrasts(self) -> list[tuple[float, str]]:
        """(ratio, where) of each text that is drawn now."""
        return [(ratio, where) for ratio, where in self.ask(CONTRASTS)]

    def tree(self) -> list[tuple[str, str]]:
        """(role, name) of all that a screen reader meets."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node["ignored"]
        ]
