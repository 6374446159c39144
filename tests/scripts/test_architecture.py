"""The page about the architecture says what the manifests say, and they keep to the directions agreed upon."""

import re

from vigor import architecture, odoo_cli

KNOWN = odoo_cli.manifests()


def test_the_page_is_up_to_date():
    assert architecture.PAGE.read_text() == architecture.page(KNOWN), "run scripts/architecture"


def test_the_readme_lists_the_addons():
    text = architecture.README.read_text()
    assert architecture.BEGIN in text and architecture.END in text
    assert text == architecture.readme(text, KNOWN), "run scripts/architecture"


def test_containers_get_the_whole_suite():
    text = architecture.COMPOSE.read_text()
    assert text == architecture.compose(text, KNOWN), "run scripts/architecture"
    [listed] = re.findall(r"^x-suite: &suite (\S+)", text, re.M)
    installed = set().union(*(odoo_cli.own_dependencies(name, KNOWN) for name in listed.split(",")))
    assert installed == KNOWN.keys()


def test_cfdi_and_what_knows_nothing_of_gyms_depend_on_no_gym():
    for addon in ("gym_cfdi", "vigor_cron", "vigor_invoice_batch", "vigor_vault", "payment_stripe_guard"):
        needed = odoo_cli.own_dependencies(addon, KNOWN) - {addon}
        assert not [name for name in needed if name.startswith("gym_")], addon


def test_members_stand_on_no_accounting():
    assert "account" not in odoo_cli.foreign_dependencies(["gym_members"], KNOWN)


def test_selling_knows_nothing_of_collecting_joining_and_knowing():
    outer = {"gym_collection", "gym_join", "gym_revenue"}
    assert not outer & odoo_cli.own_dependencies("gym_subscriptions", KNOWN)
    assert not {"gym_join", "gym_revenue"} & odoo_cli.own_dependencies("gym_collection", KNOWN)


def test_no_addon_depends_on_itself_by_a_detour():
    for addon in KNOWN:
        for depend in set(KNOWN[addon]["depends"]) & KNOWN.keys():
            assert addon not in odoo_cli.own_dependencies(depend, KNOWN), (addon, depend)


def test_a_copyleft_dependency_stays_behind_a_bridge():
    for name, manifest in KNOWN.items():
        stricter = [one for one in odoo_cli.own_dependencies(name, KNOWN) if KNOWN[one]["license"].startswith("AGPL")]
        assert not stricter or manifest["license"].startswith("AGPL"), (name, stricter)
