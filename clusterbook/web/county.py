"""The county's page: its blank, its return, what was found in it, and the receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import segno
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clusterbook.api.round import compare
from clusterbook.paths import safe_name
from clusterbook.store import jobs, rounds, settled
from clusterbook.store.clock import now
from clusterbook.store.tables import County, Judged, Upload
from clusterbook.verdicts import SET_ASIDE, Verdict
from clusterbook.web import evidence
from clusterbook.web.desk import Desk
from clusterbook.web.pages import Ask, data, file

_QUESTION = re.compile(r"([0-9]{1,15})-([0-9]{1,6})")


def home(ask: Ask) -> Response:
    """Everything a county needs, on one page; the upload in question is named in the address."""
    county = own(ask)
    with ask.desk.database.reading() as session:
        found = rounds.the_round(session)
        history = rounds.history(session, county.id)
        shown = _shown(ask, history)
        return ask.show(
            "county.html", round=found, county=county, history=history, upload=shown,
            returns=told(session, shown, ask.lang), before=None, base=f"/c/{ask.who.link}",
            said=ask.query("said"), mended=mended(session, shown, ask.lang),
        )  # fmt: skip


def own(ask: Ask) -> County:
    """The county whose link this is."""
    if ask.who.county is None:
        raise HTTPException(404)
    return ask.who.county


def _shown(ask: Ask, history: list[Upload]) -> Upload | None:
    asked = ask.query("no")
    if asked:
        return next((one for one in history if one.receipt == asked), None)
    return history[0] if history else None


def told(session: Session, upload: Upload | None, lang: str) -> list[dict[str, Any]]:
    """What was found in each file of an upload: problems by sheet, in the order of the workbook."""
    if upload is None:
        return []
    rows = session.scalars(select(Judged).where(Judged.upload_id == upload.id).order_by(Judged.id))
    return [
        {
            "row": one,
            "sheets": by_sheet(one.problems, lang),
            "given": settled.given(session, one),
            "citations": evidence.citations(one),
        }
        for one in rows
    ]


def by_sheet(records: list[dict[str, str]], lang: str) -> list[tuple[str, list[dict[str, str]]]]:
    """Problems under the name of their sheet; those of the whole file come first."""
    found: dict[str, list[dict[str, str]]] = {}
    for at, record in enumerate(records):
        found.setdefault(record["sheet"], []).append({**spoken(record, lang), "at": str(at)})
    return sorted(found.items(), key=lambda one: one[0] != "")


def spoken(record: dict[str, str], lang: str) -> dict[str, str]:
    """A problem with its sentences in one language."""
    if lang == "zh":
        return record
    return {**record, "message": record.get("message_en") or record["message"],
            "how_to_mend": record.get("how_to_mend_en") or record["how_to_mend"]}  # fmt: skip


def mended(session: Session, upload: Upload | None, lang: str) -> dict[str, Any] | None:
    """What an upload has mended of the one before it; None where there is none to be compared.

    What cannot be read, or is no return, has mended nothing.
    """
    if upload is None or upload.county_id is None or upload.state != "judged":
        return None
    weak = [one.value for one in (Verdict.UNREADABLE, *SET_ASIDE)]
    if upload.verdict in weak:
        return None
    earlier = session.scalars(
        select(Upload).where(Upload.county_id == upload.county_id, Upload.number < upload.number)
        .where(Upload.state == "judged", Upload.astray == "", Upload.verdict.not_in(weak))
        .order_by(Upload.number.desc())
    ).first()  # fmt: skip
    if earlier is None or len(earlier.returns) != 1 or len(upload.returns) != 1:
        return None
    before, after = earlier.returns[0].problems, upload.returns[0].problems
    found = compare(before, after)
    new = {_place(after[at]) for at in found.new}
    return {
        "earlier": earlier, "fixed": [spoken(before[at], lang) for at in found.fixed],
        "still": len(found.still_open), "new": len(found.new),
        "is_new": lambda record: _place(record) in new,
    }  # fmt: skip


def _place(record: dict[str, str]) -> tuple[str, ...]:
    return tuple(record[name] for name in ("code", "sheet", "cell", "key", "value"))


def blank(ask: Ask) -> Response:
    """The workbook that was issued to the county; that it was fetched is noted afterwards."""
    county = own(ask)
    then = None if county.fetched else BackgroundTask(_fetched, ask.desk, county.id)
    return file(ask.desk.files.path(county.blank), county.blank_name, then=then)


def _fetched(desk: Desk, county: int) -> None:
    with desk.database.writing() as session:
        session.execute(
            update(County).where(County.id == county, County.fetched.is_(None))
            .values(fetched=now())
        )  # fmt: skip
        jobs.tell(session, "round")


def upload(ask: Ask) -> Response:
    """Take a file in; the answer is given when it is on the disk and in the database."""
    county, base = own(ask), f"/c/{ask.who.link}"
    given = ask.files("file")
    if len(given) != 1:
        return ask.go(f"{base}?said=none")
    if ask.limits.uploads.full(county.issue):
        return ask.go(f"{base}?said=often")
    ask.limits.uploads.count(county.issue)
    kept = ask.keep(given[0])
    name = shown_name(given[0].filename or "")
    try:
        with ask.desk.database.writing() as session:
            received = rounds.receive(
                session, kept, name, rounds.Whence("link", ask.who.name),
                county=session.get_one(County, county.id),
            )  # fmt: skip
    except rounds.ClosedError:
        return ask.go(f"{base}?said=locked")
    ask.wake()
    said = "again" if received.again else "received"
    return ask.go(f"{base}?no={received.upload.receipt}&said={said}")


def shown_name(name: str) -> str:
    """What a file is called on pages: its own name, of printable signs, not too long."""
    steps = name.replace("\\", "/").split("/")
    clean = ("".join(sign for sign in step if sign.isprintable())[-100:] for step in steps)
    return "/".join(step for step in clean if step not in ("", ".", ".."))[-250:] or "未命名.xlsx"


def answer(ask: Ask) -> Response:
    """Reasons for what is to be explained: they count as if they stood in the workbook."""
    county, base, new = own(ask), f"/c/{ask.who.link}", False
    with ask.desk.database.writing() as session:
        found, upload = rounds.the_round(session), None
        if found is not None and found.locked is not None:
            return ask.go(f"{base}?said=locked")
        for row, problem, name in questions(ask, session, "reason-"):
            if row.upload.county_id != county.id or row.upload.astray:
                raise HTTPException(404)
            upload = row.upload
            text = ask.text(name, 4000)
            new |= settled.answer(session, county, row, problem, text, ask.who.name)
        if upload is not None and new:
            rounds.again(session, upload)
        receipt = upload.receipt if upload is not None else ""
    ask.wake()
    return ask.go(f"{base}?no={receipt}&said={'answered' if new else 'same'}")


def questions(
    ask: Ask, session: Session, before: str
) -> Iterator[tuple[Judged, dict[str, str], str]]:
    """The questions that a form is about: its fields tell a return and the place in its list."""
    for name in ask.sent or ():
        found = _QUESTION.fullmatch(name.removeprefix(before)) if name.startswith(before) else None
        row = session.get(Judged, int(found[1])) if found else None
        if found is None or row is None:
            continue
        at = int(found[2])
        if at >= len(row.problems) or row.problems[at]["level"] != "explain" or not row.issue:
            raise HTTPException(404)
        yield row, row.problems[at], name


def sent_back(ask: Ask) -> Response:
    """The marked copy or the letter of one of the county's returns."""
    county = own(ask)
    with ask.desk.database.reading() as session:
        row = session.get(Judged, ask.number("row"))
        if row is None or row.upload.county_id != county.id:
            raise HTTPException(404)
        return sent_file(ask, row, county)


