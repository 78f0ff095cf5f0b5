"""退回通知: a letter (.docx, A4) and a short text for a chat, from the remarks on one submission.

Remarks of one cause are one line of it.

The letter is plain WordprocessingML written here: the same input gives the same bytes, and each run
names its East Asian font. Sizes and margins follow GB/T 9704 (title 2号, text 3号 仿宋, 28 points a
line); a table of problems is set smaller.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from attrs import field, frozen

from clusterbook import styles
from clusterbook.forms.reasons import WORD
from clusterbook.layout.own_sheets import WHOLE_SHEET
from clusterbook.problems import Level
from clusterbook.reports.feedback.causes import SEVERAL_SHEETS, Cause, causes, count_told
from clusterbook.reports.feedback.remarks import Remark, brief, printable

CHAT_LIMIT = 1500  # characters of the text for a chat
_CHAT_LINE = 110
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATED = "2026-01-01T00:00:00Z"  # fixed, as in the workbooks: same input, same bytes

# Twentieths of a point, half-points where a size is meant.
_MARGINS = 'w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"'
_LINE = 560
_WIDTHS = (760, 900, 3740, 3445)
_HEADS = ("序号", "单元格", "存在问题", "更正办法")

_PARTS = (
    (Level.ERROR, "必须更正的问题"),
    (Level.EXPLAIN, "需要更正或说明的问题"),
    (Level.INFO, "供参考的提示"),
)
_NUMERALS = "一二三四五六七八九十"


def _as_tuple(items: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(items)


@frozen(kw_only=True)
class Letter:
    """What is told to one county about one file.

    ``title`` of the form, shown name of the ``file``, ``issue`` id of the workbook; ``copy`` is the
    file name of the returned copy, '' where there is none. ``deadline`` and ``dated`` are texts as
    they shall stand in the letter.
    """

    title: str
    file: str
    remarks: tuple[Remark, ...] = field(converter=_as_tuple)
    issued_to: str = ""
    issue: str = ""
    copy: str = ""
    number: str = ""
    deadline: str = ""
    sender: str = ""
    dated: str = ""

    def of(self, level: Level) -> list[Cause]:
        """What waits on this level; as hints also what the copy has put right by itself.

        What stands on several sheets comes last.
        """
        if level is Level.INFO:
            own = [one for one in self.remarks if one.level is level or one.done]
        else:
            own = [one for one in self.remarks if one.level is level and one.waits]
        found = causes(own, marked=bool(self.copy))
        return sorted(found, key=lambda one: one.sheet == SEVERAL_SHEETS)

    @property
    def counts(self) -> str:
        """How many are to be mended and to be explained, as part of a sentence."""
        errors, explains = self.of(Level.ERROR), self.of(Level.EXPLAIN)
        parts = [f"必须更正的问题 {count_told(errors)}"] if errors else []
        parts += [f"需要更正或说明的问题 {count_told(explains)}"] if explains else []
        return "、".join(parts) or "供参考的提示"


def notice(letter: Letter) -> bytes:
    """The letter as a .docx; the same letter gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _package(letter):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return target.getvalue()


def chat_text(letter: Letter, longest: int = CHAT_LIMIT) -> str:
    """The letter in at most ``longest`` characters; what is left out is counted, never just cut."""
    whom = f"{printable(letter.issued_to)}：" if letter.issued_to else ""
    until = f"，请于{printable(letter.deadline)}前重新报送" if letter.deadline else ""
    head = f"【退回通知】{whom}你单位报送的“{letter.title.strip()}”（{brief(letter.file, 60)}）"
    head += f"有{letter.counts}{until}。"
    told = [one for level in (Level.ERROR, Level.EXPLAIN) for one in letter.of(level)]
    lines = [brief(_chat_line(one), _CHAT_LINE) for one in told]
    tail = _chat_tail(letter)
    shown = _fitting(lines, longest - len(head) - len(tail) - 2)
    if shown < len(lines):
        rest = f"……还有 {len(lines) - shown} 条未列出（共 {len(lines)} 条），请看退回通知。"
        shown = _fitting(lines, longest - len(head) - len(tail) - len(rest) - 4)
        rest = f"……还有 {len(lines) - shown} 条未列出（共 {len(lines)} 条），请看退回通知。"
        return "\n".join([head, *lines[:shown], rest, tail])
    return "\n".join([head, *lines, tail])


