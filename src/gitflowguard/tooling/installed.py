"""What is installed beside a program: distributions, their versions and the Python, read off the names of files."""

from __future__ import annotations

import os
import sys

from gitflowguard.model.record import Record
from gitflowguard.tooling.disk import is_folder, is_link, names, read, real

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ENDS = (".dist-info", ".egg-info")
# Files of setuptools, virtualenv and coverage that extend a Python's path or run at its start (docs.python.org,
# "site"), and that no editable install makes.
_KNOWN_PTH = ("distutils-precedence.pth", "_virtualenv.pth", "a1_coverage.pth")


class Environment(Record):
    """One Python environment.

    python: its version in numbers as far as it can be determined, and what its libraries are called.
    dists: (name in lower case with hyphens, version) pairs, sorted. made: whether it is an
    environment of its own rather than a system's. edited: places (directories that may hold an
    entry_points.txt) of what is installed in a form that changes under the same version.
    """

    python: str = ""
    dists: tuple[tuple[str, str], ...] = ()
    made: bool = False
    edited: tuple[str, ...] = ()

    def version(self, dist: str) -> str:
        """The version of a distribution, the lowest where there are several; "" if there is none."""
        found = [version for name, version in self.dists if name == dist and version]
        return min(found, key=order) if found and dist else ""

    def names(self) -> tuple[str, ...]:
        """``name-version`` of all of it."""
        return tuple(f"{name}-{version}" for name, version in self.dists)

    def changes(self, program: str) -> bool:
        """Whether the program, or a plug-in that names it, is installed in such a form."""
        starts = (f"[{program}.", f"{program} ", f"{program}=")
        return any(_speaks_of(place, starts) for place in self.edited)


def environment(folder: str, own: bool, environ: Mapping[str, str], program: str = "") -> Environment:
    """What is installed beside a directory of programs.

    own: whether it is the running Python's. program: one in it; where several Pythons
    share the directory, its first line tells whose it is. Never raises.
    """
    root = os.path.dirname(folder)
    rows = _settings(os.path.join(root, "pyvenv.cfg"))
    libraries = _of_program(_libraries(root), program)
    kinds = tuple(dict.fromkeys(os.path.basename(os.path.dirname(path)) for path in libraries))
    if not rows or rows.get("include-system-site-packages", "").lower() == "true":
        libraries += [path for path in _shared(root, rows, environ, kinds) if path not in libraries]
    dists: set[tuple[str, str]] = set()
    edited: list[str] = []
    for path in libraries:
        found = names(path)
        dists.update(_dist(name) for name in found if name.endswith(_ENDS))
        edited += _edited(path, found)
    told = ".".join(str(number) for number in sys.version_info[:3]) if own else _version_in(rows)
    made = bool(rows) or is_folder(os.path.join(root, "conda-meta"))
    return Environment(" ".join((told, *kinds)).strip(), tuple(sorted(dists)), made, tuple(edited))


def order(version: str) -> tuple[tuple[int, ...], int]:
    """What versions are compared by: their numbers without zeros at the end; one that comes before a release
    (a, b, rc, dev) stands in front of it. Epochs and local parts do not count."""
    rest = version.rpartition("!")[2].partition("+")[0].lower()
    numbers: list[int] = []
    while rest[:1].isascii() and rest[:1].isdigit():
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        numbers.append(int(digits[:9]))
        rest = rest[len(digits) :]
        if rest[:1] != "." or not rest[1:2].isdigit():
            break
        rest = rest[1:]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), -int(rest.lstrip(".-_").startswith(("a", "b", "c", "rc", "pre", "dev")))


def _settings(path: str) -> dict[str, str]:
    """The rows of a pyvenv.cfg."""
    rows = {}
    for line in read(path, 1 << 14, links=True).decode("utf-8", "replace").splitlines():
        name, is_row, value = line.partition("=")
        if is_row:
            rows[name.strip().lower()] = value.strip()
    return rows


def _version_in(rows: Mapping[str, str]) -> str:
    """``version = 3.11.7`` (venv), ``version_info = 3.11.7.final.0`` (virtualenv), either (uv)."""
    return ".".join((rows.get("version") or rows.get("version_info") or "").split(".")[:3])


def _libraries(root: str) -> list[str]:
    """The site-packages below a root, and Debian's own."""
    if os.name == "nt":
        return [os.path.join(root, "Lib", "site-packages")]
    found = []
    for lib in ("lib", "lib64"):
        folder = os.path.join(root, lib)
        if lib == "lib64" and is_link(folder):
            continue
        for name in sorted(names(folder)):
            if name.startswith(("python3", "pypy3")):
                found += [
                    os.path.join(folder, name, "site-packages"),
                    os.path.join(folder, name, "dist-packages"),
                ]
    return found


def _of_program(libraries: list[str], program: str) -> list[str]:
    """Those of the Python that the program's first line names, where there are several; else all."""
    kinds = {os.path.basename(os.path.dirname(path)) for path in libraries}
    line = read(program, 256, links=True).partition(b"\n")[0] if program and len(kinds) > 1 else b""
    if not line.startswith(b"#!"):
        return libraries
    words = os.fsdecode(line[2:]).split()
    kind = os.path.basename(real(words[0])) if words else ""
    if kind not in kinds:
        return libraries
    return [path for path in libraries if os.path.basename(os.path.dirname(path)) in (kind, "python3")]


def _shared(
    root: str, rows: Mapping[str, str], environ: Mapping[str, str], kinds: Iterable[str]
) -> list[str]:
    """Libraries that a system's Python, or an environment that is open to them, has besides its own."""
    home, found = environ.get("HOME", ""), []
    bases = [os.path.dirname(rows["home"])] if rows.get("home") else []
    bases += ["/usr/local"] if root == "/usr" or "/usr" in bases else []
    for base in bases:
        found += _libraries(base)
    if home:
        found += [os.path.join(home, ".local", "lib", kind, "site-packages") for kind in kinds]
    return found


def _dist(name: str) -> tuple[str, str]:
    """``Black-22.1.dist-info``, ``flake8-5.0.4-py3.10.egg-info``, ``old.egg-info`` -> name and version."""
    stem, _, end = name.rpartition(".")
    if end == "dist-info":
        head, _, version = stem.rpartition("-")
    else:
        head, _, version = stem.partition("-")
        version = version.partition("-")[0]
    head = head or stem
    return head.lower().replace("_", "-").replace(".", "-"), version


def _edited(library: str, found: list[str]) -> list[str]:
    """Directories with the entry points of what is installed as a pointer to somebody's work tree."""
    pointers = [name for name in found if name.endswith((".pth", ".egg-link"))]
    if all(name in _KNOWN_PTH or name.endswith("-nspkg.pth") for name in pointers):
        return []
    places = [
        os.path.join(library, name)
        for name in found
        if name.endswith(".dist-info")
        and b'"editable": true'
        in read(os.path.join(library, name, "direct_url.json"), 4096).replace(b":t", b": t")
    ]
    for name in pointers:
        if name.endswith(".egg-link"):
            line = read(os.path.join(library, name), 4096).partition(b"\n")[0].strip()
            source = os.fsdecode(line)
            places += [os.path.join(source, one) for one in names(source) if one.endswith(".egg-info")]
    return places


def _speaks_of(place: str, starts: tuple[str, ...]) -> bool:
    text = read(os.path.join(place, "entry_points.txt"), 1 << 16).decode("utf-8", "replace")
    return any(line.strip().startswith(starts) for line in text.splitlines())