def page_of_evidence(ask: Ask) -> Response:
    """A page of evidence that one of the county's returns cites."""
    with ask.desk.database.reading() as session:
        row = session.get(Judged, ask.number("row"))
        if row is None or row.upload.county_id != own(ask).id or row.upload.astray:
            raise HTTPException(404)
    return evidence.picture(ask, row, ask.number("page"))


def sent_file(ask: Ask, row: Judged, county: County | None) -> Response:
    """The marked copy or the letter of a return, named after whom it goes to."""
    kind = str(ask.request.path_params["kind"])
    sha256 = {"copy": row.copy, "letter": row.letter}.get(kind, "")
    if not sha256 or row.upload.astray:
        raise HTTPException(404)
    stem = county.blank_name.removesuffix(".xlsx") if county else row.upload.receipt
    name = {"copy": f"{stem}_退回.xlsx", "letter": f"{stem}_退回通知.docx"}[kind]
    return file(ask.desk.files.path(sha256), name)


def receipt(ask: Ask) -> Response:
    """The receipt of an upload, as a text to be kept."""
    county = own(ask)
    with ask.desk.database.reading() as session:
        asked = str(ask.request.path_params["receipt"])
        history = rounds.history(session, county.id)
        upload = next((one for one in history if one.receipt == asked), None)
        found = rounds.the_round(session)
    if upload is None or found is None:
        raise HTTPException(404)
    text = ask.show("receipt.txt", upload=upload, county=county, round=found).body
    return data(
        bytes(text), f"{safe_name(upload.receipt, '收件回执', '').removesuffix('.xlsx')}.txt"
    )


def qr(address: str) -> str:
    """A QR code of an address, as SVG without a style of its own."""
    made = segno.make(address, error="m")
    return made.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True)
