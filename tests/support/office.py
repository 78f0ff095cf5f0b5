"""A real LibreOffice Calc for the tests: it types as a person does and tells what it shows.

    with Office() as office, office.open("form.xlsx") as doc:
        assert doc.type([("基本情况", "C7", "湖南省"), ("基本情况", "A1", "x")]) == [True, False]

The Python of the tests has no `uno`, so `office_server.py` runs in the one that has it.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import pytest

Format = Literal["xlsx", "xls", "ods"]
Entry = tuple[str, str, str]  # sheet, cell, text

SERVER = Path(__file__).with_name("office_server.py")
REQUIRE = "CLUSTERBOOK_REQUIRE_OFFICE"  # set to 1: missing LibreOffice fails instead of skipping
PYTHON = "CLUSTERBOOK_OFFICE_PYTHON"  # a Python that has uno, if it is not one of the usual ones
SECONDS = 180.0  # for one request
DOCUMENTS = 40  # after so many it starts anew: it keeps some 30 MB of each


class OfficeError(Exception):
    """LibreOffice is missing, died, took too long, or refused."""


class OfficeDiedError(OfficeError):
    """LibreOffice itself ended in the middle of its work. That is no verdict on the workbook: a
    test that met it is run once more (see ``pyproject.toml``), and fails if it dies again."""


# ---------------------------------------------------------------- is it here?


def _soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


@functools.cache
def _python() -> str | None:
    """The first Python that can import uno."""
    beside = Path(_soffice() or "").resolve().with_name("python")
    for python in (os.environ.get(PYTHON), "/usr/bin/python3", str(beside), sys.executable):
        if python and Path(python).exists():
            tried = subprocess.run([python, "-c", "import uno"], capture_output=True, timeout=60)
            if tried.returncode == 0:
                return python
    return None


def own_letter(template: Path, edited: Path, scratch: Path) -> None:
    """The letter template as an office makes it its own, by Writer (``office_letter.py``)."""
    need_office()
    subprocess.run(
        [str(_python()), str(SERVER.with_name("office_letter.py")), str(_soffice()), str(scratch),
         str(template), str(edited)], check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip


def office_missing() -> str | None:
    """Why no LibreOffice can be driven here; None if one can."""
    if _soffice() is None:
        return "LibreOffice is missing: no `soffice` on PATH (install libreoffice-calc)"
    if _python() is None:
        return f"no Python with `uno` found (install python3-uno, or set {PYTHON})"
    return None


def need_office() -> None:
    """Skip the calling test, loudly, if there is no LibreOffice; fail if one is required."""
    why = office_missing()
    if why is None:
        return
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{why}; {REQUIRE}=1 forbids skipping", pytrace=False)
    pytest.skip(f"NOT TESTED IN A REAL SPREADSHEET: {why}")


# ---------------------------------------------------------------- the program


class Office:
    """A running Calc with a profile of its own. Use as a context manager, for many documents."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._entered = False
        self.run = 0  # how often it was started: a document belongs to one run
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._opened = self._closed = 0  # documents of this run

    def __enter__(self) -> Office:
        self._start()
        self._entered = True
        return self

    def _start(self) -> None:
        if why := office_missing():
            raise OfficeError(why)
        self.run += 1
        self._opened = self._closed = 0
        self._answers = queue.Queue()
        self._scratch = tempfile.TemporaryDirectory(
            prefix="clusterbook-office-", ignore_cleanup_errors=True
        )
        self._process = subprocess.Popen(
            [str(_python()), str(SERVER), str(_soffice()), self._scratch.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # its own group, so that the end takes LibreOffice along
        )
        threading.Thread(
            target=_read_into, args=(self._answers, self._process), daemon=True
        ).start()
        try:
            self._answer("start")
        except BaseException:
            self.kill()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered = False
        self.kill()

    def open(self, path: str | Path) -> Doc:
        """Open a copy of the file; what happens to it reaches the disk only through `save`."""
        path = Path(path).resolve(strict=True)
        if self._opened >= DOCUMENTS and self._closed == self._opened:
            self.kill()
        if self._entered and self._process is None:
            self._start()  # one workbook that killed it must not fail every later test
        number = self.ask("open", path=str(path))
        self._opened += 1
        return Doc(self, number)

    def closed(self, run: int) -> None:
        """A document of this run was closed."""
        self._closed += run == self.run

    def is_running(self, run: int) -> bool:
        return self._process is not None and self.run == run

    def kill(self) -> None:
        """End LibreOffice and all it started. It keeps nothing worth a polite goodbye."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None and not stream.closed:
                    with contextlib.suppress(OSError):
                        stream.close()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def ask(self, do: str, **arguments: object) -> Any:
        """One request to the server, one answer back."""
        process = self._process
        if process is None or process.stdin is None:
            raise OfficeError("LibreOffice is not running (any more)")
        try:
            process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            process.stdin.flush()
        except OSError as error:
            self.kill()
            raise OfficeDiedError(f"LibreOffice died before `{do}`") from error
        return self._answer(do)

    def _answer(self, do: str) -> Any:
        try:
            line = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self.kill()
            raise OfficeError(f"`{do}` took LibreOffice over {self._seconds:g} s") from None
        if not line:
            self.kill()
            raise OfficeDiedError(f"LibreOffice died during `{do}`")
        answer = json.loads(line)
        if "error" in answer:
            if "DisposedException" in answer["error"]:  # it is gone, though its server is not
                self.kill()
                raise OfficeDiedError(f"{do}: {answer['error']}")
            raise OfficeError(f"{do}: {answer['error']}")
        return answer["result"]


def _read_into(answers: queue.Queue[str], process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:  # closed under our hands by kill()
        pass
    answers.put("")


# ---------------------------------------------------------------- one workbook


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a cell."""

    text: str  # as shown
    value: float | str | None  # None: empty or an error
    formula: str  # as in the input line: the formula, or the content
    error: int  # LibreOffice's code (32767 is #N/A, 524 is #REF!); 0 is none
    kind: Literal["empty", "number", "text", "formula"]


@dataclass(frozen=True, kw_only=True)
class CellDetails(Cell):
    locked: bool
    hidden: bool  # its row or column is
    number_format: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Validation:
    kind: str  # any, whole, decimal, date, time, text_len, list, custom
    formula: str
    formula2: str
    ignore_blank: bool
    dropdown: bool
    input_title: str
    input_message: str
    error_style: str  # stop, warning, info, or empty: no error shown
    error_title: str
    error_message: str


@dataclass(frozen=True, kw_only=True)
class SheetState:
    name: str
    visible: bool
    protected: bool


class Doc:
    """One open workbook. Rows are counted from 1 and columns by letter, as on the screen."""

    def __init__(self, office: Office, number: int) -> None:
        self._office = office
        self._number = number
        self._run = office.run

    def __enter__(self) -> Doc:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._office.is_running(self._run):
            self.close()

    def _ask(self, do: str, **arguments: object) -> Any:
        if not self._office.is_running(self._run):
            raise OfficeDiedError(f"`{do}`: LibreOffice has died since this workbook was opened")
        return self._office.ask(do, doc=self._number, **arguments)

    # -- typing

    def type(self, entries: Sequence[Entry]) -> list[bool]:
        """Type each text into its cell and press Enter; tell for each whether the cell took it.

        Protection refuses, and so does a validation of the kind `stop`; a warning is clicked away.
        """
        return self._enter(entries, checked=True)

    def paste(self, entries: Sequence[Entry]) -> list[bool]:
        """As `type`, but a paste of values: protection refuses, validation does not."""
        return self._enter(entries, checked=False)

    def _enter(self, entries: Sequence[Entry], *, checked: bool) -> list[bool]:
        # Portions, so that the time limit of a request means the same for any number of cells.
        taken: list[bool] = []
        for at in range(0, len(entries), 1000):
            portion = [list(entry) for entry in entries[at : at + 1000]]
            taken += self._ask("type", entries=portion, checked=checked)
        return taken

    # -- looking

    def sheets(self) -> list[SheetState]:
        return [SheetState(**state) for state in self._ask("sheets")]

    def is_protected(self, sheet: str) -> bool:
        return next(state.protected for state in self.sheets() if state.name == sheet)

    def used(self, sheet: str) -> str:
        """The used area, from A1."""
        return str(self._ask("used", sheet=sheet))

    def values(self, sheet: str, cells: str | None = None) -> list[list[Cell]]:
        """The cells of a range, row by row; without a range, of the used area."""
        rows = self._ask("values", sheet=sheet, cells=cells or self.used(sheet))
        return [[Cell(**cell) for cell in row] for row in rows]

    def texts(self, sheet: str, cells: str | None = None) -> list[list[str]]:
        return [[cell.text for cell in row] for row in self.values(sheet, cells)]

    def cell(self, sheet: str, cell: str) -> CellDetails:
        return CellDetails(**self._ask("cell", sheet=sheet, cell=cell))

    def formulas_with_errors(self) -> list[tuple[str, str, str]]:
        """(sheet, cell, what it shows) of every formula in the workbook that ends in an error."""
        return [(sheet, cell, error) for sheet, cell, error in self._ask("formulas_with_errors")]

    def locked_ranges(self, sheet: str) -> list[str]:
        return list(self._ask("ranges_by_lock", sheet=sheet, locked=True))

    def unlocked_ranges(self, sheet: str) -> list[str]:
        return list(self._ask("ranges_by_lock", sheet=sheet, locked=False))

    def row_heights(self, sheet: str, first: int, last: int) -> list[float]:
        """In points; 0 for a hidden row."""
        return list(self._ask("row_heights", sheet=sheet, first=first, last=last))

    def names(self) -> dict[str, str]:
        """The defined names and what they stand for."""
        return dict(self._ask("names"))

    def validation(self, sheet: str, cell: str) -> Validation:
        return Validation(**self._ask("validation", sheet=sheet, cell=cell))

    def choices(self, sheet: str, cell: str) -> list[str]:
        """What the drop-down of the cell offers now; empty if none, or if its formula fails."""
        return list(self._ask("choices", sheet=sheet, cell=cell))

    # -- changing, past the typing: what a person does with the menus

    def recalculate(self) -> None:
        self._ask("recalculate")

    def unprotect(self, sheet: str, password: str = "") -> None:
        self._ask("unprotect", sheet=sheet, password=password)

    def insert_rows(self, sheet: str, at: int, count: int = 1) -> None:
        self._ask("insert_rows", sheet=sheet, at=at, count=count)

    def delete_rows(self, sheet: str, at: int, count: int = 1) -> None:
        self._ask("delete_rows", sheet=sheet, at=at, count=count)

    def insert_columns(self, sheet: str, at: str, count: int = 1) -> None:
        self._ask("insert_columns", sheet=sheet, at=at, count=count)

    def delete_columns(self, sheet: str, at: str, count: int = 1) -> None:
        self._ask("delete_columns", sheet=sheet, at=at, count=count)

    def move_cells(self, sheet: str, cells: str, to: str) -> None:
        """Cut and paste within a sheet."""
        self._ask("move_cells", sheet=sheet, cells=cells, to=to)

    def rename_sheet(self, sheet: str, name: str) -> None:
        self._ask("rename_sheet", sheet=sheet, name=name)

    def move_sheet(self, sheet: str, position: int) -> None:
        """Before the sheet that is now at this position (from 0)."""
        self._ask("move_sheet", sheet=sheet, position=position)

    def add_sheet(self, name: str, position: int = 0) -> None:
        self._ask("add_sheet", name=name, position=position)

    def delete_sheet(self, sheet: str) -> None:
        self._ask("delete_sheet", sheet=sheet)

    def show_sheet(self, sheet: str, visible: bool = True) -> None:
        self._ask("show_sheet", sheet=sheet, visible=visible)

    # -- files

    def save(self, path: str | Path, format: Format = "xlsx", password: str = "") -> Path:
        return self._store("save", Path(path), format=format, password=password)

    def pdf(self, path: str | Path) -> Path:
        """The whole workbook as it would be printed."""
        return self._store("save", Path(path), format="pdf")

    def copy_sheet_out(self, sheet: str, path: str | Path, format: Format = "xlsx") -> Path:
        """'Copy sheet to a new document', saved."""
        return self._store("copy_sheet_out", Path(path), sheet=sheet, format=format)

    def _store(self, do: str, path: Path, **arguments: object) -> Path:
        path = path.resolve()
        self._ask(do, path=str(path), **arguments)
        return path

    def close(self) -> None:
        self._ask("close")
        self._office.closed(self._run)


# ---------------------------------------------------------------- looking at a PDF


def render(pdf: Path, folder: Path, dpi: int = 60) -> list[Path]:
    """The pages as PNG files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / pdf.stem
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(stem)], check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def page_texts(pdf: Path) -> list[str]:
    """The text of each page, laid out as on the page."""
    told = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True
    )
    return told.stdout.decode("utf-8").split("\f")[:-1]
