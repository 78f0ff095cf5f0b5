"""Whose form it is, and whether it says what was printed: by the foot of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from clusterbook.forms.kinds import NONE, Kind, Raw
from clusterbook.forms.parsing.folding import name_key, to_text
from clusterbook.forms.stamp import Registered, is_issue
from clusterbook.issuing.roster import keys_by_role
from clusterbook.layout.layout import Layout
from clusterbook.word.content import digest_of
from clusterbook.word.document import Document
from clusterbook.word.readings import TOLD, Item, Readings

Register = Mapping[str, Registered]
_DIGEST = re.compile(r"数据校验码：([0-9A-F]{4}(?:-[0-9A-F]{4}){3})(?![0-9A-F-])")
_ISSUE = re.compile(r"发放编号：([A-Za-z0-9_-]{1,71})(?![A-Za-z0-9_-])")
_FOOT = "页脚"
_ROLES = ("cluster_name", "county", "city")
_DECLARED = {"none": NONE, "na": "不适用"}


@frozen(kw_only=True)
class FormIdentity:
    """Under which issue id a form goes into the workbook, and what is to be told of it."""

    issue: str = ""
    issued_to: str = ""
    told: Sequence[Item] = field(factory=tuple)


def identified(
    layout: Layout, document: Document, readings: Readings, issue: str, register: Register | None
) -> FormIdentity:
    """Whose form it is: ``issue`` where it is given, else the one that the register has for it.

    What the foot of a page says is anybody's: it is taken where the register has the same.
    """
    foot = " ".join(text for name, text in document.others if name == _FOOT)
    told = [*_compared(layout, readings, foot)]
    found = _ISSUE.search(foot)
    printed = found[1] if found and is_issue(found[1]) else ""
    if register is None:
        told += _other(printed, issue)
        return FormIdentity(issue=issue, told=told)
    said = _said(layout, readings)
    issue = issue or _chosen(said, printed, register)
    one = register.get(issue)
    if one is None:
        told.append(_told("在发放登记表中认不出是哪一份，工作簿没有发放编号；可以用 --issue 写明"))
        return FormIdentity(told=told)
    told += [_told(f"发放编号 {issue}（{one.issued_to}）"), *_other(printed, issue)]
    told += [
        _told(f"发放登记表上是“{listed}”，这份表上是“{said[role]}”，已按这份表读入，请核对")
        for role in _ROLES
        if (listed := getattr(one, role)) and said.get(role) and not _same(listed, said[role])
    ]
    return FormIdentity(issue=issue, issued_to=one.issued_to, told=told)


def _other(printed: str, issue: str) -> Iterator[Item]:
    if printed and issue and printed != issue:
        where = f"页脚的发放编号是 {printed}，写入工作簿的是 {issue}"
        yield _told(f"{where}，请核对是不是这一份")


def _told(why: str) -> Item:
    return Item(result=TOLD, why=why)


def _said(layout: Layout, readings: Readings) -> dict[str, str]:
    """Cluster, county and city as the form has them."""
    keys = keys_by_role(layout.workbook)
    raws = {role: readings.values.get(keys.get(role, "")) for role in _ROLES}
    return {role: to_text(raw) for role, raw in raws.items() if raw is not None}


def _same(one: str, other: str) -> bool:
    return name_key(one) == name_key(other)


def _chosen(said: Mapping[str, str], printed: str, register: Register) -> str:
    """The one issue that nothing in the form contradicts and its name or its foot speaks for."""

    def speaks(issue: str, one: Registered) -> bool:
        named = bool(said.get("cluster_name")) and _same(said["cluster_name"], one.cluster_name)
        return named or issue == printed

    def fits(one: Registered) -> bool:
        return all(
            not getattr(one, role) or not said.get(role) or _same(getattr(one, role), said[role])
            for role in _ROLES
        )

    found = [issue for issue, one in register.items() if speaks(issue, one) and fits(one)]
    if len(found) > 1 and printed in found:
        return printed
    return found[0] if len(found) == 1 else ""


# --- the hash at the foot -------------------------------------------------------------------------


def _compared(layout: Layout, readings: Readings, foot: str) -> Iterator[Item]:
    """Whether what was read is what was printed, by the hash at the foot."""
    found = _DIGEST.search(foot)
    if found is None:
        return
    own = digest_of(dict(_printed(layout, readings)))
    if own == found[1]:
        yield _told("读入的内容与页脚的数据校验码一致")
    else:
        yield _told(
            f"页脚的数据校验码是 {found[1]}，读入的内容是 {own or '空的'}："
            "打印以后改过，或者有没读入的内容，请逐项核对"
        )


def _printed(layout: Layout, readings: Readings) -> Iterator[tuple[str, str]]:
    """What was read as the printed form would have it, by key: see ``Content.printed``."""
    for key, raw in readings.values.items():
        if text := _text(layout.slots[key][0].field.kind, raw):
            yield key, text
    for library, rows in readings.rows.items():
        for number, row in enumerate(rows, start=1):
            for column, raw in row.items():
                kind = layout.columns[f"{library}.{column}"].field.kind
                if text := _text(kind, raw, row=True):
                    yield f"{library}[{number}].{column}", text
    yield from ((f"reason {code}", text) for code, text in sorted(readings.reasons.items()))


def _text(kind: Kind, raw: Raw, *, row: bool = False) -> str:
    reading = kind.read(raw)
    if reading.declared:
        return to_text(raw) if row else _DECLARED[reading.declared]
    if reading.value is None:
        return to_text(raw)
    return kind.printed(reading.value if kind.numeric else kind.exported([reading.value])[0])
