"""An empty form in Word → a first draft of its spec: parts, labels, heads, units, years, boxes.

What a table asks for is seen in how it is ruled and worded; every guess is marked as one. The draft
loads and gives a blank; what it cannot tell, a person puts right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import define, field, frozen

from clusterbook.forms.skeleton import FormIdError, is_form_id
from clusterbook.word.document import Document, Paragraph, WordCell, WordTable
from clusterbook.word.readings import is_empty

_CHAPTER = re.compile(r"\s*[一二三四五六七八九十—]+、\s*\S")
_SECTION = re.compile(r"\s*(?:\d+\.\d+|[（(][一二三四五六七八九十][)）])\s*\S")
_YEAR = re.compile(r"20\d\d")
_YEAR_HEAD = re.compile(r"\s*(20\d\d)年?\S{0,8}\s*")
_LIMIT = re.compile(r"(\d{2,5})\s*字")
_BOX = re.compile(r"[□☐]\s*([^□☐\n\t（(]+)")
_PROMPT = re.compile(r"[^：:]{2,30}[：:]\s*[_＿\s]*")
_NUMBER = re.compile(r"[\d.…]*")
_PAIR, _HEADS = 2, 3  # cells of label and answer; heads that make a list
_SHORT, _ROOM = 8, 40  # signs of an option of few; signs from which a text is guidance
_ENDS = re.compile(r"合\s*计|总\s*计")
# The kind of an answer by the words of its label; the first that fits.
_KINDS = (
    (r"页码|佐证", "f.Pages()"), (r"电话|联系方式|手机", "f.Phone()"), (r"信用代码", "f.CreditCode()"),
    (r"建设期|起止|期限|项目期", "f.Period()"), (r"开工|年月|批准时间", "f.Month()"),
    (r"日期|申报时间|时间", "f.Day()"), (r"[（(]%|比例|比重|占比|增速|增幅|增长率|普及率|利用率|降低率", "PERCENT"),
    (r"联系人|姓名|负责人", "f.Name(longest=20)"), (r"是否", "f.YesNo()"),
    (r"单位|机构|组织|企业名称|部门", "f.Name()"), (r"主导产品|荣誉|获评", "f.Items()"),
)  # fmt: skip
_UNITS = re.compile(
    r"[（(，,]\s*(亿美元|万美元|亿元|万元|元|平方公里|亩|吨/万元|吨二氧化碳/万元|万元/亩|吨|个|人|家|件|项|名)\s*[，,）)]"
)
_COUNTED = frozenset("个人家件项名")


def draft(form: str, document: Document) -> str:
    """The text of the spec; FormIdError where no module can be called so."""
    if not is_form_id(form):
        raise FormIdError(f"{form!r} is no id", form=form)
    return _Drafter(form).text(document)


def _quoted(text: str) -> str:
    """A text as a literal of Python, on one line."""
    return '"' + text.strip().replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


@frozen
class _Part:
    """One sheet of the draft: its title and the lines of its blocks."""

    title: str
    blocks: list[str] = field(factory=list)


@define
class _Drafter:
    """Writes a draft; keys are numbers, as no label tells a name in letters."""

    form: str
    parts: list[_Part] = field(factory=list)
    years: set[int] = field(factory=set)
    numbers: int = 0
    rows: list[str] = field(factory=list)
    title: str = ""
    #: the rest of a table that goes on as a report
    waiting: str = ""

    def text(self, document: Document) -> str:
        """The whole file."""
        blocks = list(document.blocks)
        tables = [block for block in blocks if isinstance(block, WordTable)]
        self.title = next(
            (
                one.text.strip()
                for one in blocks
                if isinstance(one, Paragraph) and len(_plain(one.text)) > _HEADS
            ),
            self.form,
        )
        self.parts.append(_Part("封面"))
        for number, block in enumerate(blocks):
            if isinstance(block, Paragraph):
                self._paragraph(
                    block.text, inside=any(isinstance(one, WordTable) for one in blocks[:number])
                )
            else:
                self._table(block)
        self._end()
        if not tables:
            self._note("没有找到表格")
        return self._written()

    # blocks ---------------------------------------------------------------------------------------

    def _key(self, kind: str = "a") -> str:
        self.numbers += 1
        return f"{kind}{self.numbers}"

    def _part(self, title: str) -> None:
        self._end()
        self.parts.append(_Part(title.strip().replace("\n", "")))

    def _note(self, text: str) -> None:
        self.rows.append(f"f.Note({_quoted(text)}),")

    def _end(self) -> None:
        """Ends the rows of labels and answers."""
        if self.rows:
            lines = "\n".join(f"            {row}" for row in self.rows)
            self.parts[-1].blocks.append(
                f'f.Answers(key="{self._key("b")}", rows=[\n{lines}\n        ]),'
            )
            self.rows = []

    def _paragraph(self, text: str, *, inside: bool) -> None:
        bare = text.strip()
        if not _plain(bare) or bare == self.title:
            return
        if _CHAPTER.match(bare) and len(bare) < _ROOM:
            self._part(bare)
        elif _SECTION.match(bare) and len(self.parts) > 1:
            self._part(bare if len(bare) < 2 * _ROOM else bare[: 2 * _ROOM])
        elif not inside and _PROMPT.fullmatch(bare):
            self._field(re.sub(r"[_＿\s]+$", "", bare))
        elif inside or len(bare) > 1:
            self._note(bare)

    def _field(self, label: str, limit: str = "") -> None:
        kind, why = self._kind(label)
        if limit:
            kind, why = f"f.LongText(limit={limit})", f"猜：按所印的{limit}字"
        self.rows.append(f'f.Field("{self._key()}", {_quoted(label)}, {kind}),  # {why}')

    def _kind(self, label: str) -> tuple[str, str]:
        """The kind of an answer by its label, and the remark on it."""
        unit = _UNITS.search(label)
        if unit and unit[1] in _COUNTED:
            return f'f.Integer(unit="{unit[1]}")', f"猜：整数，单位{unit[1]}"
        if unit:
            return f'f.Number(unit="{unit[1]}")', f"猜：数字，单位{unit[1]}"
        limit = _LIMIT.search(label)
        if limit:
            return f"f.LongText(limit={limit[1]})", f"猜：长文字，{limit[1]}字"
        for pattern, kind in _KINDS:
            if re.search(pattern, label):
                return kind, "猜：按栏目名称"
        if re.search("数量|总数|数$", label):
            return "f.Integer()", "猜：整数，没有印单位"
        return "f.Text()", "猜：文字"

    # tables ---------------------------------------------------------------------------------------

    def _table(self, table: WordTable) -> None:
        """A table row by row: titles, figures by year, lists, labels and answers."""
        at = 0
        while at < len(table.rows):
            row = table.rows[at]
            texts = [cell.text.strip() for cell in row]
            filled = [text for text in texts if not is_empty(text)]
            if len(row) == 1 and filled:
                at += self._single(table, at, filled[0])
            elif self._years_in(table, at):
                self._end()
                at += self._indicators(table, at)
            elif depth := self._list_at(table, at):
                self._end()
                at += self._library(table, at, depth)
            else:
                self._answers(row)
                at += 1
        for inner in (one for cell in table.cells() for one in cell.inner):
            self._table(inner)

    def _single(  # noqa: C901 - all that one cell may be
        self, table: WordTable, at: int, text: str
    ) -> int:
        """A row of one cell: a title, the head of a report, guidance."""
        first = text.split("\n", maxsplit=1)[0].strip()
        if _SECTION.match(first) and len(first) < 2 * _ROOM:
            below = table.rows[at + 1] if at + 1 < len(table.rows) else ()
            report = len(below) == 1 and not _SECTION.match(below[0].text.strip() or "x")
            limit = _LIMIT.search(first)
            self._part(first)
            if report and (limit or len(below[0].text) > _ROOM or is_empty(below[0].text)):
                guidance = [line.strip() for line in below[0].text.split("\n") if line.strip()]
                self._report(first, limit[1] if limit else "", guidance)
                return 2
            return 1
        below = table.rows[at + 1] if at + 1 < len(table.rows) else ()
        heads = len(below) == 1 and len(text) < _ROOM and not _BOX.search(text)
        if (
            heads
            and (is_empty(below[0].text) or len(_plain(below[0].text)) > len(_plain(text)))
            and not _LIMIT.search(below[0].text)
            and not _BOX.search(below[0].text)
        ):
            self._report(
                first, "", [line.strip() for line in below[0].text.split("\n") if line.strip()]
            )
            return 2
        if _BOX.search(text):
            self._choice(first, text)
        elif _LIMIT.search(first) and len(first) < 2 * _ROOM:
            self._report(first, _LIMIT.search(first)[1], [])  # type: ignore[index]
        elif first.endswith(("：", ":")) and len(first) < _ROOM:
            self._field(first, "")
            for line in text.split("\n")[1:]:
                if line.strip():
                    self._note(line)
        else:
            for line in text.split("\n"):
                if line.strip():
                    self._note(line)
        return 1

    def _report(self, label: str, limit: str, guidance: Sequence[str]) -> None:
        self._end()
        told = ", ".join(map(_quoted, guidance))
        kind = f"f.LongText(limit={limit or None})"
        self.parts[-1].blocks.append(
            f'f.Narrative(key="{self._key("b")}", guidance=({told}{"," if told else ""}),\n'
            f'            field=f.Field("{self._key()}", {_quoted(label)}, {kind})),  # 猜：长文字'
        )

    def _answers(self, row: Sequence[WordCell]) -> None:
        """Labels with an empty cell, boxes or a prompt behind each."""
        cells = [
            cell
            for cell in row
            if not (
                cell.last_row > cell.row
                and not is_empty(cell.text)
                and len(row) > _HEADS - 1
                and cell is row[0]
            )
        ]
        group = row[0].text.strip() if len(cells) < len(row) else ""
        if group:
            self.rows.append(f"# 以下几行合在“{_plain(group)}”之下，可用 f.Group 合并")
            self._note(_plain(group))
        label = ""
        for cell in cells:
            text = cell.text.strip()
            if _BOX.search(text):
                self._choice(label or text.split("\n")[0], text)
                label = ""
                continue
            if (
                is_empty(text)
                or _PROMPT.fullmatch(text.split("\n")[0])
                or re.fullmatch(r"[（(].*[)）]", text, re.DOTALL)
                or re.match(r"\s*[个家人项]\s", f"{text} ")
            ):
                if label:
                    self._field(f"{label}\n{text}" if text.startswith(("（", "(")) else label)
                    if text and not text.startswith(("（", "(")):
                        for line in text.split("\n"):
                            self._note(line)
                    label = ""
                continue
            if label:
                self._field(label)
            label = text
        if label:
            self._field(label) if len(cells) < _PAIR else self._note(label)

    def _choice(self, label: str, text: str) -> None:
        """Options behind boxes: one of them, or as many as apply."""
        options = list(dict.fromkeys(_plain(one) for one in _BOX.findall(text)))
        notes = [
            line.strip()
            for line in text.split("\n")
            if line.strip() and "□" not in line and "☐" not in line and line.strip() != label
        ]
        key = self._key()
        listed = ", ".join(map(_quoted, options))
        few = set(options) <= {"是", "否", "不涉及", "不适用"}
        if set(options) == {"是", "否"}:
            self.rows.append(
                f'f.Field("{key}", {_quoted(label)}, f.YesNo(), boxes="\\n"),  # 猜：二选一'
            )
        elif few or (len(options) <= _HEADS and all(len(one) < _SHORT for one in options)):
            self.rows.append(
                f'f.Field("{key}", {_quoted(label)}, f.Choice(options=({listed},)), boxes="\\n"),  # 猜：单选'
            )
        else:
            self.rows.append(f'f.Checklist("{key}", {_quoted(label)}, ({listed},)),  # 猜：可多选')
        for note in notes:
            self._note(note)

    # figures by year --------------------------------------------------------------------------------

    @staticmethod
    def _years_in(table: WordTable, at: int) -> list[WordCell]:
        """The heads of years in a row, if it is a head over rows to fill."""
        found = [cell for cell in table.rows[at] if _YEAR_HEAD.fullmatch(_plain(cell.text))]
        below = table.rows[at + 1 : at + 3]
        empty = any(sum(is_empty(cell.text) for cell in row) >= len(found) for row in below)
        labels = any(row and not is_empty(row[0].text) for row in below)
        return (
            found if len(found) > 1 and empty and labels and table.rows[at][0] not in found else []
        )

    def _indicators(self, table: WordTable, at: int) -> int:
        """A table of figures; returns how many rows it takes."""
        head = table.rows[at]
        years = self._years_in(table, at)
        corner = [line.strip() for line in head[0].text.split("\n") if line.strip()] or ["指标"]
        numbers = [int(_YEAR.search(cell.text)[0]) for cell in years]  # type: ignore[index]
        self.years.update(numbers)
        after = [cell for cell in head if cell.left >= years[-1].right - 0.001]
        rows, used = [], max(1, head[0].last_row - head[0].row + 1)
        for row in table.rows[at + used :]:
            label = row[0].text.strip()
            if (
                len(row) < _PAIR
                or is_empty(label)
                or _BOX.search(row[-1].text)
                or self._years_in(table, row[0].row - 1)
            ):
                break
            if not any(
                is_empty(cell.text) or re.fullmatch("P?X.*", cell.text.strip()) for cell in row[1:]
            ):
                break
            if (
                len(row) == _PAIR
                and years
                and row[1].right - row[1].left < years[0].right - years[0].left
            ):
                break
            kind, why = self._kind(label)
            kind = "f.Number()" if kind == "f.Text()" or "LongText" in kind else kind
            if "LongText" in self._kind(label)[0]:
                break
            rows.append(
                f'                f.Row("{self._key()}", {_quoted(label)}, {kind}),  # {why}'
            )
            used += 1
        if not rows:
            self._note(_plain(head[0].text))
            return 1
        over = f"over={_quoted(corner[0])}, " if len(corner) > 1 else ""
        listed = ", ".join(f"f.Year(year=y{year}, label={_year_label(cell, year)})"
                           for cell, year in zip(years, numbers, strict=True))  # fmt: skip
        columns = "".join(self._column(cell) for cell in after)
        body = "\n".join(rows)
        self.parts[-1].blocks.append(
            f'f.Indicators(\n            key="{self._key("b")}", corner={_quoted(corner[-1])}, {over}\n'
            f"            years=[{listed}],\n            columns=[{columns}],\n"
            f"            rows=[\n{body}\n            ],\n        ),"
        )
        return used

    def _column(self, cell: WordCell) -> str:
        label = cell.text.strip()
        kind = (
            "f.Pages()"
            if "页码" in _plain(label)
            else "f.growth_rate()"
            if "增" in label
            else "f.Text()"
        )
        return f'f.Column(key="{self._key("c")}", label={_quoted(label)}, kind={kind}, required=False), '

    # lists ------------------------------------------------------------------------------------------

    @staticmethod
    def _list_at(table: WordTable, at: int) -> int:
        """How many rows of heads a list has that begins in a row; 0 where none begins."""
        row = table.rows[at]
        if len(row) < _HEADS or any(is_empty(cell.text) for cell in row):
            return 0
        depth = max(cell.last_row for cell in row) - row[0].row + 1
        below = table.rows[at + depth : at + depth + 2]
        empty = [
            all(is_empty(cell.text) or _NUMBER.fullmatch(cell.text.strip()) for cell in one)
            for one in below
        ]
        return depth if len(empty) > 1 and all(empty) and len(below[0]) >= _HEADS else 0

    def _library(self, table: WordTable, at: int, depth: int) -> int:
        """A list; returns how many rows it takes, its empty rows and the sum included."""
        if self.parts[-1].blocks:  # a list has a sheet of its own
            self._part(self.parts[-1].title)
        top = list(table.rows[at])
        used = depth
        count = 0
        for row in table.rows[at + depth :]:
            blank = all(is_empty(cell.text) or _NUMBER.fullmatch(cell.text.strip()) for cell in row)
            if not blank and not (row and _ENDS.fullmatch(row[0].text.strip())):
                break
            used += 1
            count += blank
            if not blank:
                break
        leaves = [cell for one in table.rows[at + 1 : at + depth] for cell in one]
        numbered = _plain(top[0].text) in ("序号", "编号")
        columns = [self._list_column(cell, leaves) for cell in top[numbered:]]
        first = re.search(r'f\.Field\("(\w+)"', columns[0])
        identity = f'"{first[1]}"' if first else ""
        body = "\n".join(f"                {one}" for one in columns)
        self.parts[-1].blocks.append(
            f'f.Library(\n            key="{self._key("b")}", rows={max(count, 10) * 5}, printed_rows={count}, '
            f"number_added={not numbered},\n"
            f"            identity=[{identity}],  # 猜：第一栏不能重复\n            columns=[\n{body}\n            ],\n        ),"
        )
        self._part(self.parts[-1].title)
        return used

    def _list_column(self, cell: WordCell, leaves: Sequence[WordCell]) -> str:
        own = [
            one
            for one in leaves
            if one.left >= cell.left - 0.001 and one.right <= cell.right + 0.001
        ]
        if own:
            inner = ", ".join(self._leaf(one) for one in own)
            return f"f.Group({_quoted(cell.text)}, [{inner}]),"
        kind = self._kind(cell.text.strip())
        return f"{self._leaf(cell)},  # {kind[1]}"

    def _leaf(self, cell: WordCell) -> str:
        label = cell.text.strip()
        kind, _ = self._kind(label)
        return f'f.Field("{self._key()}", {_quoted(label)}, {kind})'

    # the file ---------------------------------------------------------------------------------------

    def _written(self) -> str:
        named = "\n".join(f"    y{year} = options.year({year}, of={max(self.years)})  # 原表所印 {year}"
                          for year in sorted(self.years))  # fmt: skip
        kept = [part for part in self.parts if part.blocks]
        sheets = []
        taken: set[str] = set()
        for number, part in enumerate(kept, start=1):
            name = _name(part.title, taken)
            blocks = "\n".join(f"        {block}" for block in part.blocks)
            title = self.title if part.title == "封面" else part.title
            sheets.append(
                f'        f.Sheet(key="s{number}", name={_quoted(name)}, title={_quoted(title)}, blocks=[\n'
                f"{blocks}\n        ]),"
            )
        listed = "\n".join(sheets)
        return _FILE.format(
            form=self.form, title=self.title.replace('"', "”"), years=named, sheets=listed
        )


def _year_label(cell: WordCell, year: int) -> str:
    text = _quoted(cell.text)
    return "f" + text.replace(str(year), f"{{y{year}}}") if "{" not in text else text


def _name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have, and no other has."""
    stem = re.sub(r"[\[\]:*?/\\：]", "", title)[:24].strip("'") or "表"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    taken.add(name)
    return name


_FILE = '''"""{title}。

这是由空白的 Word 表起草的定义（clusterbook spec draft），可以载入、生成空表。
凡写着“猜”的地方都是猜的：单位、必填、单选还是多选、名单的行数，请照原表逐处核对；
栏目的编号（a1、a2……）请换成有意义的英文名。改完运行 clusterbook describe 核对。
"""

from clusterbook import forms as f

ID = "{form}"  # 与文件名相同
PERCENT = f.growth_rate()  # 猜：百分比可以为负、可以超过100，请按各指标收紧


def workbook(options: f.Options) -> f.Workbook:
    """The form for one round."""
{years}
    sheets = [
{sheets}
    ]
    return f.Workbook(id=ID, version="1", title="{title}", options=options, sheets=sheets)
'''
