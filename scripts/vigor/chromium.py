"""The browser of the screenshots and of the journeys: Debian's Chromium, driven by Playwright, and its pictures.

``scripts/screenshots`` runs this file: it needs nothing else of ``scripts/vigor``, and the project's Python.
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--lang=es-MX"),
)
# What a page is opened with: sizes in CSS pixels, and a finger instead of a mouse
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
DEVICES = {"phone": PHONE, "tablet": TABLET, "desktop": DESKTOP}
MAX_BYTES = 200_000
WAIT_MS = 60_000
IS_SETTLED = """() =>
    document.readyState === "complete" && !document.querySelector(".o_loading, .o_view_sample_data")
    && [...document.images].every(image => image.complete || !image.checkVisibility())
    && document.fonts.status === "loaded"
"""


def program():
    """The path of an installed Chromium, or nothing."""
    found = map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))
    return next(filter(None, found), None)


@contextlib.contextmanager
def running():
    """A headless Chromium, which :func:`program` must have found."""
    with sync_playwright() as playwright:
        # the fields for dates follow the language of the program, not that of the page
        spanish = os.environ | {"LANGUAGE": "es_MX"}
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS, env=spanish)
        try:
            yield browser
        finally:
            browser.close()


def context(browser, device, **options):
    """Somebody's own session in the browser, in Spanish and on Mexico City's clock."""
    made = browser.new_context(locale="es-MX", timezone_id="America/Mexico_City", **device, **options)
    made.set_default_timeout(WAIT_MS)
    return made


def sign_in(page, url, login, password):
    """Fill the login form in; whether the server let them in."""
    page.goto(f"{url}/web/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation(wait_until="commit"):
        page.locator("form.oe_login_form button[type=submit]").first.click()
    return "/web/login" not in page.url


def settle(page):
    """Return when nothing on the page is still loading or moving."""
    page.wait_for_function(IS_SETTLED)
    page.wait_for_timeout(700)  # transitions


def capture(page, whole=True):
    """A PNG of the page; that of a phone or tablet grows to the length of the page if the ``whole`` is wanted."""
    settle(page)
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    if whole and width < 1000:
        # what the website scrolls is inside the body, whose own length is that of the window
        height = max(height, page.evaluate("document.querySelector('#wrapwrap')?.scrollHeight || 0"))
    return compress(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}))


def compress(png):
    """Return a PNG of at most 256 colours when the full one is large; text stays sharp."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for candidate in (image, image.quantize(256, dither=Image.Dither.NONE)):
        buffer = io.BytesIO()
        candidate.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


# --- scripts/screenshots

ROOT = Path(__file__).resolve().parents[2]
LOGINS = ROOT / "data" / "demo" / "logins.json"
PURPOSE = """The pictures of the documentation, taken with Chromium from the running demo gym.

Start scripts/run first and give its address. The pictures go to docs/img."""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, where, with which device, and what must be on the page before it is taken."""

    name: str
    login: str
    path: str
    selector: str
    device: dict = field(default_factory=lambda: DESKTOP)


def phone(name, path, selector):
    return Picture(name, "miembro", path, selector, PHONE)


LOW = {"viewport": {"width": 1280, "height": 280}}
PICTURES = (
    Picture("members-list", "propietaria", "/odoo/action-gym_members.gym_member_action", ".o_data_row"),
    Picture("member-form", "propietaria", "/odoo/action-gym_members.gym_member_action/{member}", ".o_form_sheet"),
    Picture("branches", "propietaria", "/odoo/action-gym_members.gym_location_action", ".o_kanban_record", LOW),
    phone("portal-home", "/my/gym", ".o_gym_card"),
    phone("portal-data", "/my/gym/data", "#gym_portal_identity"),
    phone("portal-privacy", "/my/gym/privacy", "article"),
    phone("portal-timeline", "/my/gym/timeline", ".o_gym_timeline"),
    Picture("owner-today", "propietaria", "/odoo/today", ".o_gym_tile"),
    Picture("owner-cohorts", "propietaria", "/odoo/who-stays", ".o_gym_heat"),
    Picture("owner-revenue", "propietaria", "/odoo/recurring-revenue", ".o_gym_bar"),
    Picture("cfdi-overview", "contadora", "/odoo/cfdi", ".o_cfdi_overview .list-group-item"),
    Picture("cfdi-setup", "contadora", "/odoo/action-gym_cfdi.gym_cfdi_setup_action", ".o_form_view"),
    phone("cfdi-portal", "/my/fiscal", "main form"),
)


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


def first_member(context, url):
    """Return the id of the member that the pictures show: the first of the demo gym."""
    params = {"model": "gym.member", "method": "search", "args": [[]], "kwargs": {"order": "id", "limit": 1}}
    answer = context.request.post(f"{url}/web/dataset/call_kw", data={"jsonrpc": "2.0", "params": params})
    return answer.json()["result"][0]


def take(browser, url, password, picture, target):
    """Take one picture and return its size in bytes."""
    with contextlib.closing(context(browser, picture.device)) as theirs:
        page = theirs.new_page()
        if not sign_in(page, url, picture.login, password):
            sys.exit(f"{picture.login} cannot sign in at {url}: is this the demo gym?")
        path = picture.path.format(member=first_member(theirs, url)) if "{" in picture.path else picture.path
        page.goto(url + path)
        page.locator(picture.selector).first.wait_for()
        png = capture(page)
    target.write_bytes(png)
    return len(png)


def main():
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=PURPOSE)
    parser.add_argument(
        "names", nargs="*", help=f"which pictures; all without it: {', '.join(p.name for p in PICTURES)}"
    )
    parser.add_argument("--url", default="http://127.0.0.1:8069", help="address of the running demo gym")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img", help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    passwords = {entry["login"]: entry["password"] for entry in json.loads(LOGINS.read_text(encoding="utf-8"))}
    pictures = [picture for picture in PICTURES if not options.names or picture.name in options.names]
    if not program():
        sys.exit("Chromium was not found. Debian: apt install chromium")
    with running() as browser:
        for picture in pictures:
            target = options.out / f"{picture.name}.png"
            size = take(browser, options.url, passwords[picture.login], picture, target)
            print(f"{picture.name:<16} {size / 1000:6.1f} kB")
    parts = options.out / "portal-home.png", options.out / "members-list.png"
    if all(part.exists() for part in parts):
        join(*parts, options.out / "members.png")


if __name__ == "__main__":
    main()
