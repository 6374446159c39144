"""The browser of the screenshots and of the journeys: Debian's Chromium, driven by Playwright, and its pictures."""

import contextlib
import io
import os
import shutil

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
