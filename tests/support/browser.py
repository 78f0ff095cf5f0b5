"""A real headless Chromium for the tests, driven over its own debugging pipe.

    with Browser() as browser, browser.open(path) as page:
        page.click("#copy")
        assert page.evaluate("document.title") == "…"

The pipe (`--remote-debugging-pipe`: JSON with a NUL after each message, on file descriptors 3 and 4)
needs no port, no WebSocket and no other package.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from support.office import REQUIRE

SECONDS = 60.0  # for one answer
PATIENCE = 20.0  # until something in the page comes true
_LOOKS = 10  # for where something has come to rest


# What an element shows. One far below the window is not laid out yet, and has no innerText.
_SHOWN = (
    "e => e.checkVisibility() && !e.checkVisibility({contentVisibilityAuto: true})"
    " ? e.textContent : e.innerText"
)

# A section far below, or not yet painted, has no text of its own until it is laid out.
_ALL_SHOWN = (
    "found => { const held = document.querySelectorAll('section');"
    " held.forEach(one => { one.style.contentVisibility = 'visible'; });"
    f" const told = [].map.call(found, {_SHOWN});"
    " held.forEach(one => { one.style.contentVisibility = ''; }); return told; }"
)


# Chromium's own viewer of PDF, and its field for the number of the page.
_VIEWER = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html"
_SELECTOR = (
    "document.querySelector('pdf-viewer')?.shadowRoot?.querySelector('viewer-toolbar')"
    "?.shadowRoot?.querySelector('viewer-page-selector')"
)


class BrowserError(Exception):
    """Chromium is missing, died, took too long, or refused."""


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def need_browser() -> None:
    """Skip the calling test, loudly, if there is no Chromium; fail if one is required."""
    if _chromium():
        return
    why = "Chromium is missing: no `chromium` on PATH (Debian: chromium)"
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{why}; {REQUIRE}=1 forbids skipping", pytrace=False)
    pytest.skip(f"NOT TESTED IN A REAL BROWSER: {why}")


class Browser:
    """A running Chromium with a profile of its own, that may open files and reach no network."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._unread = b""

    def __enter__(self) -> Browser:
        chromium = _chromium()
        if chromium is None:
            raise BrowserError("no chromium on PATH")
        self._scratch = tempfile.TemporaryDirectory(
            prefix="clusterbook-browser-", ignore_cleanup_errors=True
        )
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        # The shell puts our ends of the pipes where Chromium looks for them: at 3 and 4. Ours may be
        # these very numbers, so both go higher than either first.
        high = max(to_read, to_write, 4) + 1
        moves = f"exec {high}<&{to_read} {high + 1}>&{to_write}; exec 3<&{high} 4>&{high + 1}"
        self._process = subprocess.Popen(
            ["bash", "-c", f'{moves}; exec "$0" "$@"',
             chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--remote-debugging-pipe",
             f"--user-data-dir={self._scratch.name}", "about:blank"],
            pass_fds=(to_read, to_write), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        os.close(self._write)
        os.close(self._read)
        self._scratch.cleanup()

    def open(self, path: Path, *, script: bool = True, hash_: str = "", width: int = 1440) -> Page:
        """A new tab with the file, loaded; ``script`` off turns off its scripts."""
        return self.visit(path.resolve().as_uri() + hash_, script=script, width=width)

    def visit(self, url: str, *, script: bool = True, width: int = 1440, height: int = 900) -> Page:
        """A new tab with a page of this machine, loaded."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        page.prepare(script=script, width=width, height=height)
        page.go(url)
        return page

    def found(self, address: str, kind: str = "page") -> Page:
        """The tab, or frame, that was opened at an address, as soon as it is there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for one in self.ask("Target.getTargets")["targetInfos"]:
                if one["type"] == kind and one["url"] == address:
                    target = one["targetId"]
                    told = self.ask("Target.attachToTarget", targetId=target, flatten=True)
                    return Page(self, target, told["sessionId"])
            time.sleep(0.05)
        raise BrowserError(f"no {kind} at {address}")

    def shows_pdf(self, page: int, pages: int) -> None:
        """Until the PDF that is open, of so many pages, is shown at this one."""
        viewer = self.found(_VIEWER, "iframe")
        viewer.wait(f"{_SELECTOR}?.pageNo === {page} && {_SELECTOR}.docLength === {pages}")

    def ask(
        self, method: str, session: str = "", events: list[Any] | None = None, **facts: Any
    ) -> Any:
        """One command, one answer; what happens meanwhile is added to ``events``."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": facts}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self.listen()
            if told.get("id") == self._number:
                break
            if events is not None and told.get("sessionId") == session:
                events.append(told)
        if "error" in told:
            raise BrowserError(f"{method}: {told['error']['message']}")
        return told["result"]

    def _end(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._process is not None:
                return f"Chromium died ({self._process.wait(5)})"
        return "Chromium has gone silent"

    def listen(self) -> Any:
        """The next message."""
        until = time.monotonic() + SECONDS
        while b"\0" not in self._unread:
            ready = select.select([self._read], [], [], max(0.0, until - time.monotonic()))[0]
            read = os.read(self._read, 1 << 20) if ready else b""
            if not read:
                raise BrowserError(self._end() if ready else f"no answer in {SECONDS:g} s")
            self._unread += read
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)


class Page:
    """One tab. ``complaints`` is what its console said, ``requests`` what it wanted to load."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session
        self._events: list[Any] = []
        self._script = True

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)

    def ask(self, method: str, **facts: Any) -> Any:
        return self._browser.ask(method, self._session, self._events, **facts)

    def prepare(self, *, script: bool, width: int, height: int) -> None:
        self._script = script
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)  # fmt: skip

    def go(self, url: str) -> None:
        self._events = [one for one in self._events if one["method"] != "Page.loadEventFired"]
        self.ask("Page.navigate", url=url)
        while not any(one["method"] == "Page.loadEventFired" for one in self._events):
            self._events.append(self._browser.listen())

    # -- looking

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True,
                        awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in told:
            raise BrowserError(told["exceptionDetails"]["exception"]["description"])
        return told["result"].get("value")

    def wait(self, expression: str, seconds: float = PATIENCE) -> None:
        """Until the expression is true."""
        until, pause = time.monotonic() + seconds, 0.02
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > until:
                raise BrowserError(f"never true: {expression}; {self.complaints}")
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)  # to look is work for the page, too

    def text(self, selector: str) -> str:
        """The text of the first match, as it is shown."""
        return str(
            self.evaluate(f"({_ALL_SHOWN})([document.querySelector({json.dumps(selector)})])[0]")
        )

    def texts(self, selector: str) -> list[str]:
        return list(self.evaluate(
            f"({_ALL_SHOWN})(document.querySelectorAll({json.dumps(selector)}))"
        ))  # fmt: skip

    def count(self, selector: str) -> int:
        return int(self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length"))

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the console, exceptions, and what the page's own policy refused."""
        self.evaluate("0")
        told = []
        for one in self._events:
            facts = one["params"]
            if one["method"] == "Runtime.exceptionThrown":
                told.append(facts["exceptionDetails"].get("exception", {}).get("description", "?"))
            elif one["method"] == "Log.entryAdded":
                told.append(facts["entry"]["text"])
            elif one["method"] == "Runtime.consoleAPICalled":
                told.append(str(facts["args"]))
        return told

    @property
    def requests(self) -> list[str]:
        """The addresses it asked for, itself included."""
        self.evaluate("0")
        return [
            one["params"]["request"]["url"]
            for one in self._events
            if one["method"] == "Network.requestWillBeSent"
        ]

    # -- doing

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of the first match: what covers it gets the click."""
        x, y = self._middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, selector: str, text: str) -> None:
        """Into a field, in place of what stands there, as a keyboard would."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).select()")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)

    def choose(self, selector: str, value: str) -> None:
        """An option of a drop-down."""
        self.evaluate(
            f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change')); }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    def _middle(self, selector: str) -> tuple[float, float]:
        """Where it is, once the page has been painted: what is clicked before that is lost.

        What comes into sight is laid out then only, and moves what stands below it; so it is
        looked for until it stays where it is.
        """
        self._painted()
        found: tuple[float, float] = (-1.0, -1.0)
        for _ in range(_LOOKS):
            before = found
            x, y = self.evaluate(
                f"(e => {{ e.scrollIntoView({{block: 'center'}});"
                f" const r = e.getBoundingClientRect();"
                f" return [r.left + r.width / 2, r.top + r.height / 2]; }})"
                f"(document.querySelector({json.dumps(selector)}))"
            )
            found = x, y
            if found == before:
                break
            self._painted()
        return found

    def _painted(self) -> None:
        if not self._script:  # then nothing is called back
            time.sleep(0.3)
            return
        self.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
        )

    def put(self, selector: str, *files: Path) -> None:
        """Files into a field for files, as its dialogue would."""
        node = self.ask("DOM.getDocument")["root"]["nodeId"]
        field = self.ask("DOM.querySelector", nodeId=node, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", nodeId=field, files=[str(file) for file in files])

    def drop(self, selector: str, *files: Path) -> None:
        """Files or folders, let go over the first match."""
        x, y = self._middle(selector)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.ask("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def screenshot(self, path: Path, *, whole: bool = False) -> Path:
        picture = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(picture["data"]))
        return path

    def pdf(self, path: Path) -> Path:
        """What would come out of the printer, on A4."""
        printed = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(printed["data"]))
        return path
