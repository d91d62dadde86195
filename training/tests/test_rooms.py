"""The rooms of the package: one folder a task, and imports that go one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tiller_training

PACKAGE = Path(tiller_training.__file__).parent
AT_ROOT = {"__init__", "pipeline", "stages"}

# Each room may import from the rooms beside it; all of those stand above it in this list.
KNOWN = {
    "objectives": set(),
    "world": {"objectives"},
    "models": set(),
    "run": {"models"},
    "data": {"objectives", "world", "models", "run"},
    "train": {"models", "run", "data"},
    "decode": {"models", "run"},
    "polish": {"objectives", "world", "models", "run", "data", "train"},
    "reward": {"objectives", "world", "models", "run", "data", "train", "decode", "polish"},
    "export": {"models", "run", "data", "reward"},
    "evaluate": {"objectives", "models", "run", "data", "train", "decode", "polish", "reward", "export"},
}  # fmt: skip
ROOMS = list(KNOWN)


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """Every module of the package that a file imports, as parts of its name after `tiller_training`."""
    here = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [name.name.split(".") for name in node.names]
            yield from (tuple(parts[1:]) for parts in names if parts[0] == "tiller_training")
        elif isinstance(node, ast.ImportFrom):
            module = node.module.split(".") if node.module else []
            if node.level:
                base = [*here[: len(here) - node.level + 1], *module]
            elif module[:1] == ["tiller_training"]:
                base = module[1:]
            else:
                continue
            yield from ((*base, name.name) for name in node.names)


def arrows(room: str) -> Iterator[tuple[str, str]]:
    """(file, room that it imports from), without the room itself and the constants of the package."""
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for parts in imported(path):
            known = parts[0] if parts[0] in ROOMS or parts[0] in AT_ROOT else ""
            if known not in ("", room):
                yield str(path.relative_to(PACKAGE)), known


def test_every_file_stands_in_a_room() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == AT_ROOT
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)


def test_a_room_knows_only_rooms_above_it() -> None:
    assert all(ROOMS.index(known) < ROOMS.index(room) for room, rooms in KNOWN.items() for known in rooms)


@pytest.mark.parametrize("room", ROOMS)
def test_the_imports_of_a_room_go_one_way(room: str) -> None:
    found = set(arrows(room))
    assert not {arrow for arrow in found if arrow[1] not in KNOWN[room]}
    assert {known for _, known in found} == KNOWN[room], "the list names a room that this one no longer imports"


def test_no_two_files_share_a_name() -> None:
    names = [path.stem for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__")]
    assert sorted(names) == sorted(set(names))
