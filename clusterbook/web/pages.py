"""How a page is made: who asks, whether they may, what they sent, and the template that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import define, field
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import clusterbook as cb
from clusterbook.store import accounts
from clusterbook.store.files import Kept
from clusterbook.web import access
from clusterbook.web.access import RateLimits, Visitor
from clusterbook.web.desk import Desk
from clusterbook.web.english import ENGLISH

_LANG = "lang"
_MOST_FIELDS = 2_000
_MOST_FILES = 5_000
_IN_ONE_GO = 4_000_000  # bytes of a file
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip", "csv": "text/csv; charset=utf-8", "txt": "text/plain; charset=utf-8",
    "json": "application/json", "html": "text/html; charset=utf-8",
}  # fmt: skip


@define
class Ask:
    """One request as pages see it."""

    request: Request
    desk: Desk
    who: Visitor
    limits: RateLimits
    sent: FormData | None = None
    wake: Callable[[], None] = field(default=lambda: None)

    @property
    def lang(self) -> str:
        """The language of the answer."""
        return lang_of(self.request)

    @property
    def place(self) -> str:
        """Where it comes from."""
        return self.request.client.host if self.request.client else ""

    def text(self, name: str, longest: int = 200) -> str:
        """What was typed into a field; what is too long is refused."""
        value = self.sent.get(name, "") if self.sent is not None else ""
        found = value.strip() if isinstance(value, str) else ""
        if len(found) > longest or "\x00" in found:
            raise HTTPException(400)
        return found

    def query(self, name: str) -> str:
        """What the address says behind its question mark."""
        return self.request.query_params.get(name, "")[:200]

    def number(self, name: str) -> int:
        """A number in the path; 404 where it is none that a database takes."""
        found = str(self.request.path_params[name])
        if not (found.isascii() and found.isdigit() and len(found) < 16):  # noqa: PLR2004
            raise HTTPException(404)
        return int(found)

    def files(self, name: str) -> list[UploadFile]:
        """The files that were put into a field."""
        found = self.sent.getlist(name) if self.sent else []
        return [one for one in found if isinstance(one, UploadFile) and (one.filename or one.size)]

    def keep(self, file: UploadFile) -> Kept:
        """A file, on the disk when this returns."""
        file.file.seek(0)
        return self.desk.files.put(file.file)

    def show(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page."""
        lang = self.lang
        text = _environment().get_template(template).render(
            ask=self, who=self.who, lang=lang, t=Words(lang), desk=self.desk, **facts,
        )  # fmt: skip
        answer = HTMLResponse(text, status)
        if _LANG in self.request.query_params:
            answer.set_cookie(_LANG, lang, max_age=31_536_000, httponly=True, samesite="lax",
                              secure=self.desk.setting.secure)  # fmt: skip
        return answer

    def go(self, path: str) -> Response:
        """On to another page of ours."""
        onward = access.own_path(path)
        if self.request.headers.get("hx-request"):  # a part of a page: the whole of it goes on
            return Response(headers={"HX-Redirect": onward})
        return RedirectResponse(onward, 303)


class Words:
    """The words of the pages: Chinese as they stand in the templates, or the English for them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, chinese: str, **facts: Any) -> str:
        """A sentence, with its facts filled in."""
        text = chinese if self.lang == "zh" else ENGLISH.get(chinese, chinese)
        return text.format(**facts) if facts else text


def lang_of(request: Request) -> str:
    """The language that was asked for now or before."""
    asked = request.query_params.get(_LANG) or request.cookies.get(_LANG, "zh")
    return "en" if asked == "en" else "zh"


def other_lang(request: Request) -> str:
    """The address of this page in the other language."""
    kept = "&".join(
        f"{quote(k)}={quote(v)}" for k, v in request.query_params.multi_items() if k != _LANG
    )
    lang = "zh" if lang_of(request) == "en" else "en"
    return f"?{kept}&{_LANG}={lang}" if kept else f"?{_LANG}={lang}"


@cache
def _environment() -> Environment:
    folder = resources.files(__package__) / "templates"
    made = Environment(loader=FileSystemLoader(str(folder)), autoescape=True,
                       undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    made.filters |= {"time": shown_time, "day": shown_day, "size": shown_size, "path": quote}
    made.globals |= {"other_lang": other_lang, "version": cb.__version__, "mark": verdict_mark,
                     "Markup": Markup}  # fmt: skip
    return made


def shown_time(seconds: int | None) -> str:
    """2026-03-15 16:20, by the clock of this machine."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M") if seconds else ""  # noqa: DTZ006 - the office's clock


