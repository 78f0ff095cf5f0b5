"""What an import wrote, read back: the one reader of its folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from clusterbook.errors import Error
from clusterbook.problems import Level, Ruling
from clusterbook.verdicts import SET_ASIDE, nearly_blank

Line = dict[str, str]
_FIELD_LIMIT = 1 << 27  # characters of a cell: a reader of CSV takes 131,072 unless told otherwise
# Where the tables are that do not stand in ``tables``, with what each must have to be one.
_PLACES = {"submissions": ".", "problems": ".", "progress": ".", "rounds": ".",
           "normalizations": ".", "returned": "returned",
           "passed": "returned", "volumes": "evidence"}  # fmt: skip
_SUBMISSIONS = ("file", "submission", "form", "year", "verdict")
# What the document of a submission has, whatever the form.
_DOCUMENT = {"form", "year", "submission", "issued_to", "verdict", "values", "declared",
             "libraries", "problems"}  # fmt: skip


class NotAnImportError(Error, ValueError):
    """A folder, or a file of it, is not what an import writes; facts ``folder`` and ``file``."""


class NothingToReadError(Error, ValueError):
    """Folders are empty; fact ``folder`` where an import came to a round with nothing in it."""


@frozen
class Written:
    """The folder of an import. Nothing is read before it is asked for."""

    folder: Path

    def path(self, table: str) -> Path:
        """Where a table is, by its name: "submissions", "values", the key of a library."""
        return self.folder / _PLACES.get(table, "tables") / f"{table}.csv"

    def checked(self) -> Written:
        """The same; NotAnImportError where there is no list of submissions."""
        names = self.names("submissions")
        lacking = "、".join(name for name in _SUBMISSIONS if name not in names)
        if lacking:
            why = f"submissions.csv 缺少栏目 {lacking}" if names else "里面没有 submissions.csv"
            raise NotAnImportError(
                f"“{self.folder}”不是导入的结果：{why}。",
                folder=str(self.folder), file="submissions.csv",
            )  # fmt: skip
        return self

    def with_returns(self) -> Written:
        """The same, ``checked``; NothingToReadError where nobody has sent anything."""
        if next(self.checked().lines("submissions"), None) is None:
            raise NothingToReadError("nobody has sent anything", folder=str(self.folder))
        return self

    def names(self, table: str) -> tuple[str, ...]:
        """The columns of a table; none where the import wrote no such table."""
        path = self.path(table)
        if not path.is_file():
            return ()
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file), ()))

    def fields(self, table: str) -> list[dict[str, Any]]:
        """The columns of a table as the data package describes them: name, type, title."""
        place = self.path(table).relative_to(self.folder).as_posix()
        return [
            column
            for resource in self.facts("datapackage.json").get("resources", ())
            if resource.get("path") == place
            for column in resource["schema"]["fields"]
        ]

    def lines(self, table: str) -> Iterator[Line]:
        """The lines of a table, texts by column; none where the import wrote no such table.

        NotAnImportError where a line has not as many cells as the table has columns.
        """
        path = self.path(table)
        if not path.is_file():
            return
        csv.field_size_limit(_FIELD_LIMIT)
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for line in reader:
                if None in line or None in line.values():
                    raise NotAnImportError(
                        f"“{path}”第{reader.line_num}行的栏数与表头不符。",
                        folder=str(self.folder), file=path.name, line=reader.line_num,
                    )  # fmt: skip
                yield line

    def facts(self, name: str) -> dict[str, Any]:
        """What a JSON file of it says by name; nothing where there is none."""
        path = self.folder / name
        if not path.is_file():
            return {}
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else {}

    def documents(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The submissions as documents, ordered by the names of their files."""
        for path in sorted((self.folder / "submissions").glob("*.json")):
            yield path, document(path)


def is_open(record: Mapping[str, str]) -> bool:
    """Whether a problem, as an import wrote it, still asks something of the county."""
    if record["level"] != Level.EXPLAIN.value:
        return record["level"] == Level.ERROR.value
    decision = record.get("decision", "")
    return decision == Ruling.REFUSED or not (record["explanation"] or decision)


def blank_submissions(lines: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The judged submissions, by lines of submissions.csv, in which next to nothing is filled in.

    None where an earlier version wrote them, which did not count the answers.
    """
    return frozenset(
        line["submission"] for line in lines
        if line["verdict"] not in SET_ASIDE
        and nearly_blank(int(line.get("filled") or 0), int(line.get("asked") or 0))
    )  # fmt: skip


def round_of(line: Mapping[str, Any]) -> str:
    """Which round a line of submissions.csv, or a document, is of: a year, or a month of one."""
    month = line.get("month")
    return f"{line['year']}-{int(month):02d}" if month else str(line["year"])


def document(path: Path) -> dict[str, Any]:
    """One submission as an import writes it; NotAnImportError where it is none."""
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.keys() >= _DOCUMENT:
        raise NotAnImportError(
            f"“{path.name}”不是导入结果中的 .json 文件。", folder=str(path.parent), file=path.name
        )
    return found
