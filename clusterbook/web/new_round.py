"""Step one of a new round: the form, and the year or month that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from starlette.responses import Response

import clusterbook as cb
from clusterbook.store import jobs, rounds
from clusterbook.store.tables import RoundRow
from clusterbook.web.pages import Ask
from clusterbook.web.words import EARLIER, MORE_ASKED, NO_MONTH, SAME, YEARS, sentence

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_FIELDS = ("form", "year", "month", "province", "stage")


def first(ask: Ask) -> Response:
    """Which form, and what of it is asked; ``form`` in the address is the one that was chosen."""
    with ask.desk.database.reading() as session:
        found = rounds.the_round(session)
        issuing = jobs.under_way(session, "issue")
    if found is not None and (found.issued is not None or issuing):
        return ask.go("/desk" if found.issued else "/desk/new/issue")
    facts = _facts(found)
    chosen = ask.query("form")
    if chosen and chosen != facts.get("form"):
        facts = {"form": chosen, "province": ask.query("province")}
    return _show(ask, facts)


def _facts(found: RoundRow | None) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _FIELDS} if found is not None else {}


def _show(ask: Ask, facts: Mapping[str, Any], *, wrong: str = "", note: str = "") -> Response:
    """The page; what nobody has said yet is what is most likely."""
    faults: list[cb.Error] = []
    forms = cb.list_forms(on_fault=faults.append)
    chosen = facts.get("form", "")
    form = cb.load_form(chosen if chosen in forms else next(iter(forms)))
    year, month = likely(form, _rounds_before(ask.desk.setting.last_round, form), date.today())  # noqa: DTZ011 - the office's day
    shown = {"year": year, "month": month, "province": "", "stage": ""}
    shown |= {name: fact for name, fact in facts.items() if fact}
    return ask.show("new_form.html", 422 if wrong else 200, forms=forms, form=form, facts=shown,
                    wrong=wrong, note=note, faults=[sentence(one) for one in faults])  # fmt: skip


def likely(form: cb.Form, before: list[tuple[int, int]], today: date) -> tuple[int, int]:
    """The year and month for which a form is most likely issued today; month 0 of a yearly one.

    It is what comes after the round before; without one the last year, month or quarter that has
    ended.
    """
    if not form.months:
        return today.year - 1, 0
    if before:
        year, month = max(before)
        later = [one for one in form.months if one > month]
        return (year, later[0]) if later else (year + 1, form.months[0])
    ended = [one for one in form.months if one < today.month]
    return (today.year, ended[-1]) if ended else (today.year - 1, form.months[-1])


def _rounds_before(last: Path | None, form: cb.Form) -> list[tuple[int, int]]:
    """The rounds of a form in the import that blanks are prefilled from: year and month."""
    try:
        lines = list(cb.open_round(last).submissions) if last is not None else []
    except (cb.Error, OSError):  # issuing tells what is wrong with it
        return []
    return [
        (int(line["year"]), int(line.get("month") or 0))
        for line in lines if line["form"] == form.id and line["year"]
    ]  # fmt: skip


def begin(ask: Ask) -> Response:
    """The form is chosen: it must be one that can be had like this."""
    facts = {name: ask.text(name, 100) for name in _FIELDS}
    try:
        form = cb.load_form(facts["form"])
    except cb.Error as error:
        return _show(ask, {}, wrong=sentence(error))
    shown = ask.text("shown", 100)  # whose fields stood there: without script maybe another's
    unseen = shown not in ("", form.id) and (form.months or form.stages)
    if unseen or (form.months and not facts["month"]):
        del facts["stage"], facts["month"]
        if shown != form.id:  # the year is what was likely for the other form
            del facts["year"]
        return _show(ask, facts, note=MORE_ASKED if unseen else NO_MONTH)
    facts["month"] = facts["month"] if form.months else ""
    wrong = _wrong(ask, form, facts)
    if wrong:
        return _show(ask, facts, wrong=wrong)
    with ask.desk.database.writing() as session:
        asked = {**facts, "year": int(facts["year"]), "month": int(facts["month"] or 0)}
        rounds.begin(session, {**asked, "title": form.title}, by=ask.who.name)
    return ask.go("/desk/new/roster")


def _wrong(ask: Ask, form: cb.Form, facts: Mapping[str, str]) -> str:
    """Why no round can be begun like this; nothing where it can."""
    year = _number(facts["year"])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return YEARS
    month = _number(facts["month"]) if form.months else 0
    if form.months and month not in form.months:
        return NO_MONTH
    before = _rounds_before(ask.desk.setting.last_round, form)
    if form.months and (year, month) in before:
        return SAME
    if before and (year, month) < min(before):
        return EARLIER
    try:
        made = cb.load_form(form.id, year=year, month=month or None, province=facts["province"])
        made.blank(stage=facts["stage"]) if facts["stage"] else None
    except cb.Error as error:
        return sentence(error)
    return ""


def _number(text: str) -> int:
    """A whole number as it is typed; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1  # noqa: PLR2004 - a year
