"""Reads lines of {kind, prompt, response}. The error for a bad line names the line and the fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .template import KINDS

FIELDS = ("kind", "prompt", "response")


class BadRecord(ValueError):
    """A line that is not {kind, prompt, response}. The message names the line and the fault."""


def read_records(path: Path) -> Iterator[dict[str, str]]:
    """Records of a JSON Lines file, blank lines skipped; raises BadRecord."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecord(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _checked(line, f"{path}, line {number}")


def _checked(line: str, where: str) -> dict[str, str]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadRecord(f"{where}: not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(record, dict):
        raise BadRecord(f"{where}: expected an object with {', '.join(FIELDS)}")
    for key in record:
        if key not in FIELDS:
            raise BadRecord(f"{where}: unknown key {key!r}, known are {', '.join(FIELDS)}")
    for key in FIELDS:
        if not isinstance(record.get(key), str):
            raise BadRecord(f"{where}: {key!r} must be a string")
    if record["kind"] not in KINDS:
        raise BadRecord(f"{where}: kind is {record['kind']!r}, must be one of {', '.join(KINDS)}")
    return record
