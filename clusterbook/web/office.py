"""The province's and the city's pages: how far the round is, problems, each county's history."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from clusterbook.problems import Ruling
from clusterbook.store import audit, jobs, rounds, settled
from clusterbook.store.clock import now
from clusterbook.store.rounds import Standing
from clusterbook.store.tables import County, Job, Judged, LinkRow, Record, Upload
from clusterbook.web import evidence
from clusterbook.web.county import mended, questions, sent_file, spoken, told
from clusterbook.web.pages import Ask, attachment, data, shown_time

STATES = ("通过", "待说明", "退回", "无法读取", "附件", "核对中", "未报")
_UNSENT = ("未报", "附件")  # a letter alone is no return
_PAGE = 100  # lines of a long list
_OPINION = 2000
_FIGURE = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")


def dashboard(ask: Ask) -> Response:
    """How far the round is, by city; who is late, and whom to call."""
    with ask.desk.database.reading() as session:
        found = rounds.the_round(session)
        if found is None:
            return ask.go("/desk/new") if ask.who.may("run") else ask.show("empty.html")
        if found.issued is None and ask.who.may("run"):
            return ask.go("/desk/new/roster")
        standings = rounds.standings(session, city=ask.who.city)
        return ask.show(
            "dashboard.html", round=found, standings=_filtered(ask, standings),
            cities=by_city(standings), total=_counted(standings), states=STATES,
            state=ask.query("state"), city=ask.query("city"), job=_latest(session, "results"),
            unsent=_unsent(session, standings),
        )  # fmt: skip


def _unsent(session: Session, standings: Sequence[Standing]) -> bool:
    """Whether nobody has a link yet, nor has sent anything."""
    linked = session.scalar(select(LinkRow.id).limit(1)) is not None
    return not linked and all(one.latest is None for one in standings)


def _filtered(ask: Ask, standings: Sequence[Standing]) -> list[Standing]:
    state, city = ask.query("state"), ask.query("city")
    states = _UNSENT if state == "未报" else (state,)
    return [one for one in standings if (not state or one.state in states)
            and (not city or one.county.city == city)]  # fmt: skip


def _counted(standings: Sequence[Standing]) -> dict[str, int]:
    states = Counter(one.state for one in standings)
    unsent = sum(states[state] for state in _UNSENT)
    return {"asked": len(standings), "sent": len(standings) - unsent, "unsent": unsent,
            **{state: states[state] for state in STATES}}  # fmt: skip


def by_city(standings: Sequence[Standing]) -> list[tuple[str, dict[str, int]]]:
    """The counts of each city, in the order of the roster."""
    cities: dict[str, list[Standing]] = {}
    for one in standings:
        cities.setdefault(one.county.city, []).append(one)
    return [(city, _counted(found)) for city, found in cities.items()]


def _latest(session: Session, kind: str) -> Job | None:
    return session.scalar(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))


# --- one county ----------------------------------------------------------------------------------


def seen(ask: Ask, session: Session) -> County:
    """The county of the address, if whoever asks may see it."""
    county = session.get(County, ask.number("county"))
    if county is None or not ask.who.sees(county):
        raise HTTPException(404)
    return county


def county(ask: Ask) -> Response:
    """All that a county has sent, what was found, and what was mended from one to the next."""
    with ask.desk.database.reading() as session:
        found = seen(ask, session)
        history = rounds.history(session, found.id)
        asked = ask.query("no")
        counts = [one for one in history if one.current]
        named = [one for one in history if one.receipt == asked]
        shown = next(iter((*named, *counts, *history)), None)
        return ask.show(
            "history.html", county=found, round=rounds.the_round(session), history=history,
            upload=shown, returns=told(session, shown, ask.lang),
            mended=mended(session, shown, ask.lang), base=f"/desk/county/{found.id}",
            said=ask.query("said"),
        )  # fmt: skip


def sent_back(ask: Ask) -> Response:
    """The marked copy or the letter of a return."""
    with ask.desk.database.reading() as session:
        row = _return_seen(ask, session)
        return sent_file(ask, row, row.upload.county)


def received(ask: Ask) -> Response:
    """A file as it was sent, whoever it is of; another county's is for the province alone."""
    with ask.desk.database.reading() as session:
        asked = select(Upload).where(Upload.receipt == str(ask.request.path_params["receipt"]))
        upload = session.scalar(asked)
        whose = upload.county if upload is not None and not upload.astray else None
    if upload is None or not (ask.who.may("run") or (whose and ask.who.sees(whose))):
        raise HTTPException(404)
    name = upload.name.rpartition("/")[2]
    return FileResponse(ask.desk.files.path(upload.sha256), media_type="application/octet-stream",
                        headers=attachment(name))  # fmt: skip


def page_of_evidence(ask: Ask) -> Response:
    """A page of evidence that a return cites."""
    with ask.desk.database.reading() as session:
        row = _return_seen(ask, session)
    return evidence.picture(ask, row, ask.number("page"))


def _return_seen(ask: Ask, session: Session) -> Judged:
    """The return of the address, if whoever asks may see whose it is."""
    row = session.get(Judged, ask.number("row"))
    whose = row.upload.county if row is not None else None
    if row is None or not (ask.who.may("run") or (whose and ask.who.sees(whose))):
        raise HTTPException(404)
    return row


def choose(ask: Ask) -> Response:
    """Let an earlier upload count."""
    with ask.desk.database.writing() as session:
        found = seen(ask, session)
        upload = session.scalar(select(Upload).where(Upload.receipt == ask.text("receipt")))
        if upload is None or upload.county_id != found.id or upload.state != "judged":
            raise HTTPException(404)
        rounds.choose(session, upload, by=ask.who.name)
    return ask.go(f"/desk/county/{found.id}?no={upload.receipt}")


