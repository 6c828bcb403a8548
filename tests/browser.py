"""A headless Chromium, driven over its DevTools protocol on a pipe; nothing but Chromium is needed for it.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--remote-debugging-pipe", "--window-size=1100,900",
)  # fmt: skip
_ABOVE_OURS = 20


class Page:
    """A tab. requests: the URLs that it has asked for; complaints: what it wrote to the console."""

    def __init__(self, commands: int, messages: int, timeout: float) -> None:
        self._commands, self._messages = commands, messages
        self._timeout = timeout
        self._buffer = b""
        self._number = 0
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, url: str) -> None:
        found = self._call("Page.navigate", url=url)
        assert not found.get("errorText"), found

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives, as JSON."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The value of an expression, once it is true."""
        end = time.monotonic() + self._timeout
        while not (found := self.value(expression)):
            assert time.monotonic() < end, f"not so: {expression}; the page says: {self.text()[-1500:]}"
            time.sleep(0.05)
        return found

    def text(self) -> str:
        return str(self.value("document.body.innerText"))

    def click(self, selector: str) -> None:
        """The first element that a CSS selector finds, once it is there."""
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, selector: str, text: str) -> None:
        """Into a field, as from a keyboard."""
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self._call("Input.insertText", text=text)

    def choose(self, selector: str, label: str) -> None:
        """An option of a select element, by its text."""
        self.value(
            f"""{{
                const list = document.querySelector({json.dumps(selector)});
                const option = [...list.options].find(option => option.text === {json.dumps(label)});
                list.value = option.value;
                list.dispatchEvent(new Event("change", {{bubbles: true}}));
            }}"""
        )

    def window(self, width: int, height: int, scheme: str = "light") -> None:
        """The size of what is seen, a phone's below 500 px, and the colours that the reader prefers."""
        phone = width < 500
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key: str) -> None:
        """A key of the keyboard: Tab, Enter, ArrowRight, ..."""
        codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowDown": 40, "ArrowLeft": 37, "End": 35}
        about = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self._call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        self._call("Input.dispatchKeyEvent", type="keyUp", **about)

    def picture(self, file: Path) -> None:
        """A PNG of the window."""
        found = self._call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))

    def screenshot(self, file: Path, selector: str, scale: float) -> None:
        """A PNG of what is seen with an element at the top of the window, made smaller by a factor."""
        top = self.value(f"document.querySelector({json.dumps(selector)}).scrollIntoView(); window.scrollY")
        clip = {"x": 0, "y": top, "width": 1100, "height": 800, "scale": scale}
        found = self._call("Page.captureScreenshot", format="png", clip=clip)
        file.write_bytes(base64.b64decode(found["data"]))

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self._note(answer.get("method", ""), answer.get("params", {}))

    def _receive(self) -> Any:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._messages], [], [], self._timeout)
            assert ready, "Chromium does not answer"
            data = os.read(self._messages, 1 << 20)
            assert data, "Chromium has ended"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event: str, about: Any) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif event == "Log.entryAdded":
            self.complaints.append(about["entry"]["text"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))


@contextlib.contextmanager
def chromium(timeout: float = 120) -> Iterator[Page]:
    """A browser with a profile of its own, while the block lasts."""
    assert PROGRAM is not None
    pairs = [os.pipe(), os.pipe()]
    # Its ends become 3 and 4, so they must be neither before.
    for_it = [fcntl.fcntl(end, fcntl.F_DUPFD, _ABOVE_OURS) for end in (pairs[0][0], pairs[1][1])]
    os.close(pairs[0][0])
    os.close(pairs[1][1])
    commands, messages = pairs[0][1], pairs[1][0]
    profile = tempfile.mkdtemp(prefix="chromium-")
    shell = f'exec "$0" "$@" 3<&{for_it[0]} 4>&{for_it[1]}'
    with open(Path(profile) / "log", "wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", shell, PROGRAM, *FLAGS, f"--user-data-dir={profile}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=for_it,
            env={**os.environ, "HOME": profile},
        )
    for end in for_it:
        os.close(end)
    try:
        yield Page(commands, messages, timeout)
    finally:
        os.close(commands)  # it ends with its pipe
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(messages)
        shutil.rmtree(profile, ignore_errors=True)
