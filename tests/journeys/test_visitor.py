"""A visitor without account: the pages that sell the gym, on the smallest phone and on a desk."""

import pytest
from looks import LARGEST_PAINT, Watch, faults
from playwright.sync_api import expect
from vigor import chromium

PAGES = ("/", "/sucursal/roma-norte", "/join", "/factura", "/contactus", "/web/login")
SCREENS = {
    "phone": {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": {"width": 1366, "height": 768}},
}
SLOWEST_PAINT_MS = 2_500  # what search engines call good; of a page that somebody has opened before


@pytest.fixture(params=SCREENS)
def visitor(request, browser, gym):
    context = chromium.context(browser, SCREENS[request.param], base_url=gym.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_for_everybody(visitor, gym, path):
    watch = Watch(visitor, gym.url)
    visitor.goto(path)
    chromium.settle(visitor)
    assert faults(visitor) + watch.complaints == []
    assert visitor.title() and visitor.locator("html").get_attribute("lang") == "es-MX"


def test_the_home_paints_fast(visitor):
    visitor.goto("/")
    chromium.settle(visitor)
    visitor.reload()
    assert visitor.evaluate(LARGEST_PAINT) < SLOWEST_PAINT_MS


def test_from_the_home_to_a_plan_of_a_branch(visitor):
    visitor.goto("/")
    visitor.locator(".s_gym_branches").get_by_role("link", name="Roma Norte").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Roma Norte")
    visitor.locator("#plans").get_by_role("link", name="Básico").click()
    visitor.wait_for_url("**/join/at/**")
    expect(visitor.locator("section.border-primary h2")).to_have_text("Básico")
