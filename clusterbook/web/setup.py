"""The roster of a new round, issuing, and the links of counties."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clusterbook.store import accounts, audit, jobs, rounds
from clusterbook.store.clock import now
from clusterbook.store.tables import County, Job, RoundRow
from clusterbook.web.county import shown_name
from clusterbook.web.pages import Ask

_MOST_DAYS = 400  # of a link
_SHOWN = 60  # signs of what stands on the first page of a workbook


def _unissued(session: Session) -> RoundRow:
    found = rounds.the_round(session)
    if found is None:
        raise HTTPException(404)
    return found


def roster(ask: Ask) -> Response:
    """Step two: whom to issue to. What is wrong with the roster is shown in its place."""
    return _roster(ask, "")


def _roster(ask: Ask, wrong: str) -> Response:
    with ask.desk.database.reading() as session:
        found = _unissued(session)
        job = _job_of(session, "roster", found)
    if found.issued is not None:
        return ask.go("/desk")
    return ask.show("new_roster.html", 422 if wrong else 200, round=found, job=job, wrong=wrong)


_NO_ROSTER = "没有选择名单，请先选择一个文件再点“上传名单”。"
_ONE_ROSTER = "名单只能是一个文件，还没有上传。请只选择一个文件。"


def take_roster(ask: Ask) -> Response:
    """A roster comes in, and is looked through by the workers."""
    given = ask.files("roster")
    if len(given) != 1:
        return _roster(ask, _ONE_ROSTER if given else _NO_ROSTER)
    kept = ask.keep(given[0])
    with ask.desk.database.writing() as session:
        found = _unissued(session)
        rounds.check_unissued(session, found)
        found.roster, found.roster_name = kept.sha256, shown_name(given[0].filename or "")
        jobs.ask(session, "roster", roster=kept.sha256)
        audit.note(session, ask.who.name, "上传名单", found.form, sha256=kept.sha256)
    ask.wake()
    return ask.go("/desk/new/roster")


def issuing(ask: Ask) -> Response:
    """Step three: what stands on the first page, and issuing itself."""
    with ask.desk.database.reading() as session:
        found = _unissued(session)
        job, checked = _job_of(session, "issue", found), _job_of(session, "roster", found)
    if found.issued is not None:
        return ask.go("/desk")
    if checked is None or "rows" not in checked.facts:
        return ask.go("/desk/new/roster")
    return ask.show("new_issue.html", round=found, job=job, count=len(checked.facts["rows"]),
                    wrong="")  # fmt: skip


def issue(ask: Ask) -> Response:
    """Have one workbook made for each row of the roster."""
    shown = {name: ask.text(name, 500) for name in ("deadline", "contact", "sender")}
    with ask.desk.database.writing() as session:
        found = _unissued(session)
        job, checked = _job_of(session, "issue", found), _job_of(session, "roster", found)
        if found.issued is not None:
            raise rounds.ClosedError("the round is issued", why="issued")
        if checked is None or "rows" not in checked.facts:
            return ask.go("/desk/new/roster")
        long = [text for text in shown.values() if len(text) > _SHOWN or not text.isprintable()]
        if long:
            wrong = f"写在首页上的内容请写成一行，不超过{_SHOWN}字。"
            count = len(checked.facts["rows"])
            return ask.show("new_issue.html", 422, round=found, job=job, count=count, wrong=wrong)
        session.execute(update(RoundRow).values(**shown))
        if job is None or job.state in ("done", "failed"):
            jobs.ask(session, "issue", roster=found.roster)
            audit.note(session, ask.who.name, "发放", found.form, **shown)
    ask.wake()
    return ask.go("/desk/new/issue")


def _job_of(session: Session, kind: str, found: RoundRow) -> Job | None:
    """The latest job of a kind, if it is about the roster that the round has now."""
    job = session.scalar(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))
    return job if job is not None and job.facts["roster"] == found.roster else None


# --- links ---------------------------------------------------------------------------------------


def links(ask: Ask) -> Response:
    """The links of all counties, as a list and as codes to be printed."""
    from clusterbook.web.county import qr  # noqa: PLC0415 - one page draws

    codes = ask.query("view") == "qr"
    with ask.desk.database.reading() as session:
        counties = session.scalars(select(County).order_by(County.number)).all()
        rows = []
        for county in counties:
            live = next((one for one in county.links if one.revoked is None), None)
            address = ask.desk.link(live.id) if live else ""
            rows.append({"county": county, "link": live, "address": address,
                         "expired": live is not None and live.expires < now(),
                         "qr": qr(address) if live and codes else ""})  # fmt: skip
        found = rounds.the_round(session)
    return ask.show("links.html", rows=rows, round=found, codes=codes, most=_MOST_DAYS,
                    said=ask.query("said"))  # fmt: skip


def renew_links(ask: Ask) -> Response:
    """A new link for one county, or one for each county that has none."""
    days = ask.text("days", 4) or str(accounts.LINK_DAYS)
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= _MOST_DAYS):
        return ask.go("/desk/links?said=days")
    asked = ask.text("county", 20)
    with ask.desk.database.writing() as session:
        for county in session.scalars(select(County).order_by(County.number)):
            lacking = all(one.revoked is not None for one in county.links)
            if str(county.id) == asked or (not asked and lacking):
                accounts.new_link(session, county, by=ask.who.name, days=int(days))
    return ask.go("/desk/links")


def revoke_link(ask: Ask) -> Response:
    """The link of a county leads nowhere from now on."""
    with ask.desk.database.writing() as session:
        county = session.get(County, ask.number("county"))
        if county is None:
            raise HTTPException(404)
        accounts.revoke(session, county, by=ask.who.name)
    return ask.go("/desk/links")