def _fitting(lines: Sequence[str], room: int) -> int:
    """How many of the first lines fit, with their line breaks."""
    used = 0
    for number, line in enumerate(lines):
        used += len(line) + 1
        if used > room:
            return number
    return len(lines)


def _chat_line(one: Cause) -> str:
    place = " ".join(filter(None, (one.sheet, one.place)))
    return f"{one.number}. {place + '：' if place else ''}{one.says}{one.mend}"


def _chat_tail(letter: Letter) -> str:
    sender = f"（{printable(letter.sender)}）" if letter.sender else ""
    if letter.copy:
        return f"请在退回的“{brief(letter.copy, 60)}”中更正有底色的格，保存后发回。{sender}"
    return f"请按上述意见处理后重新报送。{sender}"


# --- the letter ----------------------------------------------------------------------------------


def _body(letter: Letter) -> Iterator[str]:
    title = printable(letter.title.strip())
    yield _line(f"关于退回“{title}”的通知", styles.HEI, 44, align="center", after=280)
    if letter.number:
        yield _line(letter.number, styles.FANG, 32, align="center", after=280)
    if letter.issued_to:
        yield _line(f"{letter.issued_to}：", styles.FANG, 32)
    issue = f"，编号：{letter.issue}" if letter.issue else ""
    until = f"，并于{letter.deadline}前重新报送" if letter.deadline else "，并尽快重新报送"
    yield _text(
        f"你单位报送的“{title}”（文件：{brief(letter.file)}{issue}）收悉。经审核，"
        f"发现{letter.counts}，现予退回。请按下列意见处理{until}。"
    )
    number = 0
    for level, name in _PARTS:
        own = letter.of(level)
        if own:
            heading = f"{_NUMERALS[number]}、{name}（{count_told(own)}）"
            yield _line(heading, styles.HEI, 32, indent=True, keep=True)
            yield from _tables(own)
            number += 1
    yield _line(f"{_NUMERALS[number]}、办理要求", styles.HEI, 32, indent=True, keep=True)
    yield from map(_text, _demands(letter))
    yield _text("特此通知。")
    if letter.copy:
        yield _text(f"附件：{brief(letter.copy)}", before=280)
    for text in filter(None, (letter.sender, letter.dated)):
        yield _line(text, styles.FANG, 32, align="right", before=280 * (text == letter.sender))


def _demands(letter: Letter) -> Iterator[str]:
    demands = []
    if letter.copy:
        demands.append(
            "请在随本通知退回的工作簿中更正。第一张表“退回意见”逐条列出全部问题，"
            "点击单元格地址可跳到该格；只需更正有底色的格，其余内容已按原样保留，不必重填。"
        )
    if letter.copy and letter.of(Level.EXPLAIN):
        demands.append(
            f"标为“需说明”而情况属实的，请在“{WHOLE_SHEET}”表该行的“说明”格写明原因（{WORD}）。"
        )
    demands += ["不要插入、删除、剪切行列，不要改动表名；更正后保存为 .xlsx 文件重新报送。"]
    for mark, text in zip(_NUMERALS, demands, strict=False):
        yield f"（{mark}）{text}" if len(demands) > 1 else text


def _tables(own: Sequence[Cause]) -> Iterator[str]:
    """One table for each sheet, in the order of the form."""
    sheets = groupby(own, key=lambda one: one.sheet)
    for number, (sheet, group) in enumerate(sheets, start=1):
        rows = list(group)
        heading = f"{number}. {_whereabouts(sheet)}（{count_told(rows)}）"
        yield _line(heading, styles.KAI, 28, indent=True, keep=True)
        yield _table(rows)


def _whereabouts(sheet: str) -> str:
    if sheet == SEVERAL_SHEETS:
        return sheet
    return f"“{sheet}”表" if sheet else "整个文件"


