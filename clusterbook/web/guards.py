"""What stands before every page: its names, how much may be sent, and what browsers may do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from attrs import define, field
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clusterbook.api.pool import most_bytes
from clusterbook.web.desk import Desk

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ALWAYS_HTTPS = "max-age=31536000; includeSubDomains"
SMALL_BODY = 256_000  # of a form without files
_FORM_ROOM = 64_000  # what a form takes beside its file
_PAUSE_SECONDS = 20.0  # without a byte
_LEAST_RATE = 8_000  # bytes a second, on the whole
_GRACE_SECONDS = 30.0


def largest(path: str) -> int:
    """How much may be sent to a path."""
    takes_files = path.endswith(("/upload", "/roster", "/files")) or path == "/api/v1/returns"
    return most_bytes() + _FORM_ROOM if takes_files else SMALL_BODY


class _RefusedError(Exception):
    """A body that is too large or too slow; the status says which."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


_TOLD = {
    400: "请求的格式不对。\nBad request.\n",
    408: "上传太慢，已中断，请重试。\nToo slow; please try again.\n",
    413: f"文件太大，最多 {most_bytes() // 1_000_000} MB。\nThe file is too large.\n",
    421: "请使用管理员给出的地址。\nThis desk is reached by another address.\n",
}


@define(eq=False)
class Guards:
    """The middleware around all pages."""

    app: ASGIApp
    desk: Desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it before anything is read of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = _Sent(send, secure=self.desk.setting.secure)
        status = self._refusal(scope)
        if not status:
            body = _Body(receive, largest(scope["path"]))
            try:
                await self.app(scope, body.receive, sent.send)
            except _RefusedError as error:
                status = error.status
        if status and not sent.begun:
            answer = PlainTextResponse(_TOLD[status], status, {"Connection": "close"})
            await answer(scope, receive, sent.send)

    def _refusal(self, scope: Scope) -> int:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
        hosts = self.desk.setting.hosts
        if (self.desk.setting.local or self.desk.setting.url) and name not in hosts:
            return 421
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return 400
        return 413 if int(length) > largest(scope["path"]) else 0


@define(eq=False)
class _Body:
    """What comes in: counted, and given up when it takes too long."""

    source: Receive
    most: int
    _bytes: int = 0
    _begun: float = field(init=False, default=0.0)
    _ended: bool = False

    async def receive(self) -> Message:
        """The next part of the body."""
        if self._ended:  # now it is only told when the other side goes away
            return await self.source()
        now = asyncio.get_running_loop().time
        self._begun = self._begun or now()
        try:
            message = await asyncio.wait_for(self.source(), _PAUSE_SECONDS)
        except TimeoutError as error:
            raise _RefusedError(408) from error
        self._bytes += len(message.get("body", b""))
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        if self._bytes > self.most:
            raise _RefusedError(413)
        took = now() - self._begun
        if took > _GRACE_SECONDS + self._bytes / _LEAST_RATE:
            raise _RefusedError(408)
        return message


@define(eq=False)
class _Sent:
    """What goes out, with the headers that every answer has."""

    sink: Send
    secure: bool
    begun: bool = False

    async def send(self, message: Any) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
            if self.secure:
                headers.setdefault(
                    "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
                )
        await self.sink(message)
