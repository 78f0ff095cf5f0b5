"""The data dictionary of a form: every field with its key, label, place, kind and limits.

``describe`` makes plain data (texts, numbers, lists); ``markdown``, ``as_json`` and ``as_xlsx``
only write it down. Nothing here is said twice: all of it is read off the spec and the layout.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve
from openpyxl import Workbook as Book
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from clusterbook.a1 import cell_name
from clusterbook.forms.expressions.excel import excel
from clusterbook.forms.kinds.bounds import ALL as BOUNDS
from clusterbook.forms.spec import (
    Field,
)
from clusterbook.layout import layouts
from clusterbook.layout.layout import Body, ColumnSlot, Layout, SheetPlan, Slot, View
from clusterbook.reports.dictionary_blocks import blocks
from clusterbook.reports.rulebook import rule_facts

Facts = dict[str, Any]
YES, WHEN, NO = "yes", "conditional", "no"

# What a person reads at the head of each column.
TITLES = {
    "key": "字段", "label": "栏目", "label_printed": "原表印作", "sheet": "工作表",
    "cell": "单元格", "kind": "类型", "unit": "单位", "decimals": "小数位", "required": "必填",
    "condition": "填报条件", "proof": "佐证", "limits": "限度", "options": "选项", "rules": "规则",
    "computed": "计算公式", "added": "原表没有", "hint": "提示", "note": "说明",
}  # fmt: skip
_KINDS = {
    "decimal": "小数", "integer": "整数", "percent": "百分数", "text": "文字",
    "long text": "长文字", "name": "名称", "choice": "单选", "yes or no": "是否",
    "dependent choice": "逐级单选", "list": "多项", "month": "年月", "date": "日期",
    "period": "起止年月", "phone": "电话", "evidence pages": "佐证页码", "tick": "勾选",
    "credit code": "统一社会信用代码", "four-part": "四级数量", "row number": "序号",
}  # fmt: skip
_REQUIRED = {YES: "是", WHEN: "有条件", NO: "否"}
_LIMITS = {
    "minimum": "不小于", "maximum": "不大于", "longest": "字数不超过", "limit": "字数不超过",
    "at_most": "项数不超过", "pattern": "格式", "step": "每档",
}  # fmt: skip
_BELONGS = "须属于所选的“{}”"
_SHOWN_OPTIONS = 12
# A fixed date: the same form gives the same bytes.
_DATED = (2026, 1, 1, 0, 0, 0)
_CELL_LIMIT = 32767


def describe(layout: Layout) -> Facts:
    """The dictionary of a form as plain data, ready for JSON."""
    workbook, options = layout.workbook, layout.workbook.options
    return {
        "form": workbook.id, "version": workbook.version, "title": workbook.title.strip(),
        "issuer": workbook.issuer, "year": options.report_year,
        **({"month": options.month, "months": list(workbook.months)} if workbook.months else {}),
        "years": options.years, "province": options.province,
        "sheets": [
            {
                "key": plan.sheet.key, "name": plan.name, "heading": plan.sheet.heading.strip(),
                "title": plan.sheet.title.strip(),
            }
            for plan in layout.sheets
        ],
        "blocks": list(blocks(layout)),
        "fields": list(_fields(layout)),
        "corrections": [
            {"id": c.id, "where": c.where, "printed": c.printed, "rendered": c.rendered}
            for c in workbook.corrections
        ],
        "rules": list(rule_facts(layout)),
        "glossary": [{"word": word, "meaning": meaning} for word, meaning in workbook.glossary],
    }  # fmt: skip


def field_count(layout: Layout) -> int:
    """How many fields the dictionary of a form has."""
    return sum(1 for _ in _fields(layout))


# --- fields --------------------------------------------------------------------------------------


def _fields(layout: Layout) -> Iterator[Facts]:
    """Every field, in the order of the sheets: answers, then a library's numbers and columns."""
    printed = _printed_labels(layout)
    for plan in layout.sheets:
        yield from (_answer(layout, plan, s, printed) for s in plan.slots if s.part == 1)
        if plan.body is not None:
            yield from _library_numbers(layout, plan, plan.body)
            for column in plan.body.columns:
                yield _column(layout, plan, plan.body, column, printed)


