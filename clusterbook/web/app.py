"""All pages of a desk at their addresses: who may see which stands beside each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from clusterbook.store import rounds
from clusterbook.web import batch, county, live, login, new_round, office, programs, results, setup
from clusterbook.web.access import RateLimits, Visitor
from clusterbook.web.desk import Desk
from clusterbook.web.guards import Guards
from clusterbook.web.pages import Ask, open_page, page
from clusterbook.web.words import sentence

_COUNTY: tuple[BaseRoute, ...] = (
    page("/c/{link}", county.home, right="own"),
    page("/c/{link}/blank", county.blank, right="own"),
    page("/c/{link}/upload", county.upload, right="own", method="POST"),
    page("/c/{link}/answers", county.answer, right="own", method="POST"),
    page("/c/{link}/evidence/{row}/{page}", county.page_of_evidence, right="own"),
    page("/c/{link}/{kind:str}/{row:str}", county.sent_back, right="own"),
    page("/c/{link}/receipts/{receipt}/text", county.receipt, right="own"),
    live.events("/c/{link}/events", right="own"),
)
_OFFICE: tuple[BaseRoute, ...] = (
    page("/desk", office.dashboard, right="see"),
    page("/desk/problems", office.problems, right="see"),
    page("/desk/county/{county}", office.county, right="see"),
    page("/desk/county/{county}/opinion", office.advise, right="advise", method="POST"),
    page("/desk/county/{county}/decide", office.decide, right="run", method="POST"),
    page("/desk/county/{county}/choose", office.choose, right="run", method="POST"),
    page("/desk/again", office.again, right="run", method="POST"),
    page("/desk/received/{receipt}", office.received, right="see"),
    page("/desk/sent/evidence/{row}/{page}", office.page_of_evidence, right="see"),
    page("/desk/sent/{kind}/{row}", office.sent_back, right="see"),
    live.events("/desk/events", right="see"),
    page("/desk/new", new_round.first, right="run"),
    page("/desk/new", new_round.begin, right="run", method="POST"),
    page("/desk/new/roster", setup.roster, right="run"),
    page("/desk/new/roster", setup.take_roster, right="run", method="POST"),
    page("/desk/new/issue", setup.issuing, right="run"),
    page("/desk/new/issue", setup.issue, right="run", method="POST"),
    page("/desk/links", setup.links, right="run"),
    page("/desk/links", setup.renew_links, right="run", method="POST"),
    page("/desk/links/{county}/revoke", setup.revoke_link, right="run", method="POST"),
    page("/desk/batch", batch.box, right="run"),
    page("/desk/batch/files", batch.put_in, right="run", method="POST"),
    page("/desk/batch/{batch}", batch.show, right="run"),
    page("/desk/results", results.show, right="run"),
    page("/desk/results", results.make, right="run", method="POST"),
    page("/desk/results/OUT.zip", results.out, right="run"),
    page("/desk/results/received.zip", results.received, right="run"),
    page("/desk/results/blanks.zip", results.blanks, right="run"),
    page("/desk/results/summary.xlsx", results.summary, right="run"),
    page("/desk/results/report.html", results.report, right="run"),
    page("/desk/results/letters.zip", results.letters, right="see"),
    page("/desk/lock", office.lock, right="run", method="POST"),
    page("/desk/audit", office.log, right="run"),
    page("/desk/audit.csv", office.log_file, right="run"),
)
_DOOR: tuple[BaseRoute, ...] = (
    page("/", login.front, right="anyone"),
    page("/login", login.show, right="anyone"),
    open_page("/login", login.enter),
    page("/logout", login.leave, right="see", method="POST"),
    page("/password", login.password, right="account"),
    page("/password", login.change, right="account", method="POST"),
    page("/open/{key}", login.open_alone, right="anyone"),
)


def create(desk: Desk, *, opening: str = "", wake: Callable[[], None] = lambda: None) -> Starlette:
    """The application of a desk; ``opening`` is the key of a technician's own one."""
    listening = live.Live(desk)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        listening.start()
        yield
        listening.stop()

    static = StaticFiles(directory=str(resources.files(__package__) / "static"))
    app = Starlette(
        routes=[*_DOOR, *_COUNTY, *_OFFICE, *programs.routes(), Mount("/static", static)],
        middleware=[Middleware(Guards, desk=desk)], lifespan=running,
        exception_handlers={HTTPException: _refused, OperationalError: _away,
                            rounds.ClosedError: _closed, Exception: _broken},
    )  # fmt: skip
    app.state.desk, app.state.limits, app.state.live = desk, RateLimits(), listening
    app.state.opening, app.state.wake = opening, wake
    return app


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith("/api/"):
        told = error.detail if isinstance(error, HTTPException) else "broken"
        return JSONResponse({"error": {"code": str(status), "message": told}}, status)
    why = {404: "page", 403: "form"}.get(status, "request")
    return _nobody(request).show("refused.html", status, why=why)


async def _closed(request: Request, error: Exception) -> Response:
    return _nobody(request).show("refused.html", 409, why="closed", told=sentence(error))


async def _away(request: Request, _: Exception) -> Response:
    answer = _sorry(request, 503, "away", "the database is away, please try again later")
    answer.headers["Retry-After"] = "5"
    return answer


async def _broken(request: Request, _: Exception) -> Response:
    return _sorry(request, 500, "broken", "something went wrong here")


def _sorry(request: Request, status: int, why: str, told: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": {"code": why, "message": told}}, status)
    return _nobody(request).show("refused.html", status, why=why)


def _nobody(request: Request) -> Ask:
    """What is asked by whoever it is: nothing depends on that any more."""
    return Ask(request, request.app.state.desk, Visitor(), request.app.state.limits)
