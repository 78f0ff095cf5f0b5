"""A filled form in Word → a prefilled workbook, and the list of what was read of it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from clusterbook.errors import Error
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.layout import Layout
from clusterbook.readers.limits import GridError
from clusterbook.word.computed import compared
from clusterbook.word.convert import CONVERTED, needs_writer, to_docx
from clusterbook.word.document import Document
from clusterbook.word.identity import Register, identified
from clusterbook.word.package import open_document
from clusterbook.word.reading import readings_of
from clusterbook.word.readings import ANOTHER_FORM, LEFT, READ, TOLD, UNSURE, Item, Readings
from clusterbook.word.walk import read_document
from clusterbook.workbook.content import FROM_WORD, Entries
from clusterbook.workbook.writer import write_template

WHOLE, PARTLY, NOTHING, REFUSED = "已读入", "部分读入", "没有可读的内容", "无法读取"
_COLUMNS = ("result", "label", "key", "text", "place", "why")
_TITLES = ("结果", "栏目", "编号", "Word中的内容", "位置", "说明")
_LONGEST = 30_000  # characters of a cell of Excel, and some room


@frozen
class FromWord:
    """What was read: ``items`` line by line, and the workbook that is filled with it.

    ``issue`` is the issue id that is stamped into it, '' for none.
    """

    workbook: bytes
    items: tuple[Item, ...]
    issue: str = ""

    @property
    def read(self) -> Sequence[Item]:
        """The answers that were filled in."""
        return [item for item in self.items if item.result == READ]

    @property
    def unsure(self) -> Sequence[Item]:
        """The answers that may be misread; nothing is filled in for them."""
        return [item for item in self.items if item.result == UNSURE]

    @property
    def verdict(self) -> str:
        """What became of the document, in a word."""
        another = any(item.why == ANOTHER_FORM for item in self.items)
        if self.unsure or (another and self.read):
            return PARTLY
        return WHOLE if self.read else NOTHING

    @property
    def left(self) -> Sequence[Item]:
        """Texts that belong to no answer."""
        return [item for item in self.items if item.result == LEFT]

    def told(self) -> str:
        """How much was read, in a sentence."""
        counts = Counter(item.result for item in self.items)
        told = [f"已读入 {counts[READ]} 项"]
        told += [f"读不准 {counts[UNSURE]} 项（没有填入，请照原件填写）"] if counts[UNSURE] else []
        told += [f"没有填入的文字 {counts[LEFT]} 处（见明细）"] if counts[LEFT] else []
        told += [item.why for item in self.items if item.result == TOLD]
        return "；".join(told)

    def as_csv(self) -> bytes:
        """The list, what wants attention first: UTF-8 with a mark, for Excel and WPS."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(_TITLES)
        order = {name: number for number, name in enumerate((TOLD, UNSURE, LEFT, READ))}
        for item in sorted(self.items, key=lambda one: order[one.result]):
            writer.writerow([_safe(getattr(item, name)) for name in _COLUMNS])
        return out.getvalue().encode("utf-8-sig", "backslashreplace")


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text


class NotWordError(Error, ValueError):
    """A file that no form can be read from; facts ``code`` and ``why``, a sentence."""


_REFUSED = {
    "encrypted": "文件有打开密码，请去掉密码后再读",
    "dtd": "文件里有不允许的内容，没有读入",
    "too_big": "文件太大，没有读入",
    "missing_part": "文件残缺：里面没有正文",
    "damaged": "文件已损坏，请重新保存一份",
    "no_writer": "这台电脑没有安装 LibreOffice Writer，不能读 .doc、.wps、.rtf；"
                 "请用 Word 或 WPS 另存为 .docx",
    "not_converted": "LibreOffice 打不开这个文件，请用 Word 或 WPS 另存为 .docx",
}  # fmt: skip
_KINDS = {
    "pdf": "这是 PDF 文件，不是 Word 文档", "image": "这是图片，不是 Word 文档",
    "xlsx": "这是 Excel 工作簿，请用 import 导入", "empty": "文件是空的",
    "zeros": "文件内容全是空字节，请重新发送", "lock": "这是 Office 的锁定文件，不是文档",
    "zip": "这是压缩包，请先解压", "archive": "这是压缩包，请先解压",
}  # fmt: skip


def from_word(
    layout: Layout, data: bytes, *, issue: str = "", issued_to: str = "",
    register: Register | None = None,
) -> FromWord:  # fmt: skip
    """Read a filled form and fill its workbook; older documents by way of LibreOffice.

    The workbook is that of ``issue``, or of the one that a register has for what the form says.

    Raises:
        NotWordError: it is no Word document, damaged, too big, encrypted, or needs a Writer that
            this machine lacks.

    """
    converted = bool(needs_writer(data))
    document = document_of(data)
    readings = readings_of(layout, document, converted=converted)
    whose = identified(layout, document, readings, issue, register)
    readings = _fitting(layout, readings)
    readings.items[:0] = whose.told
    if converted:
        readings.items.insert(0, Item(result=TOLD, why=CONVERTED))
    answers = Entries(
        values=readings.values, rows=readings.rows, reasons=readings.reasons,
        remarks={key: _remark(place) for key, place in readings.places.items()},
        row_remarks={key: [_remark(place) for place in places]
                     for key, places in readings.row_places.items()},
    )  # fmt: skip
    stamp = Stamp.of(layout.workbook, whose.issue, whose.issued_to or issued_to)
    workbook = write_template(layout, stamp, answers, settled=lambda results: readings.items.extend(
        () if readings.shifted else compared(layout, readings, results)
    ))  # fmt: skip
    return FromWord(workbook, tuple(readings.items), whose.issue)


def document_of(data: bytes) -> Document:
    """A document read, older ones by way of LibreOffice; NotWordError where it is none."""
    try:
        return read_document(open_document(to_docx(data)))
    except GridError as error:
        why = refused(error.code, error.facts.get("found", ""))
        raise NotWordError(why, code=error.code, why=why) from error


def refused(code: str, found: str = "") -> str:
    """Why a file cannot be read, in words; ``found`` is what it is instead."""
    return _REFUSED.get(code) or _KINDS.get(found, "不是 Word 文档")


def _remark(place: str) -> str:
    return f"{FROM_WORD}{place}"


def _fitting(layout: Layout, readings: Readings) -> Readings:
    """What fits into the workbook; what does not is told as unsure."""
    for key, text in list(readings.values.items()):
        if isinstance(text, str) and len(text) > _LONGEST:
            del readings.values[key]
            _move(readings, {key: readings.places.pop(key)}, "内容太长，一格放不下")
    for key, rows in readings.rows.items():
        body = layout.bodies[key]
        room = body.last_row - body.first_row + 1
        if len(rows) > room:
            lost = readings.row_places[key][room:]
            why = f"本表只有{room}行"
            items: Iterable[Item] = readings.items
            tables = {place.rpartition("行")[0] for place in lost}
            readings.items = [
                evolve(item, result=UNSURE, why=why)
                if item.result == READ and item.key.startswith(f"{key}.")
                and item.place.rpartition("行")[0] in tables else item
                for item in items
            ]  # fmt: skip
            del rows[room:], readings.row_places[key][room:]
    return readings


def _move(readings: Readings, places: dict[str, str], why: str) -> None:
    readings.items = [
        evolve(item, result=UNSURE, why=why) if item.result == READ and item.key in places else item
        for item in readings.items
    ]
