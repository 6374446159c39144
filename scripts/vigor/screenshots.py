"""``scripts/screenshots``: the pictures of the documentation, taken with Chromium from the running demo gym.

Start ``scripts/run`` first and give its address. The pictures go to ``docs/img``.
"""

import argparse
import base64
import contextlib
import io
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import requests
import websocket
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
LOGINS = ROOT / "data" / "demo" / "logins.json"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=es-MX"),
    *("--remote-debugging-port=0", "--remote-allow-origins=*"),
)
MAX_BYTES = 200_000
WAIT_S = 60
IS_SETTLED = """
    document.readyState === "complete" && !document.querySelector(".o_loading, .o_view_sample_data")
    && [...document.images].every(image => image.complete || !image.checkVisibility())
    && document.fonts.status === "loaded"
"""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, where, how wide, and what must be on the page before it is taken."""

    name: str
    login: str
    path: str
    selector: str
    width: int = 1280  # CSS pixels
    height: int = 800  # of the window; a phone's picture grows to the length of the page
    is_phone: bool = False


def phone(name, path, selector):
    return Picture(name, "miembro", path, selector, width=390, height=844, is_phone=True)


PICTURES = (
    Picture("members-list", "propietaria", "/odoo/action-gym_members.gym_member_action", ".o_data_row"),
    Picture("member-form", "propietaria", "/odoo/action-gym_members.gym_member_action/{member}", ".o_form_sheet"),
    Picture("branches", "propietaria", "/odoo/action-gym_members.gym_location_action", ".o_kanban_record", height=280),
    phone("portal-home", "/my/gym", ".o_gym_card"),
    phone("portal-data", "/my/gym/data", "#gym_portal_identity"),
    phone("portal-privacy", "/my/gym/privacy", "article"),
    phone("portal-timeline", "/my/gym/timeline", ".o_gym_timeline"),
    Picture("cfdi-overview", "contadora", "/odoo/cfdi", ".o_cfdi_overview .list-group-item"),
    Picture("cfdi-setup", "contadora", "/odoo/action-gym_cfdi.gym_cfdi_setup_action", ".o_form_view"),
    phone("cfdi-portal", "/my/fiscal", "form"),
)


class Browser:
    """A headless Chromium with a profile of its own, driven over the devtools protocol."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
        if not program:
            sys.exit("Chromium was not found. Debian: apt install chromium")
        self.profile = Path(tempfile.mkdtemp(prefix="vigor-screenshots-"))
        command = [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = self._wait(self._read_port)
        page = next(
            tab for tab in requests.get(f"http://127.0.0.1:{port}/json", timeout=10).json() if tab["type"] == "page"
        )
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=WAIT_S)
        self.ids = itertools.count(1)

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=WAIT_S)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _read_port(self):
        with contextlib.suppress(OSError, IndexError):
            return (self.profile / "DevToolsActivePort").read_text().split()[0]
        return None

    def _wait(self, condition):
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if result := condition():
                return result
            time.sleep(0.1)
        raise TimeoutError(f"nothing came within {WAIT_S} s")

    def send(self, method, **params):
        """Send a command and return its result; events in between are passed over."""
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression):
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def open(self, url, selector, width, height, is_phone):
        """Show a page and return when it has ``selector`` and nothing on it is still loading."""
        scale = 2 if is_phone else 1
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=is_phone
        )
        self.send("Page.navigate", url=url)
        self._wait(lambda: self.evaluate(f"!!document.querySelector({json.dumps(selector)}) && {IS_SETTLED}"))
        time.sleep(0.7)  # transitions

    def capture(self, width, height):
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.send("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])


class Visitor:
    """A demo user signed in at the server."""

    def __init__(self, url, login, password):
        self.url = url
        self.http = requests.Session()
        page = self.http.get(f"{url}/web/login", timeout=WAIT_S).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"csrf_token": token, "login": login, "password": password}
        if "/web/login" in self.http.post(f"{url}/web/login", data=form, timeout=WAIT_S).url:
            sys.exit(f"{login} cannot sign in at {url}: is this the demo gym?")

    @property
    def session(self):
        return self.http.cookies["session_id"]

    def first_member(self):
        """Return the id of the member that the pictures show: the first of the demo gym."""
        params = {"model": "gym.member", "method": "search", "args": [[]], "kwargs": {"order": "id", "limit": 1}}
        body = {"jsonrpc": "2.0", "params": params}
        return self.http.post(f"{self.url}/web/dataset/call_kw", json=body, timeout=WAIT_S).json()["result"][0]


def compress(png):
    """Return a PNG of at most 256 colours when the full one is large; text stays sharp."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for candidate in (image, image.quantize(256, dither=Image.Dither.NONE)):
        buffer = io.BytesIO()
        candidate.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


def join(left, right, target, height=800):
    """Put a phone's picture beside a screen's on one line, the top of both, for the README."""
    images = [Image.open(file).convert("RGB") for file in (left, right)]
    phone_width = round(390 * height / 844)
    shown = images[0].resize(
        (phone_width, round(images[0].height * phone_width / images[0].width)), Image.Resampling.LANCZOS
    )
    sheet = Image.new("RGB", (phone_width + 24 + images[1].width, height), "white")
    sheet.paste(shown.crop((0, 0, phone_width, height)), (0, 0))
    sheet.paste(images[1].crop((0, 0, images[1].width, height)), (phone_width + 24, 0))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    target.write_bytes(compress(buffer.getvalue()))


def take(browser, visitor, picture, target):
    """Take one picture and return its size in bytes."""
    browser.send("Network.setCookie", name="session_id", value=visitor.session, url=visitor.url)
    path = picture.path.format(member=visitor.first_member()) if "{" in picture.path else picture.path
    browser.open(visitor.url + path, picture.selector, picture.width, picture.height, picture.is_phone)
    height = picture.height
    if picture.is_phone:
        height = max(height, browser.evaluate("document.querySelector('#wrapwrap').scrollHeight"))
    png = compress(browser.capture(picture.width, height))
    target.write_bytes(png)
    return len(png)


def main():
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"which pictures; all without it: {', '.join(p.name for p in PICTURES)}"
    )
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="address of the running demo gym")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img", help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    passwords = {entry["login"]: entry["password"] for entry in json.loads(LOGINS.read_text(encoding="utf-8"))}
    pictures = [picture for picture in PICTURES if not options.names or picture.name in options.names]
    visitors = {login: Visitor(options.url, login, passwords[login]) for login in {p.login for p in pictures}}
    browser = Browser()
    try:
        for picture in pictures:
            size = take(browser, visitors[picture.login], picture, options.out / f"{picture.name}.png")
            print(f"{picture.name:<16} {size / 1000:6.1f} kB")
    finally:
        browser.close()
    parts = options.out / "portal-home.png", options.out / "members-list.png"
    if all(part.exists() for part in parts):
        join(*parts, options.out / "members.png")


if __name__ == "__main__":
    main()
