"""The far side of `office.py`: drives one LibreOffice Calc, told what to do in JSON lines on stdin.

Run by a Python that has `uno` (the system's, not the one the tests run in), so it imports nothing
else. Started as the leader of its own process group; LibreOffice stays in that group, so that
killing the group leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]

# What Calc must be told before its first start. The locale decides how typed text is read
# (2024年3月5日 is a date only for a Chinese clerk); AutoCorrect is switched off because Excel and
# WPS do not turn 1/2 into ½ or -- into a dash.
SETTINGS = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    *(
        ("/org.openoffice.Office.Common/AutoCorrect", name, "false")
        for name in (
            "UseReplacementTable",
            "TwoCapitalsAtStart",
            "CapitalAtSentenceStart",
            "ChangeUnderlineWeight",
            "SetInetAttribute",
            "ChangeOrdinalNumber",
            "AddNonBreakingSpace",
            "ChangeDash",
            "RemoveDoubleSpaces",
            "ReplaceSingleQuote",
            "ReplaceDoubleQuote",
            "CorrectAccidentalCapsLock",
        )
    ),
)
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
}
START_SECONDS = 60
LITERAL_LIST = re.compile(r'"(?:[^"]|"")*"(?:;"(?:[^"]|"")*")*')
LITERAL_ITEM = re.compile(r'"((?:[^"]|"")*)"')
ERROR_RESULTS = 4  # com.sun.star.sheet.FormulaResult.ERROR

Json = Any


class Refused(Exception):
    """Calc would not do it, in words for the person who reads the test's output."""


# ---------------------------------------------------------------- starting


def write_profile(home: Path) -> None:
    items = "\n".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in SETTINGS
    )
    (home / "user").mkdir(parents=True)
    (home / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{items}\n</oor:items>\n',
        encoding="utf-8",
    )


