"""A real headless Firefox for the tests, driven by its own protocol (Marionette).

    with Firefox() as firefox:
        firefox.go(url)
        firefox.click("button")

Marionette is a TCP line on this machine: each message is its length, a colon, and JSON.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import pytest
from support.office import REQUIRE

PATIENCE = 60.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # so WebDriver calls the key of an element
_PREFERENCES = {
    "app.update.auto": False, "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0, "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "network.proxy.type": 1, "network.proxy.socks": "127.0.0.1", "network.proxy.socks_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1", "toolkit.telemetry.enabled": False,
}  # fmt: skip


class FirefoxError(Exception):
    """Firefox refused, or took too long."""


def _firefox() -> str | None:
    return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


def need_firefox() -> None:
    """Skip the calling test, loudly, if there is no Firefox; fail if one is required."""
    if _firefox():
        return
    why = "Firefox is missing: no `firefox-esr` on PATH (Debian: firefox-esr)"
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{why}; {REQUIRE}=1 forbids skipping", pytrace=False)
    pytest.skip(f"NOT TESTED IN FIREFOX: {why}")


class Firefox:
    """A running Firefox with a profile of its own, that reaches this machine only."""

    def __enter__(self) -> Self:
        program = _firefox()
        if program is None:
            raise FirefoxError("no firefox on PATH")
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self._scratch = tempfile.TemporaryDirectory(prefix="clusterbook-firefox-",
                                                    ignore_cleanup_errors=True)  # fmt: skip
        lines = {**_PREFERENCES, "marionette.port": port}.items()
        (Path(self._scratch.name) / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in lines
            )
        )
        self._process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", self._scratch.name],
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._scratch.name, "MOZ_CRASHREPORTER_DISABLE": "1"},
        )  # fmt: skip
        self._number, self._unread = 0, b""
        self._line = self._connected(port)
        self._message()  # it says who it is
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {}})
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._scratch.cleanup()

    def _connected(self, port: int) -> socket.socket:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), PATIENCE)
            time.sleep(0.1)
        raise FirefoxError("Firefox does not answer")

    def _message(self) -> Any:
        while b":" not in self._unread or not self._whole():
            part = self._line.recv(65_536)
            if not part:
                raise FirefoxError("Firefox has ended")
            self._unread += part
        length, _, rest = self._unread.partition(b":")
        self._unread = rest[int(length) :]
        return json.loads(rest[: int(length)])

    def _whole(self) -> bool:
        length, _, rest = self._unread.partition(b":")
        return len(rest) >= int(length)

    def ask(self, command: str, **facts: Any) -> Any:
        """What a command of WebDriver gives."""
        self._number += 1
        data = json.dumps([0, self._number, command, facts]).encode()
        self._line.sendall(b"%d:%s" % (len(data), data))
        _, number, error, result = self._message()
        if error or number != self._number:
            raise FirefoxError(f"{command}: {error}")
        return result

    def go(self, url: str) -> None:
        self.ask("WebDriver:Navigate", url=url)

    def resize(self, width: int, height: int = 900) -> None:
        self.ask("WebDriver:SetWindowRect", width=width, height=height)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        told = self.ask("WebDriver:ExecuteScript", script=f"return ({expression});", args=[])
        return told["value"]

    def wait(self, expression: str, seconds: float = PATIENCE) -> None:
        """Until the expression is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"document.readyState === 'complete' && Boolean({expression})"):
            if time.monotonic() > end:
                raise FirefoxError(f"never true: {expression}")
            time.sleep(0.05)

    def _found(self, selector: str) -> str:
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        return str(found["value"][_ELEMENT])

    def click(self, selector: str) -> None:
        self.ask("WebDriver:ElementClick", id=self._found(selector))

    def type(self, selector: str, text: str) -> None:
        """Keys into a field; the path of a file into a field for files."""
        self.ask("WebDriver:ElementSendKeys", id=self._found(selector), text=text)

    def screenshot(self, path: Path) -> Path:
        told = self.ask("WebDriver:TakeScreenshot", full=True)
        path.write_bytes(base64.b64decode(told["value"]))
        return path