def again(ask: Ask) -> Response:
    """Have an upload judged once more that could not be."""
    with ask.desk.database.writing() as session:
        upload = session.scalar(select(Upload).where(Upload.receipt == ask.text("receipt")))
        if upload is None:
            raise HTTPException(404)
        if upload.state == "failed":
            rounds.again(session, upload)
    ask.wake()
    back = (
        f"/desk/county/{upload.county_id}" if upload.county_id else f"/desk/batch/{upload.batch_id}"
    )
    return ask.go(back)


def decide(ask: Ask) -> Response:
    """What the office holds of a reason, and the figure that counts in place of what was sent."""
    number, ruling = ask.text("number", 40), ask.text("ruling", 10)
    wrong = ruling not in ("", *Ruling) or (number and (figure_of(number) is None or not ruling))
    with ask.desk.database.writing() as session:
        county = seen(ask, session)
        back = f"/desk/county/{county.id}"
        for row, problem, name in questions(ask, session, "question-"):
            if row.upload.county_id != county.id or wrong:
                return ask.go(f"{back}?no={row.upload.receipt}&said=figure")
            settled.decide(session, county, row, problem, {
                "ruling": ruling, "number": figure_of(number), "by": ask.who.name,
                "note": settled.line(ask.text("note", 2000)),
            })  # fmt: skip
            rounds.again(session, row.upload)
            back = f"{back}?no={row.upload.receipt}&said=saved#{name}"
    ask.wake()
    return ask.go(back)


def figure_of(text: str) -> float | None:
    """A figure as it is typed; None where it is none."""
    plain = text.replace(",", "").replace("，", "")
    return float(plain) if _FIGURE.fullmatch(plain) else None


def advise(ask: Ask) -> Response:
    """A city's opinion on one of its counties, which it may forward."""
    with ask.desk.database.writing() as session:
        found = seen(ask, session)
        found.opinion, found.opinion_by = ask.text("opinion", _OPINION), ask.who.name
        if ask.text("forward"):
            found.forwarded = now()
        what = "推荐并上报" if ask.text("forward") else "填写推荐意见"
        audit.note(session, ask.who.name, what, found.issue)
        jobs.tell(session, "round", f"county:{found.id}")
    return ask.go(f"/desk/county/{found.id}?said=saved")


# --- problems ------------------------------------------------------------------------------------


def problems(ask: Ask) -> Response:
    """Every problem of the returns that count, by filters."""
    names = ("level", "city", "county", "sheet", "text")
    chosen = {name: ask.query(name) for name in names}
    with ask.desk.database.reading() as session:
        lines = list(_lines(session, ask))
    found = [line for line in lines if _meets(line, chosen)]
    page = ask.query("page")
    at = max(0, int(page) - 1) if page.isascii() and page.isdigit() and len(page) < 6 else 0  # noqa: PLR2004
    return ask.show(
        "problems.html", lines=found[at * _PAGE : (at + 1) * _PAGE], count=len(found),
        all=len(lines), chosen=chosen, page=at + 1, pages=max(1, -(-len(found) // _PAGE)),
        cities=sorted({line["county"].city for line in lines}),
        sheets=sorted({line["sheet"] for line in lines if line["sheet"]}),
    )  # fmt: skip


def _lines(session: Session, ask: Ask) -> Iterator[dict[str, Any]]:
    asked = (
        select(Judged, County).join(Upload, Judged.upload_id == Upload.id)
        .join(County, Upload.county_id == County.id).where(Upload.current.is_(True))
        .order_by(County.number, Judged.id)
    )  # fmt: skip
    for row, county in session.execute(asked):
        if ask.who.sees(county):
            for record in row.problems:
                yield {**spoken(record, ask.lang), "county": county}


def _meets(line: dict[str, Any], chosen: dict[str, str]) -> bool:
    county: County = line["county"]
    text = " ".join((line["message"], line["label"], line["value"], county.issued_to, line["code"]))
    return (
        chosen["level"] in ("", line["level"])
        and chosen["city"] in ("", county.city)
        and chosen["county"] in ("", str(county.id))
        and chosen["sheet"] in ("", line["sheet"])
        and chosen["text"].casefold() in text.casefold()
    )


# --- the round, and what was done ----------------------------------------------------------------


def lock(ask: Ask) -> Response:
    """Take nothing in any more, or again."""
    with ask.desk.database.writing() as session:
        rounds.lock(session, by=ask.who.name, locked=bool(ask.text("lock")))
    return ask.go("/desk/results")


def log(ask: Ask) -> Response:
    """The audit log, the latest first, and whether it is whole."""
    with ask.desk.database.reading() as session:
        asked = select(Record).order_by(Record.id.desc()).limit(_PAGE * 2)
        lines = [(one, json.loads(one.facts)) for one in session.scalars(asked)]
        counties = dict(session.execute(select(County.issue, County.issued_to)).tuples().all())
        return ask.show("audit.html", lines=lines, counties=counties, broken=audit.broken(session))


def log_file(ask: Ask) -> Response:
    """All of the audit log, as a table that can be checked by whoever has it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("number", "at", "seconds", "who", "what", "about", "facts", "before", "hash"))
    with ask.desk.database.reading() as session:
        for line in audit.lines(session):
            facts = json.dumps(line["facts"], ensure_ascii=False, sort_keys=True)
            writer.writerow((line["number"], shown_time(line["at"]), line["at"], line["who"],
                             line["what"], line["about"], facts, line["before"],
                             line["hash"]))  # fmt: skip
    return data(out.getvalue().encode("utf-8-sig"), "audit.csv")