def start(soffice: str, scratch: Path) -> tuple[subprocess.Popen[bytes], Any]:
    """Start a private LibreOffice; return its process and its component context."""
    profile = scratch / "profile"
    write_profile(profile)
    pipe = f"clusterbook{os.getpid()}"
    with open(scratch / "soffice.log", "wb") as log:
        process = subprocess.Popen(
            [
                soffice,
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation={profile.as_uri()}",
                f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            return process, resolver.resolve(
                f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
            )
        except Exception:  # NoConnectException until it listens
            time.sleep(0.05)
    said = (scratch / "soffice.log").read_text(errors="replace").strip()
    raise Refused(f"LibreOffice did not start (exit code {process.poll()}): {said}")


def prop(name: str, value: object) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _locking(password: str, format: str) -> tuple[Any, ...]:
    """A password to open as each filter asks for it."""
    if format != "xlsx":
        return (prop("Password", password),)
    named = []
    for name, value in (("OOXPassword", password), ("CryptoType", "StrongEncryptionDataSpace")):
        one = uno.createUnoStruct("com.sun.star.beans.NamedValue")
        one.Name, one.Value = name, value
        named.append(one)
    return (prop("EncryptionData", uno.Any("[]com.sun.star.beans.NamedValue", tuple(named))),)


def a1(column: int, row: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def area(address: Any) -> str:
    return f"{a1(address.StartColumn, address.StartRow)}:{a1(address.EndColumn, address.EndRow)}"


# ---------------------------------------------------------------- the commands


class Calc:
    """One running Calc. Every public method is a command; its arguments and answer are JSON."""

    def __init__(self, context: Any, scratch: Path) -> None:
        services = context.ServiceManager
        self._desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._dispatcher = services.createInstanceWithContext(
            "com.sun.star.frame.DispatchHelper", context
        )
        self._toolkit = services.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
        self._scratch = scratch
        self._documents: dict[int, Any] = {}
        self._opened = 0

    # -- files

    def open(self, path: str) -> int:
        # A copy, because Calc leaves lock files beside what it opens and refuses locked files.
        self._opened += 1
        home = self._scratch / f"document-{self._opened}"
        home.mkdir()
        copy = Path(shutil.copy(path, home))
        document = self._desktop.loadComponentFromURL(copy.as_uri(), "_blank", 0, ())
        if document is None or not document.supportsService(
            "com.sun.star.sheet.SpreadsheetDocument"
        ):
            raise Refused(f"LibreOffice Calc could not open {path}")
        self._documents[self._opened] = document
        return self._opened

    def save(self, doc: int, path: str, format: str, password: str = "") -> None:
        document = self._documents[doc]
        secret = _locking(password, format) if password else ()
        document.storeToURL(Path(path).as_uri(), (prop("FilterName", FILTERS[format]), *secret))

    def close(self, doc: int) -> None:
        self._documents.pop(doc).close(True)

    # -- typing

    def type(self, doc: int, entries: list[list[str]], checked: bool) -> list[bool]:
        """Honours protection always, and stopping validations if `checked`."""
        document = self._documents[doc]
        frame = self._come_to_front(document)
        answers, shown = [], ""
        for sheet_name, cell_name, text in entries:
            sheet = self._sheet(doc, sheet_name)
            if not sheet.IsVisible:
                answers.append(False)
                continue
            if sheet_name != shown:
                document.CurrentController.setActiveSheet(sheet)
                shown = sheet_name
            cell = sheet.getCellRangeByName(cell_name)
            frame.Controller.select(cell)
            enter = self._enter_checked if checked and _has_stop(cell) else self._enter
            answers.append(self._type_one(frame, cell, text, enter))
        return answers

    def _type_one(
        self, frame: Any, cell: Any, text: str, enter: Callable[[Any, str], None]
    ) -> bool:
        """Type, then tell acceptance by the effect: no rule about locks is repeated here."""
        before: str = cell.getFormula()
        enter(frame, text)
        if cell.getFormula() != before:
            return True
        # Nothing changed: refused, or the same content again. Type something else to tell.
        if text == before == "":
            self._enter(frame, "?")
            accepted = cell.getFormula() != before
            self._enter(frame, "")
            return bool(accepted)
        if text == "" or before == "":
            return False
        self._enter(frame, "")
        if cell.getFormula() == before:
            return False
        enter(frame, text)
        if cell.getFormula() == before:
            return True
        self._enter(frame, before)
        return False

    def _enter(self, frame: Any, text: str) -> None:
        """Put text into the selected cell as typing does, honouring protection (not validation)."""
        self._run(frame, ".uno:EnterString", StringName=text)

    def _enter_checked(self, frame: Any, text: str) -> None:
        """Type and press Enter: honours validation too (its error box answers itself), slower."""
        self._run(frame, ".uno:EnterString", StringName=text, DontCommit=True)
        self._run(frame, ".uno:AcceptFormula")

    def _come_to_front(self, document: Any) -> Any:
        """Half-typed text goes to the window in front, whatever frame a dispatch names. Measured:
        with the other windows hidden it is this one for certain, merely activating it is not."""
        for other in self._documents.values():
            if other is not document:
                other.CurrentController.Frame.ContainerWindow.setVisible(False)
        frame = document.CurrentController.Frame
        frame.ContainerWindow.setVisible(True)
        self._toolkit.processEventsToIdle()
        frame.ContainerWindow.setFocus()
        frame.activate()
        self._toolkit.processEventsToIdle()
        return frame

    def _run(self, frame: Any, command: str, **arguments: object) -> None:
        listed = tuple(prop(name, value) for name, value in arguments.items())
        self._dispatcher.executeDispatch(frame, command, "", 0, listed)

    # -- looking

    def sheets(self, doc: int) -> list[Json]:
        return [
            {"name": sheet.Name, "visible": sheet.IsVisible, "protected": sheet.isProtected()}
            for sheet in self._sheets(doc)
        ]

    def values(self, doc: int, sheet: str, cells: str) -> list[list[Json]]:
        block = self._range(doc, sheet, cells)
        return [
            [
                _seen(block, column, row, value, formula)
                for column, (value, formula) in enumerate(zip(values, formulas, strict=True))
            ]
            for row, (values, formulas) in enumerate(
                zip(block.getDataArray(), block.getFormulaArray(), strict=True)
            )
        ]

    def cell(self, doc: int, sheet: str, cell: str) -> Json:
        one = self._range(doc, sheet, cell)
        document = self._documents[doc]
        shown_as = document.NumberFormats.getByKey(one.NumberFormat).FormatString
        return {
            **self.values(doc, sheet, cell)[0][0],
            "locked": one.CellProtection.IsLocked,
            "hidden": not (
                one.Rows.getByIndex(0).IsVisible and one.Columns.getByIndex(0).IsVisible
            ),
            "number_format": "General" if shown_as == "常规" else shown_as,
            "note": one.getCellByPosition(0, 0).Annotation.String,
        }

    def used(self, doc: int, sheet: str) -> str:
        cursor = self._sheet(doc, sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return "A1:" + a1(cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow)

    def formulas_with_errors(self, doc: int) -> list[list[str]]:
        found = []
        for sheet in self._sheets(doc):
            cells = sheet.queryFormulaCells(ERROR_RESULTS).Cells.createEnumeration()
            while cells.hasMoreElements():
                cell = cells.nextElement()
                where = cell.CellAddress
                found.append([sheet.Name, a1(where.Column, where.Row), cell.String])
        return found

    def ranges_by_lock(self, doc: int, sheet: str, locked: bool) -> list[str]:
        ranges = self._sheet(doc, sheet).UniqueCellFormatRanges
        return sorted(
            area(address)
            for group in (ranges.getByIndex(at) for at in range(ranges.Count))
            if group.getByIndex(0).CellProtection.IsLocked == locked
            for address in group.RangeAddresses
        )

    def row_heights(self, doc: int, sheet: str, first: int, last: int) -> list[float]:
        rows = self._sheet(doc, sheet).Rows
        return [
            rows.getByIndex(row).Height * 72 / 2540 if rows.getByIndex(row).IsVisible else 0.0
            for row in range(first - 1, last)
        ]

    def names(self, doc: int) -> dict[str, str]:
        scopes = [self._documents[doc], *self._sheets(doc)]
        return {
            name.Name: name.Content
            for scope in scopes
            for name in (scope.NamedRanges.getByIndex(at) for at in range(scope.NamedRanges.Count))
        }

    # -- validation

    def validation(self, doc: int, sheet: str, cell: str) -> Json:
        rule = self._range(doc, sheet, cell).Validation
        return {
            "kind": rule.Type.value.lower(),
            "formula": rule.getFormula1(),
            "formula2": rule.getFormula2(),
            "ignore_blank": rule.IgnoreBlankCells,
            "dropdown": rule.ShowList != 0,
            "input_title": rule.InputTitle if rule.ShowInputMessage else "",
            "input_message": rule.InputMessage if rule.ShowInputMessage else "",
            "error_style": rule.ErrorAlertStyle.value.lower() if rule.ShowErrorMessage else "",
            "error_title": rule.ErrorTitle,
            "error_message": rule.ErrorMessage,
        }

    def choices(self, doc: int, sheet: str, cell: str) -> list[str]:
        target = self._range(doc, sheet, cell)
        rule = target.Validation
        if rule.Type.value != "LIST":
            return []
        formula = rule.getFormula1()
        if LITERAL_LIST.fullmatch(formula):
            items = LITERAL_ITEM.findall(formula)
            return [item.replace('""', '"') for item in items]
        source = rule.getSourcePosition()
        here = target.RangeAddress
        source.Sheet = here.Sheet
        return self._evaluated(doc, here, self._moved(doc, formula, source, here))

    def _moved(self, doc: int, formula: str, source: Any, here: Any) -> str:
        """The rule's formula as it reads for this cell (a rule is stored for its first cell)."""
        parser = self._documents[doc].createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish = True
        target = uno.createUnoStruct("com.sun.star.table.CellAddress")
        target.Sheet, target.Column, target.Row = here.Sheet, here.StartColumn, here.StartRow
        printed: str = parser.printFormula(parser.parseFormula(formula, source), target)
        return printed.removeprefix("=")

    def _evaluated(self, doc: int, here: Any, formula: str) -> list[str]:
        """Let Calc itself work the list out, in the last cell of the cell's own row."""
        document = self._documents[doc]
        sheet, modified = document.Sheets.getByIndex(here.Sheet), document.isModified()
        scratch = sheet.getCellByPosition(sheet.Columns.Count - 1, here.StartRow)
        # One cell for the whole list: a trip to LibreOffice per item would be slow.
        scratch.setFormula(f"=TEXTJOIN(UNICHAR(31);1;{formula})")
        text = "" if scratch.getError() else scratch.getString()
        document.UndoManager.undo()  # emptying the cell would be refused on a protected sheet
        document.setModified(modified)
        if scratch.getFormula():
            raise Refused(f"the scratch formula stayed in row {here.StartRow + 1}")
        return text.split("\x1f") if text else []

    # -- changing the workbook as its owner may, past the protection where it says so

    def recalculate(self, doc: int) -> None:
        self._documents[doc].calculateAll()

    def unprotect(self, doc: int, sheet: str, password: str) -> None:
        one = self._sheet(doc, sheet)
        one.unprotect(password)
        if one.isProtected():
            raise Refused(f"{sheet} stays protected: wrong password")

    def insert_rows(self, doc: int, sheet: str, at: int, count: int) -> None:
        self._open_sheet(doc, sheet).Rows.insertByIndex(at - 1, count)

    def delete_rows(self, doc: int, sheet: str, at: int, count: int) -> None:
        self._open_sheet(doc, sheet).Rows.removeByIndex(at - 1, count)

    def insert_columns(self, doc: int, sheet: str, at: str, count: int) -> None:
        columns = self._open_sheet(doc, sheet).Columns
        columns.insertByIndex(self._column(doc, sheet, at), count)

    def delete_columns(self, doc: int, sheet: str, at: str, count: int) -> None:
        columns = self._open_sheet(doc, sheet).Columns
        columns.removeByIndex(self._column(doc, sheet, at), count)

    def rename_sheet(self, doc: int, sheet: str, name: str) -> None:
        self._sheet(doc, sheet).setName(name)

    def move_sheet(self, doc: int, sheet: str, position: int) -> None:
        self._sheet(doc, sheet)
        self._documents[doc].Sheets.moveByName(sheet, position)

    def delete_sheet(self, doc: int, sheet: str) -> None:
        self._sheet(doc, sheet)
        self._documents[doc].Sheets.removeByName(sheet)

    def add_sheet(self, doc: int, name: str, position: int) -> None:
        self._documents[doc].Sheets.insertNewByName(name, position)

    def show_sheet(self, doc: int, sheet: str, visible: bool) -> None:
        self._sheet(doc, sheet).IsVisible = visible

    def move_cells(self, doc: int, sheet: str, cells: str, to: str) -> None:
        """Cut and paste."""
        target = self._range(doc, sheet, to).getCellByPosition(0, 0).CellAddress
        self._open_sheet(doc, sheet).moveRange(target, self._range(doc, sheet, cells).RangeAddress)

    def copy_sheet_out(self, doc: int, sheet: str, path: str, format: str) -> None:
        """'Move or copy sheet… to a new document', and save that.

        The new document stays open: Calc has died while closing one, and it ends with Calc anyway.
        """
        self._sheet(doc, sheet)
        new = self._desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        empty = new.Sheets.ElementNames
        new.Sheets.importSheet(self._documents[doc], sheet, 0)
        for name in empty:
            new.Sheets.removeByName(name)
        new.storeToURL(Path(path).as_uri(), (prop("FilterName", FILTERS[format]),))

    # -- helpers

    def _sheets(self, doc: int) -> Iterator[Any]:
        sheets = self._documents[doc].Sheets
        return (sheets.getByIndex(at) for at in range(sheets.Count))

    def _sheet(self, doc: int, name: str) -> Any:
        sheets = self._documents[doc].Sheets
        if not sheets.hasByName(name):
            raise Refused(f"no sheet {name!r}; there are {', '.join(sheets.ElementNames)}")
        return sheets.getByName(name)

    def _open_sheet(self, doc: int, name: str) -> Any:
        sheet = self._sheet(doc, name)
        if sheet.isProtected():  # Calc says only "RuntimeException"
            raise Refused(f"sheet {name!r} is protected; a person would have to unprotect it first")
        return sheet

    def _column(self, doc: int, sheet: str, letters: str) -> int:
        return int(self._range(doc, sheet, f"{letters}1").RangeAddress.StartColumn)

    def _range(self, doc: int, sheet: str, cells: str) -> Any:
        return self._sheet(doc, sheet).getCellRangeByName(cells)


def _has_stop(cell: Any) -> bool:
    """Whether a validation stops what is typed here (a warning a person clicks away)."""
    rule = cell.Validation
    if rule.Type.value == "ANY" or not rule.ShowErrorMessage:
        return False
    return bool(rule.ErrorAlertStyle.value == "STOP")


def _seen(block: Any, column: int, row: int, value: Any, formula: str) -> Json:
    """What stands in one cell. Only the calls it needs: each one is a trip to LibreOffice."""
    kind = "empty" if formula == "" else "text" if isinstance(value, str) else "number"
    text, error = value if kind == "text" else "", 0
    if formula.startswith(("=", "{=")) or kind == "number":
        cell = block.getCellByPosition(column, row)
        text = cell.getString()
        if cell.Type.value == "FORMULA":
            kind, error = "formula", cell.getError()
    held = None if kind == "empty" or error else value
    return {"text": text, "value": held, "formula": formula, "error": error, "kind": kind}


# ---------------------------------------------------------------- the line


def listen() -> Iterator[dict[str, Json]]:
    """Requests, one a line. When the tests' process is gone, everything here goes at once,
    even in the middle of a call to LibreOffice that never returns."""
    inbox: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            inbox.put(line)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield json.loads(inbox.get())


def answer(what: dict[str, Json]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def attempt(work: Callable[[], Json]) -> dict[str, Json]:
    try:
        return {"result": work()}
    except Refused as refused:
        return {"error": str(refused)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}\n{traceback.format_exc()}"}


def serve(calc: Calc, do: str, **arguments: Json) -> Json:
    if do.startswith("_") or not hasattr(calc, do):
        raise Refused(f"no command {do!r}")
    return getattr(calc, do)(**arguments)


def main() -> None:
    soffice, scratch = sys.argv[1], Path(sys.argv[2])
    started = attempt(lambda: None)
    try:
        _, context = start(soffice, scratch)
        calc = Calc(context, scratch)
    except Exception as error:
        started = {"error": str(error)}
    answer(started)
    if "error" in started:
        return
    for request in listen():
        answer(attempt(lambda request=request: serve(calc, **request)))  # type: ignore[misc]


if __name__ == "__main__":
    main()