def _answer(layout: Layout, plan: SheetPlan, slot: Slot, printed: Mapping[str, str]) -> Facts:
    block = slot.block
    names = {"key": slot.key, "block": block.key, "item": block.item, "field": slot.field.key}
    names |= {"year": slot.field.year, "label": slot.path}
    names |= {"stretch": slot.field.stretch} if slot.field.stretch else {}
    cells = [part.area.cell for part in layout.slots[slot.key]]
    place = {"sheet": plan.name, "cell": cells[0] if len(cells) == 1 else f"{cells[0]}:{cells[-1]}"}
    facts = _facts(names, place, slot.field, layout.view(plan), printed)
    if slot.field.kind.offer().parent:
        parent = layout.slots[f"{block.name}.{slot.field.kind.offer().parent}"][0]
        facts["rules"].append(_BELONGS.format(parent.path))
    return facts


def _column(
    layout: Layout, plan: SheetPlan, body: Body, column: ColumnSlot, printed: Mapping[str, str]
) -> Facts:
    names = {"key": column.key, "block": body.library.key, "item": None, "year": column.field.year}
    names |= {"field": column.field.key, "label": column.path}
    place = {"sheet": plan.name, "cell": _rows_of(body, column.col)}
    facts = _facts(names, place, column.field, layout.view(plan, body.first_row), printed)
    if column.field.kind.offer().parent:
        parent = layout.columns[f"{body.library.key}.{column.field.kind.offer().parent}"]
        facts["rules"].append(_BELONGS.format(parent.path))
    if column.field.key in body.library.identity:
        facts["rules"].append(_identity(layout, body))
    return facts


def _rows_of(body: Body, col: int) -> str:
    return f"{cell_name(body.first_row, col)}:{cell_name(body.last_row, col)}"


def _identity(layout: Layout, body: Body) -> str:
    labels = [layout.columns[f"{body.library.key}.{key}"].path for key in body.library.identity]
    return f"{'＋'.join(labels)} 在本表中不得重复"


def _library_numbers(layout: Layout, plan: SheetPlan, body: Body) -> Iterator[Facts]:
    """The row numbers of a library and the computed numbers in its head sentence."""
    library = body.library
    common = {"block": library.key, "item": None, "year": None}
    if body.number_col is not None:
        # The numbers of a top ten are ranks.
        number = "rank" if library.closed else "row_no"
        names = {"key": f"{library.key}.{number}", "field": number, "label": library.numbered}
        place = {"sheet": plan.name, "cell": _rows_of(body, body.number_col)}
        yield _plain(
            {**names, **common}, place, kind="row number", type="integer",
            added=library.number_added,
        )  # fmt: skip
    for headline in library.headlines:
        names = {"key": f"{library.key}.{headline.key}", "field": headline.key}
        names |= {"label": headline.label}
        cell = body.head_area.cell if body.head_area else ""
        yield _plain(
            {**names, **common}, {"sheet": plan.name, "cell": cell}, kind="integer",
            type="integer", computed="=" + excel(headline.of, layout.view(plan)),
        )  # fmt: skip


def _plain(names: Facts, place: Facts, **known: Any) -> Facts:
    """A field with everything that may be known of one, in the order of the dictionary."""
    order = ("key", "block", "item", "field", "year", "label")
    facts: Facts = {
        **{name: names[name] for name in order},
        **({"stretch": names["stretch"]} if "stretch" in names else {}),
        "label_printed": "", **place,
        "kind": "", "type": "", "unit": "", "decimals": None, "required": NO, "condition": "",
        "proof": "", "limits": {}, "options": [], "rules": [], "computed": "", "added": False,
        "hint": "", "note": "",
    }  # fmt: skip
    return facts | known


def _facts(
    names: Facts, place: Facts, asked: Field, view: View, printed: Mapping[str, str]
) -> Facts:
    kind = asked.kind.describe()
    offer = asked.kind.offer()
    number = kind.get("decimals") is not None
    return _plain(
        names, place, kind=kind["kind"], type=kind["type"], unit=kind.get("unit", ""),
        decimals=kind["decimals"] if number else None, required=_required(asked),
        condition=_condition(asked, view), proof=asked.proof.value,
        limits={name: kind[name] for name in _LIMITS if kind.get(name) is not None},
        options=list(kind.get("options") or offer.options), rules=list(_rules(asked)),
        computed="=" + excel(asked.computed, view) if asked.computed is not None else "",
        added=asked.added, hint=asked.hint, note=asked.note,
        label_printed=printed.get(names["key"], ""),
    )  # fmt: skip


