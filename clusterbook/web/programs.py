"""``/api/v1``: the same for programs, so that a province's own system can push returns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from clusterbook.store import rounds
from clusterbook.store.tables import County, Upload
from clusterbook.web import access
from clusterbook.web.access import Visitor
from clusterbook.web.county import shown_name
from clusterbook.web.desk import Desk
from clusterbook.web.office import by_city
from clusterbook.web.openapi import DOCUMENT
from clusterbook.web.pages import file
from clusterbook.web.words import sentence


class _Refusal(HTTPException):
    """An answer other than what was asked for, with a code that programs can read."""

    def __init__(self, status: int, code: str, told: str) -> None:
        super().__init__(status, told)
        self.code = code


def _call(path: str, call: Any, method: str = "GET") -> Route:
    async def endpoint(request: Request) -> Response:
        desk = request.app.state.desk
        try:
            who = _known(request, await run_in_threadpool(_who, request, desk))
            answer: Response
            if method == "GET":
                answer = await run_in_threadpool(call, desk, who, request)
            else:
                answer = await call(desk, who, request)
        except _Refusal as error:
            body = {"error": {"code": error.code, "message": error.detail}}
            return JSONResponse(body, error.status_code)
        return answer

    return Route(f"/api/v1{path}", endpoint, methods=[method])


def _known(request: Request, who: Visitor) -> Visitor:
    """The visitor, if it has sent a token; a cookie, which browsers send by themselves, is none."""
    if not request.headers.get("authorization"):
        raise _Refusal(401, "token", "a program sends Authorization: Bearer TOKEN")
    if not who.may("see"):
        raise _Refusal(401, "token", "no such token")
    return who


def _who(request: Request, desk: Desk) -> Visitor:
    with desk.database.reading() as session:
        return access.visitor(request, desk, session)


def _round(desk: Desk, who: Visitor, _: Request) -> Response:
    """How far the round is."""
    with desk.database.reading() as session:
        found = rounds.the_round(session)
        if found is None or found.issued is None:
            raise _Refusal(404, "none", "there is no round yet")
        standings = rounds.standings(session, city=who.city)
        return JSONResponse({
            "form": found.form, "year": found.year, "month": found.month or None,
            "locked": found.locked is not None,
            "cities": [{"city": city, **counts} for city, counts in by_city(standings)],
            "counties": [
                {"issue": one.county.issue, "issued_to": one.county.issued_to, "state": one.state,
                 "receipt": one.counts.receipt if one.counts else None}
                for one in standings
            ],
        })  # fmt: skip


async def _push(desk: Desk, who: Visitor, request: Request) -> Response:
    """A return comes in; the answer is given when it is on the disk and in the database."""
    if not who.may("run"):
        raise _Refusal(403, "role", "this token may look, and not send")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _Refusal(415, "type", "send multipart/form-data with a field called file")
    async with request.form(max_files=1, max_fields=5) as form:
        given, issue = form.get("file"), form.get("issue", "")
        if not isinstance(given, UploadFile) or not isinstance(issue, str):
            raise _Refusal(422, "file", "a field called file holds the return")
        body, again = await run_in_threadpool(_receive, desk, who, given, issue)
    request.app.state.wake()
    return JSONResponse(body, 200 if again else 202)


def _receive(
    desk: Desk, who: Visitor, given: UploadFile, issue: str
) -> tuple[dict[str, Any], bool]:
    given.file.seek(0)
    kept = desk.files.put(given.file)
    try:
        with desk.database.writing() as session:
            county = _issued(session, issue) if issue else None
            name = shown_name(given.filename or "")
            received = rounds.receive(session, kept, name, rounds.Whence("api", who.name), county)
            return _upload(received.upload), received.again
    except rounds.ClosedError as error:
        raise _Refusal(409, str(error.facts["why"]), sentence(error)) from error


def _issued(session: Session, issue: str) -> County:
    asked = select(County).where(County.issue == issue)
    county = session.scalar(asked) if issue.isprintable() else None
    if county is None:
        raise _Refusal(422, "issue", "nothing was issued under this id")
    return county


def _upload(upload: Upload) -> dict[str, Any]:
    return {
        "receipt": upload.receipt, "sha256": upload.sha256, "size": upload.size,
        "name": upload.name, "received": upload.received, "state": upload.state,
        "verdict": upload.verdict or None, "current": upload.current,
        "issue": upload.county.issue if upload.county else None,
    }  # fmt: skip


def _found(who: Visitor, request: Request, session: Session) -> Upload:
    receipt = str(request.path_params["receipt"])
    asked = select(Upload).where(Upload.receipt == receipt)
    upload = session.scalar(asked) if receipt.isprintable() else None
    whose = upload.county if upload is not None else None
    if upload is None or not (who.may("run") or (whose is not None and who.sees(whose))):
        raise _Refusal(404, "receipt", "there is no such receipt")
    return upload


def _return(desk: Desk, who: Visitor, request: Request) -> Response:
    """An upload: how far it is, and what became of it."""
    with desk.database.reading() as session:
        return JSONResponse(_upload(_found(who, request, session)))


def _problems(desk: Desk, who: Visitor, request: Request) -> Response:
    """Everything that was found in an upload."""
    lang = "_en" if request.query_params.get("lang") == "en" else ""
    with desk.database.reading() as session:
        upload = _found(who, request, session)
        return JSONResponse({"receipt": upload.receipt, "state": upload.state, "files": [
            {"file": one.file, "verdict": one.verdict, "row": one.id, "problems": [
                {name: record.get(name + lang, record[name]) if name in ("message", "how_to_mend")
                 else record[name] for name in record if not name.endswith("_en")}
                for record in one.problems]}
            for one in upload.returns
        ]})  # fmt: skip


def _copy(desk: Desk, who: Visitor, request: Request) -> Response:
    """The marked copy of the first file of an upload that has one."""
    with desk.database.reading() as session:
        upload = _found(who, request, session)
        sha256 = next((one.copy for one in upload.returns if one.copy), "")
    if not sha256 or upload.astray:
        raise _Refusal(404, "copy", "there is no marked copy")
    return file(desk.files.path(sha256), f"{upload.receipt}.xlsx")


def routes() -> list[BaseRoute]:
    """All of the interface, in the order of its document."""

    async def document(_: Request) -> Response:
        return JSONResponse(DOCUMENT)

    return [
        Route("/api/v1/openapi.json", document),
        _call("/round", _round),
        _call("/returns", _push, "POST"),
        _call("/returns/{receipt}", _return),
        _call("/returns/{receipt}/problems", _problems),
        _call("/returns/{receipt}/copy", _copy),
    ]
