"""Change a release of the demo system so that a test can ask whether the outcome follows.

A copy has the same layout as `data/demo`: `<folder>/<release>/…` beside `<folder>/truth.csv`, so that its manifest
works unchanged. Every change keeps the copy's truth right: its services, routes, lines, and what is real.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.data.changes import BAITS, FLAWS, Change, Edit

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
_TEXT = {".py", ".clj", ".yaml", ".md", ".txt", ".json"}
_STARTS = {".py": ("def ", "async def ", "class ", "@"), ".clj": ("(def",)}  # of definitions that shift
_COMMENT = {".py": "#", ".clj": ";"}
_HERE = ("services", "openapi", "qa", "leadline.yaml", "decisions.yaml")


@dataclass
class Mutant:
    """A copy of one release.

    Attributes:
        folder: the release itself, with `leadline.yaml` and `system.yaml`.
        services: name in the demo → name in this copy.
    """

    folder: Path
    services: dict[str, str] = field(default_factory=dict)

    @property
    def truth_file(self) -> Path:
        """The copy's `truth.csv`."""
        return self.folder.parent / "truth.csv"

    def truth(self) -> list[dict[str, str]]:
        """Return the rows of the copy's truth."""
        return read_truth(self.truth_file)

    def rename_service(self, old: str, new: str) -> Mutant:
        """Give a service another name, in every file that names it; its package in the source keeps its own."""
        for file in ("leadline.yaml", "system.yaml", "decisions.yaml"):
            path = self.folder / file
            tree = _renamed(yaml.safe_load(path.read_text(encoding="utf-8")), old, new)
            path.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")
        bill = self.folder / "advisories.cdx.json"
        bill.write_text(bill.read_text(encoding="utf-8").replace(f'"{old}"', f'"{new}"'), encoding="utf-8")
        (self.folder / "services" / old).rename(self.folder / "services" / new)
        self._rewrite_truth(lambda row: row | {"service": new if row["service"] == old else row["service"]})
        original = next((name for name, now in self.services.items() if now == old), old)
        self.services[original] = new
        return self

    def rename_variables(self, old: str, new: str) -> Mutant:
        """Give every variable of the environment that begins with a prefix another prefix, wherever it is named."""
        for path in (self.folder / "system.yaml", *self._texts()):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"\b{re.escape(old)}(?=[A-Z{{])", new, text), encoding="utf-8")
        return self

    def rename_route(self, old: str, new: str) -> Mutant:
        """Give every route that begins with these segments another name, wherever it is declared, called or told."""
        pattern = re.compile(r"(?<!\w)" + re.escape(old) + r"(?![\w-])")
        changed = 0
        for path in self._texts():
            text, times = pattern.subn(new, path.read_text(encoding="utf-8"))
            if times:
                path.write_text(text, encoding="utf-8")
                changed += times
        if not changed:
            raise ValueError(f"no file of {self.folder} names the route {old}")
        self._rewrite_truth(lambda row: row | {"route": pattern.sub(new, row["route"])})
        return self

    def shift_lines(self, lines: int = 3) -> Mutant:
        """Put comments in front of every file and of every top-level definition of the services' source."""
        moved: dict[tuple[str, str, int], int] = {}
        for service in sorted((self.folder / "services").iterdir()):
            for path in (path for path in sorted(service.rglob("*")) if path.suffix in _STARTS):
                text, numbers = _shifted(path, lines)
                path.write_text(text, encoding="utf-8")
                name = path.relative_to(service).as_posix()
                moved |= {(service.name, name, before): after for before, after in numbers.items()}

        def shifted(row: dict[str, str]) -> dict[str, str]:
            if not row["line"]:
                return row
            return row | {"line": str(moved[row["service"], row["file"], int(row["line"])])}

        self._rewrite_truth(shifted)
        return self

    def mend(self, name: str) -> Mutant:
        """Replace a planted flaw (a key of `FLAWS`) by its safe form."""
        return self._apply(FLAWS[name], is_real=False)

    def plant(self, name: str) -> Mutant:
        """Turn a bait (a key of `BAITS`) into the flaw that it looks like."""
        return self._apply(BAITS[name], is_real=True)

    def _apply(self, change: Change, is_real: bool) -> Mutant:
        for edit in change.edits:
            self._replace(edit)
        service = self.services.get(change.service, change.service)
        after = {"real": "real", "expected_state": "confirmed"} if is_real else {"real": "bait", "expected_state": ""}
        concerned = 0

        def judged(row: dict[str, str]) -> dict[str, str]:
            nonlocal concerned
            if row["service"] != service or not change.concerns(row | {"service": change.service}):
                return row
            if (row["real"] == "real") is is_real:
                return row  # a neighbour of the same class and endpoint: already as it is to be
            concerned += 1
            return row | after

        self._rewrite_truth(judged)
        if not concerned:
            raise ValueError(
                f"no row of {self.truth_file} tells of {change.cwe} in {service}; rename routes afterwards"
            )
        return self

    def _replace(self, edit: Edit) -> None:
        """Edit a file of the demo where it lies in this copy; what stands below it in the truth moves along."""
        service, file = "", edit.file
        if file.startswith("services/"):
            _, service, file = file.split("/", 2)
            service = self.services.get(service, service)
        path = self.folder / "services" / service / file if service else self.folder / file
        text = path.read_text(encoding="utf-8")
        if (found := text.count(edit.old)) != 1:
            raise ValueError(f"{path} holds {edit.old!r} {found} times, not once")
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        last = text.count("\n", 0, text.index(edit.old) + len(edit.old)) + 1
        added = edit.new.count("\n") - edit.old.count("\n")

        def moved(row: dict[str, str]) -> dict[str, str]:
            is_below = (row["service"], row["file"]) == (service, file) and row["line"] and int(row["line"]) >= last
            return row | {"line": str(int(row["line"]) + added)} if is_below else row

        self._rewrite_truth(moved)

    def _rewrite_truth(self, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        rows = [change(row) if row["coverage"] == "now" else row for row in self.truth()]
        write_truth(self.truth_file, rows)

    def _texts(self) -> Iterator[Path]:
        for name in _HERE:
            path = self.folder / name
            for file in [path] if path.is_file() else sorted(path.rglob("*")):
                if file.suffix in _TEXT:
                    yield file


def copy_release(release: str, folder: Path) -> Mutant:
    """Copy a release of the demo and its part of the truth into an empty folder."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(DEMO / release, folder / release, ignore=ignored)
    rows = [row for row in read_truth(DEMO / "truth.csv") if row["release"] == release]
    write_truth(folder / "truth.csv", rows)
    return Mutant(folder / release)


def read_truth(path: Path) -> list[dict[str, str]]:
    """Return the rows of a `truth.csv`."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_truth(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as a `truth.csv`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _renamed(node: Any, old: str, new: str) -> Any:
    """Rename a service in keys (`gateway:`, `orders /orders/{id}:`), in `service:` and in paths of its source."""
    if isinstance(node, dict):
        named = {re.sub(rf"^{re.escape(old)}(?= |$)", new, key): value for key, value in node.items()}
        return {
            key: new if key == "service" and value == old else _renamed(value, old, new) for key, value in named.items()
        }
    if isinstance(node, list):
        return [_renamed(value, old, new) for value in node]
    if isinstance(node, str):
        return re.sub(rf"^services/{re.escape(old)}$", f"services/{new}", node)
    return node


def _shifted(path: Path, lines: int) -> tuple[str, dict[int, int]]:
    """Return the text of a source with comments put in, and old line → new line."""
    comment = _COMMENT[path.suffix]
    out = [f"{comment} kept short on purpose"] * lines
    numbers = {}
    previous = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(_STARTS[path.suffix]) and not previous.startswith("@"):
            out += [f"{comment} see the handbook", ""]
        out.append(line)
        numbers[number] = len(out)
        previous = line
    return "\n".join(out) + "\n", numbers
