"""What tells open pages that something has changed: server-sent events.

One thread looks into the database for all of them; a page that hears of a change asks for itself
again, as it does now and then where events do not get through.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

from attrs import define, field
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from clusterbook.store import jobs
from clusterbook.web import access
from clusterbook.web.access import Visitor
from clusterbook.web.desk import Desk

_LOOK_EVERY = 0.25
_STILL_HERE = 20.0  # seconds between two signs of life
_LATE = 200  # events looked at again: those of slow transactions get their numbers early
_FORGET_EVERY = 2_000  # looks


@define(eq=False)
class Listener:
    """One open page, and the topics that it shows."""

    topics: frozenset[str]
    loop: asyncio.AbstractEventLoop
    news: asyncio.Event = field(factory=asyncio.Event)


@define(eq=False)
class Live:
    """All open pages, and the thread that looks for them."""

    desk: Desk
    _listeners: set[Listener] = field(init=False, factory=set)
    _seen: set[int] = field(init=False, factory=set)
    _ended: threading.Event = field(init=False, factory=threading.Event)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._look, daemon=True).start()

    def stop(self) -> None:
        """Look no more, and let go of all pages."""
        self._ended.set()
        for one in list(self._listeners):
            one.loop.call_soon_threadsafe(one.news.set)

    @property
    def ended(self) -> bool:
        """Whether the server is about to end."""
        return self._ended.is_set()

    def join(self, listener: Listener) -> None:
        """A page is open."""
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """A page was closed."""
        self._listeners.discard(listener)

    def _look(self) -> None:
        last, looks = 0, 0
        while not self._ended.wait(_LOOK_EVERY):
            if last and not self._listeners:
                continue
            try:
                last = self._tell(last)
                looks += 1
                if looks % _FORGET_EVERY == 0:
                    with self.desk.database.writing() as session:
                        jobs.forget(session)
            except SQLAlchemyError:  # away for a moment; pages ask again by themselves
                continue

    def _tell(self, last: int) -> int:
        """Let pages know of events that nobody was told of; the number of the latest."""
        with self.desk.database.reading() as session:
            found = jobs.told_since(session, last - _LATE if last else jobs.last_told(session))
        topics = {topic for number, topic in found if number not in self._seen}
        for one in list(self._listeners):
            if one.topics & topics:
                one.loop.call_soon_threadsafe(one.news.set)
        self._seen = {number for number, _ in found}
        return max([last, 1, *self._seen])


def events(path: str, *, right: str) -> Route:
    """Where pages listen."""

    async def endpoint(request: Request) -> StreamingResponse:
        desk, live = request.app.state.desk, request.app.state.live
        who = await run_in_threadpool(_who, request, desk)
        if not who.may(right):
            raise HTTPException(403)
        listener = Listener(_topics(request, who), asyncio.get_running_loop())
        return StreamingResponse(_stream(live, listener), media_type="text/event-stream",
                                 headers={"X-Accel-Buffering": "no"})  # fmt: skip

    return Route(path, endpoint, methods=["GET"])


def _who(request: Request, desk: Desk) -> Visitor:
    with desk.database.reading() as session:
        return access.visitor(request, desk, session)


def _topics(request: Request, who: Visitor) -> frozenset[str]:
    """What a visitor may hear of: a county of itself alone."""
    if who.county is not None:
        return frozenset({f"county:{who.county.id}"})
    asked: Any = request.query_params.get("batch", "")
    batch = {f"batch:{int(asked)}"} if asked.isascii() and asked.isdigit() else set()
    return frozenset({"round", *batch})


async def _stream(live: Live, listener: Listener) -> AsyncIterator[str]:
    live.join(listener)
    try:
        yield "retry: 3000\n\n"
        while not live.ended:
            try:
                await asyncio.wait_for(listener.news.wait(), _STILL_HERE)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            listener.news.clear()
            if not live.ended:
                yield "data: changed\n\n"
                await asyncio.sleep(_LOOK_EVERY)
    finally:
        live.leave(listener)
