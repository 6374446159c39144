"""``scripts/architecture``: write docs/architecture.md from the manifests of the addons."""

import argparse

from vigor import console, odoo_cli, paths

PAGE = paths.ROOT / "docs" / "architecture.md"
HEAD = """# Architecture

Made by `scripts/architecture` from the manifests; the tests fail when it is out of date. What decided the shape, and
what may be extended where, is in [developer.md](developer.md).

Arrows point from the dependent to what it depends on; none points back. An addon that joins two others is a small
bridge. Rounded boxes are Odoo's or the OCA's.

"""


def page(manifests):
    """The text of the page.

    :param manifests: manifest by name of addon
    """
    return "".join([HEAD, "```mermaid\n", *_graph(manifests), "```\n\n", *_table(manifests)])


def _graph(manifests):
    yield "graph BT\n"
    foreign = {name for manifest in manifests.values() for name in manifest["depends"]} - manifests.keys()
    yield from (f"    {name}({name})\n" for name in sorted(foreign))
    for name, manifest in sorted(manifests.items()):
        yield from (f"    {name} --> {depend}\n" for depend in sorted(manifest["depends"]))


def _table(manifests):
    yield "| addon | what it does | licence | installs itself |\n| --- | --- | --- | --- |\n"
    for name, manifest in sorted(manifests.items()):
        automatic = "with what it joins" if manifest.get("auto_install") else ""
        yield f"| `{name}` | {manifest['summary']} | {manifest['license']} | {automatic} |\n"


def main(arguments):
    """Write the page."""
    argparse.ArgumentParser(prog="scripts/architecture", description=__doc__).parse_args(arguments)
    PAGE.write_text(page(odoo_cli.manifests()))
    console.say(f"- Written: {paths.shown(PAGE)}")
    return 0