def _required(asked: Field) -> str:
    if asked.computed is not None or not asked.required:
        return NO
    return YES if asked.when is None else WHEN


def _condition(asked: Field, view: View) -> str:
    if asked.when is None:
        return ""
    return asked.when_text or "=" + excel(asked.when, view)


def _rules(asked: Field) -> Iterator[str]:
    """What a value has to obey beside its limits."""
    kind, offer = asked.kind, asked.kind.offer()
    if asked.only_when:
        yield "条件不成立时不得填写"
    if offer.suggest and offer.options and not kind.describe().get("options"):
        yield "选项供参考，可填其他内容"
    yield from (one.words for one in kind.bounds if type(one) not in BOUNDS)
    if kind.lookup:
        yield f"应与 {kind.lookup} 中的一项相同"
    if kind.none and asked.computed is None:
        zero = "，按 0 计" if kind.none_is_zero else ""
        yield f"确无此项可填“无”{zero}"


# --- labels as printed ---------------------------------------------------------------------------


def _printed_labels(layout: Layout) -> dict[str, str]:
    """By key: the label of the same field where the years stand as printed, if it is another."""
    workbook = layout.workbook
    if workbook.options.as_printed:
        return {}
    there = layouts.of(workbook.id, evolve(workbook.options, years="as-printed"))
    ours, theirs = _labels(layout), _labels(there)
    return {
        key: theirs[twin][1]
        for key, twin in _twins(ours, theirs)
        if ours[key][1] != theirs[twin][1]
    }


#: by key: what the field is apart from its year, and its label
_Labels = dict[str, tuple[tuple[Any, ...], str]]


def _labels(layout: Layout) -> _Labels:
    found: _Labels = {}
    for key, parts in layout.slots.items():
        asked = parts[0].field
        found[key] = ((parts[0].block.name, asked.key, asked.added), parts[0].path)
    for key, column in layout.columns.items():
        library = key.split(".", 1)[0]
        found[key] = ((library, column.field.key, column.field.added), column.path)
    return found