def shown_day(seconds: int | None) -> str:
    """2026-03-15."""
    return shown_time(seconds)[:10]


def shown_size(size: int) -> str:
    """0 B, 312 KB, 1.2 MB."""
    for unit, bytes_ in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= bytes_:
            return f"{size / bytes_:.{1 if unit == 'MB' else 0}f} {unit}"
    return f"{size} B"


def verdict_mark(verdict: str) -> str:
    """Which badge a verdict or state has."""
    marks = {"通过": "pass", "待说明": "ask", "退回": "back", "无法读取": "lost"}
    return marks.get(verdict, "other")


def file(path: Path, name: str, *, then: BackgroundTask | None = None) -> Response:
    """A file to be kept, under a name of ours; ``then`` is done when it has been sent.

    A small one is read here, in one go: to read it in parts takes a dozen turns of the server.
    """
    if path.stat().st_size <= _IN_ONE_GO:
        return data(path.read_bytes(), name, then=then)
    kind = _KINDS[name.rpartition(".")[2]]
    return FileResponse(path, media_type=kind, headers=attachment(name), background=then)


def data(content: bytes, name: str, *, then: BackgroundTask | None = None) -> Response:
    """Bytes to be kept as a file, under a name of ours."""
    kind = _KINDS[name.rpartition(".")[2]]
    return Response(content, media_type=kind, headers=attachment(name), background=then)


def attachment(name: str) -> Mapping[str, str]:
    """The header that makes a browser keep a file, whatever its name is made of."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


# --- routes --------------------------------------------------------------------------------------

Page = Callable[[Ask], Response]


def page(path: str, call: Page, *, right: str, method: str = "GET") -> Route:
    """A page at a path, for whoever has a right."""

    async def endpoint(request: Request) -> Response:
        desk, limits = request.app.state.desk, request.app.state.limits
        wake = request.app.state.wake
        if request.method != "POST":
            return await run_in_threadpool(_look, request, desk, limits, wake, right, call)
        ask = Ask(request, desk, await run_in_threadpool(_who, request, desk), limits, wake=wake)
        refused = _refused(ask, right)
        if refused is not None:
            return refused
        if not access.same_origin(request, desk):
            raise HTTPException(403)
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
            ask.sent = form
            if not ask.who.csrf or ask.text("csrf") != ask.who.csrf:
                raise HTTPException(403)
            return await run_in_threadpool(call, ask)

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


def open_page(path: str, call: Page, *, method: str = "POST") -> Route:
    """A page that is posted to by whoever has no session yet: logging in."""

    async def endpoint(request: Request) -> Response:
        desk = request.app.state.desk
        if not access.same_origin(request, desk):
            raise HTTPException(403)
        async with request.form(max_files=0, max_fields=10) as form:
            ask = Ask(request, desk, Visitor(), request.app.state.limits, form)
            return await run_in_threadpool(call, ask)

    return Route(path, endpoint, methods=[method])


def _look(
    request: Request,
    desk: Desk,
    limits: RateLimits,
    wake: Callable[[], None],
    right: str,
    call: Page,
) -> Response:
    ask = Ask(request, desk, _who(request, desk), limits, wake=wake)
    return _refused(ask, right) or call(ask)


def _who(request: Request, desk: Desk) -> Visitor:
    with desk.database.reading() as session:
        who = access.visitor(request, desk, session)
    if who.idle:
        with desk.database.writing() as session:
            accounts.seen(session, who.token)
    return who


def _refused(ask: Ask, right: str) -> Response | None:
    """What is told whoever may not see this page; None where they may."""
    if "link" in ask.request.path_params and ask.who.role != "county":
        if ask.limits.links.full(ask.place):
            return ask.show("refused.html", 429, why="often")
        ask.limits.links.count(ask.place)
        return ask.show("refused.html", 410 if ask.who.refused != "unknown" else 404,
                        why=ask.who.refused)  # fmt: skip
    if ask.who.may(right):
        return None
    if ask.who.role or ask.request.method == "POST":
        return ask.show("refused.html", 403, why="role")
    return ask.go(f"/login?next={quote(ask.request.url.path, safe='')}")
