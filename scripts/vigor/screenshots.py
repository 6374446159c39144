"""``scripts/screenshots``: the pictures of the documentation, taken with Chromium from the running demo gym.

Start ``scripts/run`` first and give its address. The pictures go to ``docs/img``.
"""

import argparse
import contextlib
import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

sys.path[0] = str(Path(__file__).resolve().parents[1])

from vigor import chromium  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
LOGINS = ROOT / "data" / "demo" / "logins.json"


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, where, with which device, and what must be on the page before it is taken."""

    name: str
    login: str
    path: str
    selector: str
    device: dict = field(default_factory=lambda: chromium.DESKTOP)


def phone(name, path, selector):
    return Picture(name, "miembro", path, selector, chromium.PHONE)


LOW = {"viewport": {"width": 1280, "height": 280}}
PICTURES = (
    Picture("members-list", "propietaria", "/odoo/action-gym_members.gym_member_action", ".o_data_row"),
    Picture("member-form", "propietaria", "/odoo/action-gym_members.gym_member_action/{member}", ".o_form_sheet"),
    Picture("branches", "propietaria", "/odoo/action-gym_members.gym_location_action", ".o_kanban_record", LOW),
    phone("portal-home", "/my/gym", ".o_gym_card"),
    phone("portal-data", "/my/gym/data", "#gym_portal_identity"),
    phone("portal-privacy", "/my/gym/privacy", "article"),
    phone("portal-timeline", "/my/gym/timeline", ".o_gym_timeline"),
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
    target.write_bytes(chromium.compress(buffer.getvalue()))


def first_member(context, url):
    """Return the id of the member that the pictures show: the first of the demo gym."""
    params = {"model": "gym.member", "method": "search", "args": [[]], "kwargs": {"order": "id", "limit": 1}}
    answer = context.request.post(f"{url}/web/dataset/call_kw", data={"jsonrpc": "2.0", "params": params})
    return answer.json()["result"][0]


def take(browser, url, password, picture, target):
    """Take one picture and return its size in bytes."""
    with contextlib.closing(chromium.context(browser, picture.device)) as context:
        page = context.new_page()
        if not chromium.sign_in(page, url, picture.login, password):
            sys.exit(f"{picture.login} cannot sign in at {url}: is this the demo gym?")
        path = picture.path.format(member=first_member(context, url)) if "{" in picture.path else picture.path
        page.goto(url + path)
        page.locator(picture.selector).first.wait_for()
        png = chromium.capture(page)
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
    if not chromium.program():
        sys.exit("Chromium was not found. Debian: apt install chromium")
    with chromium.running() as browser:
        for picture in pictures:
            target = options.out / f"{picture.name}.png"
            size = take(browser, options.url, passwords[picture.login], picture, target)
            print(f"{picture.name:<16} {size / 1000:6.1f} kB")
    parts = options.out / "portal-home.png", options.out / "members-list.png"
    if all(part.exists() for part in parts):
        join(*parts, options.out / "members.png")


if __name__ == "__main__":
    main()