def _twins(ours: _Labels, theirs: _Labels) -> Iterator[tuple[str, str]]:
    """Fields that are the same but for the year: the first year is the first year there."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for key, (what, _) in theirs.items():
        groups.setdefault(what, []).append(key)
    left: dict[str, list[str]] = {}
    for key, (what, _) in ours.items():
        if groups.get(what):
            yield key, groups[what].pop(0)
        else:
            left.setdefault(what[0], []).append(key)
    # Keys that carry a year themselves (stage_2026): in the order of their block.
    for block, keys in left.items():
        rest = [key for what, others in groups.items() if what[0] == block for key in others]
        yield from zip(keys, rest, strict=False)


# --- writing it down -----------------------------------------------------------------------------


def as_json(facts: Facts) -> bytes:
    """The dictionary as indented JSON."""
    return (json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def markdown(facts: Facts) -> str:
    """The dictionary as a page of tables, one per sheet."""
    lines = [f"# {facts['title']}", "", _summary(facts), ""]
    columns = [name for name in TITLES if name not in ("sheet", "decimals", "hint")]
    for sheet in facts["sheets"]:
        fields = [one for one in facts["fields"] if one["sheet"] == sheet["name"]]
        if fields:
            lines += [f"## {sheet['name']}", "", *_table([TITLES[c] for c in columns], (
                [_shown(one, name) for name in columns] for one in fields)), ""]  # fmt: skip
    lines += _more(facts)
    return "\n".join(lines).rstrip("\n") + "\n"


def _summary(facts: Facts) -> str:
    province = f"，{facts['province']}" if facts["province"] else ""
    month = f" {facts['month']} 月" if facts.get("month") else ""
    return (
        f"表式 `{facts['form']}`，版本 {facts['version']}，{facts['year']} 年度{month}{province}；"
        f"{len(facts['sheets'])} 张表，{len(facts['fields'])} 个字段。"
    )


def _more(facts: Facts) -> Iterator[str]:
    checklists = [(b, c) for b in facts["blocks"] for c in b.get("checklists", ())]
    if checklists:
        rows = (
            [f"{b['key']}.{c['key']}", c["label"], "、".join(c["options"])] for b, c in checklists
        )
        yield from ("## 勾选组", "", *_table(("字段", "栏目", "选项"), rows), "")
    if facts["rules"]:
        rows = ([r["code"], r["rule"], r["reason"], r["source"]] for r in facts["rules"])
        yield from ("## 勾稽与合理性规则", "")
        yield from (*_table(("代码", "应当满足", "理由", "依据"), rows), "")
    if facts["corrections"]:
        rows = ([c["id"], c["where"], c["printed"], c["rendered"]] for c in facts["corrections"])
        yield from ("## 原表与本表的对照", "")
        yield from (*_table(("编号", "位置", "原表印作", "本表处理"), rows), "")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(map(_markdown_cell, heads, row)) + " |"


def _markdown_cell(head: str, text: str) -> str:
    if text and head in (TITLES["key"], TITLES["computed"]):
        return "`" + re.sub(r"\s+", " ", text).replace("|", "\\|") + "`"
    for sign in "\\|<*_`":
        text = text.replace(sign, "\\" + sign)
    return re.sub(r"\s*\n\s*", "<br>", text)


def _shown(one: Facts, name: str, *, whole: bool = False) -> str:
    """One fact as a person reads it; ``whole`` leaves no option out."""
    value: Any = one[name]
    if name == "kind":
        value = _KINDS.get(value, value)
    elif name == "required":
        value = _REQUIRED[value]
    elif name == "limits":
        value = "，".join(f"{_LIMITS[limit]} {_number(bound)}" for limit, bound in value.items())
    elif name == "options":
        more = "" if whole or len(value) <= _SHOWN_OPTIONS else f"等{len(value)}项"
        value = "、".join(value[:_SHOWN_OPTIONS] if more else value) + more
    elif name == "rules":
        value = "；".join(value)
    elif name == "added":
        value = "是" if value else ""
    return "" if value is None else str(value)


def _number(bound: Any) -> str:
    return f"{bound:.15g}" if isinstance(bound, float) else str(bound)


def as_xlsx(facts: Facts) -> bytes:
    """The dictionary as a workbook; every cell is text, also what looks like a formula."""
    book = Book(write_only=True)
    names = list(TITLES)
    widths = [34, 44, 24, 22, 12, 10, 10, 8, 8, 20, 14, 20, 40, 30, 40, 9, 30, 40]
    rows = ([_shown(one, name, whole=True) for name in names] for one in facts["fields"])
    _sheet(book, "字段", [TITLES[name] for name in names], rows, widths)
    checklists = [(b, c) for b in facts["blocks"] for c in b.get("checklists", ())]
    ticks = ([f"{b['key']}.{c['key']}", c["label"], "\n".join(c["options"])] for b, c in checklists)
    _sheet(book, "勾选组", ["字段", "栏目", "选项"], ticks, [34, 40, 90])
    notes = ([c["id"], c["where"], c["printed"], c["rendered"]] for c in facts["corrections"])
    _sheet(
        book, "原表与本表的对照", ["编号", "位置", "原表印作", "本表处理"], notes, [8, 34, 50, 60]
    )
    buffer = io.BytesIO()
    book.save(buffer)
    return _undated(buffer.getvalue())


def _sheet(
    book: Book, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: list[int]
) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for number, width in enumerate(widths):
        sheet.column_dimensions[cell_name(0, number)[:-1]].width = width

    def cells(row: Sequence[str], **look: Any) -> Iterator[Any]:
        for text in row:
            cell = WriteOnlyCell(sheet, text[:_CELL_LIMIT])
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            for what, value in look.items():
                setattr(cell, what, value)
            yield cell

    sheet.append(cells(heads, font=Font(bold=True)))
    for row in rows:
        sheet.append(cells(row))


def _undated(data: bytes) -> bytes:
    """The same package without the clock that openpyxl writes into it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[^<]*<", b">2026-01-01T00:00:00Z<", content)
            entry = zipfile.ZipInfo(name, _DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
