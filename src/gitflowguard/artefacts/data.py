"""Data and what tools leave behind: by path, and by content where the content is large enough to matter."""

from __future__ import annotations

# (parts of a path or ends of a name, what it is); folders end in a slash.
_FOLDERS = {
    ".ipynb_checkpoints": "a checkpoint of Jupyter",
    "mlruns": "a tracking store of MLflow",
    "wandb": "a tracking store of Weights & Biases",
    "lightning_logs": "logs of Lightning",
    "catboost_info": "logs of CatBoost",
    "__pycache__": "compiled Python",
    ".pytest_cache": "a cache of pytest",
    ".mypy_cache": "a cache of mypy",
    ".ruff_cache": "a cache of Ruff",
}
_NAMES = {
    ".ds_store": "a file of macOS",
    "thumbs.db": "a file of Windows",
    "desktop.ini": "a file of Windows",
    "mlflow.db": "a tracking store of MLflow",
    "optuna.db": "a tracking store of Optuna",
}
_ENDS = {".pyc": "compiled Python", ".tfevents": "logs of TensorBoard"}
_TAILS = tuple(_ENDS)
_MAGIC = (
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"FEA1", "a Feather table"),
    (b"Obj\x01", "an Avro table"),
    (b"ORC", "an ORC table"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"$FL2", "an SPSS table"),
    (b"DUCK", "a DuckDB database"),
    (b"<stata_dta>", "a Stata table"),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB's"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "an SAS table"),
)
_HEADS = tuple(magic for magic, _ in _MAGIC)
# Members that only such an archive has.
SPREADSHEETS = {"xl/workbook.xml": "a spreadsheet", "xl/workbook.bin": "a spreadsheet"}
# A smaller table is a sample, whatever a policy says.
SAMPLE = 20 * 1024
_DELIMITERS = (b",", b"\t", b";", b"|")


def by_path(path: str) -> str:
    """What a path says that the file is, "" if nothing."""
    *folders, name = path.lower().split("/")
    for folder in folders:
        if folder in _FOLDERS:
            return _FOLDERS[folder]
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("events.out.tfevents."):
        return _ENDS[".tfevents"]
    if not name.endswith(_TAILS):
        return ""
    return next(what for end, what in _ENDS.items() if name.endswith(end))


def by_content(data: bytes) -> str:
    """What the first bytes say: a table or a database, "" if neither."""
    if data.startswith(_HEADS):
        return next(what for magic, what in _MAGIC if data.startswith(magic))
    if data[8:12] == b"DUCK":
        return "a DuckDB database"
    # Formats 105 to 115: the format, the order of bytes, 1, and one that is unused: 1 in 113, 0 in 114 (Stata's manual,
    # "dta_113", "dta_114").
    if data[2:4] in (b"\1\0", b"\1\1") and data[1:2] in (b"\1", b"\2") and 105 <= data[0] <= 115:
        return "a Stata table"
    if len(data) < SAMPLE:
        return ""
    head = data[:65536]
    lines = head.split(b"\n", 51)[:-1]
    if len(lines) < 20 or b"\0" in head:
        return ""
    return "a table of values (CSV)" if _table(lines[:50]) else _rows(lines[:20])


def _table(lines: list[bytes]) -> bool:
    """Whether all of the first lines have the same number of delimiters, and most of the cells are values."""
    lines = [line for line in lines if line.strip()]
    for mark in _DELIMITERS:
        counts = {line.count(mark) for line in lines}
        if counts == {0}:
            continue
        if len(counts) == 1:
            return _values(lines[1:], mark)
        # Quoted cells may hold the delimiter (RFC 4180, 2.6).
        if mark == b"," and all(b'"' in line or line.count(mark) == min(counts) for line in lines):
            return _values(lines[1:], mark)
    return False


def _values(lines: list[bytes], mark: bytes) -> bool:
    """Source code has as many commas in some places; it has brackets at the ends of lines, too."""
    return not any(
        line.rstrip().endswith((b"(", b"{", b":", b"[", b");", b"}", b"},", b"],")) for line in lines
    )


def _rows(lines: list[bytes]) -> str:
    """JSON lines: each line an object."""
    whole = [line.strip() for line in lines]
    return "a table of values (JSON lines)" if all(a[:1] == b"{" and a[-1:] == b"}" for a in whole) else ""