def _table(own: Sequence[Cause]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = _row(_HEADS, styles.HEI, fill=styles.HEAD_FILL[1:], head=True)
    rows = (
        _row((str(one.number), one.place or "—", one.says, one.mend), styles.SONG) for one in own
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"
        # Tables that follow each other without a paragraph between them become one.
        '<w:p><w:pPr><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _row(texts: Sequence[str], font: str, *, fill: str = "", head: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    cells = []
    for number, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True)):
        centred = '<w:jc w:val="center"/>' if head or number <= 1 else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/>'
            f'</w:tcPr><w:p><w:pPr><w:spacing w:before="40" w:after="40"/>{centred}</w:pPr>'
            f"{_run(text, font, 21)}</w:p></w:tc>"
        )
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _text(text: str, before: int = 0) -> str:
    return _line(text, styles.FANG, 32, indent=True, before=before)


def _line(  # noqa: PLR0913 - the properties of a paragraph
    text: str,
    font: str,
    size: int,
    *,
    align: str = "both",
    indent: bool = False,
    keep: bool = False,
    before: int = 0,
    after: int = 0,
) -> str:
    """One paragraph; ``size`` in half-points, distances in twentieths, ``keep`` with the next."""
    stay = "<w:keepNext/>" if keep else ""
    first = f'<w:ind w:firstLineChars="200" w:firstLine="{size * 20}"/>' if indent else ""
    return (
        f'<w:p><w:pPr>{stay}<w:spacing w:before="{before}" w:after="{after}" w:line="{_LINE}" '
        f'w:lineRule="exact"/>{first}<w:jc w:val="{align}"/></w:pPr>{_run(text, font, size)}</w:p>'
    )


def _run(text: str, font: str, size: int) -> str:
    return (
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" '
        f'w:hAnsi="Times New Roman" w:eastAsia="{font}"/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{_safe(text)}</w:t></w:r>'
    )


def _safe(text: str) -> str:
    return escape(printable(text), quote=False)


# --- the package ---------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _package(letter: Letter) -> Iterator[tuple[str, str]]:
    """Name and content of each part."""
    types = {
        "/word/document.xml": f"{_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_TYPE}.styles+xml",
        "/word/footer1.xml": f"{_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in types.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    content_types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>"
    )
    yield "[Content_Types].xml", content_types
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    yield (
        "_rels/.rels",
        _relations((f"{_LINKS}/officeDocument", "word/document.xml"), (core, "docProps/core.xml")),
    )
    yield (
        "word/_rels/document.xml.rels",
        _relations((f"{_LINKS}/styles", "styles.xml"), (f"{_LINKS}/footer", "footer1.xml")),
    )
    yield "word/document.xml", _document(letter)
    yield "word/styles.xml", _STYLES
    yield "word/footer1.xml", _FOOTER
    yield "docProps/core.xml", _core(letter)


def _relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _document(letter: Letter) -> str:
    return (
        f'{_XML}<w:document xmlns:w="{_WORD}" xmlns:r="{_LINKS}"><w:body>{"".join(_body(letter))}'
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {_MARGINS} w:header="851" w:footer="1417" '
        'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _core(letter: Letter) -> str:
    names = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{_CREATED}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    title = _safe(f"关于退回“{letter.title.strip()}”的通知")
    return (
        f"{_XML}<cp:coreProperties {names}><dc:title>{title}</dc:title>"
        f"<dc:creator>{_safe(letter.sender)}</dc:creator>{dates}</cp:coreProperties>"
    )


_STYLES = (
    f'{_XML}<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{styles.FANG}" '
    'w:cs="Times New Roman"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style></w:styles>'
)


def _page_number() -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    field_code = '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    number = mark("begin") + field_code + mark("separate") + _run("1", styles.SONG, 28)
    dash = _run("— ", styles.SONG, 28), _run(" —", styles.SONG, 28)
    return (
        f'{_XML}<w:ftr xmlns:w="{_WORD}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        f"{dash[0]}{number}{mark('end')}{dash[1]}</w:p></w:ftr>"
    )


_FOOTER = _page_number()
