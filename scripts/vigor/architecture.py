"""``scripts/architecture``: write what tells which addons there are, from their manifests.

That is docs/architecture.md, the README's table, and what docker-compose.yml installs.
"""

import argparse
import re

from vigor import console, odoo_cli, paths

PAGE = paths.ROOT / "docs" / "architecture.md"
README = paths.ROOT / "README.md"
COMPOSE = paths.ROOT / "docker-compose.yml"
SUITE = re.compile(r"^(x-suite: &suite) \S+", re.M)
BEGIN, END = "<!-- addons -->\n", "<!-- end of addons -->\n"
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


def readme(text, manifests):
    """The README with its table of addons as the manifests say it.

    :param str text: the README; the table stands between its two comments
    """
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    rows = (f"| `{name}` | {manifest['summary']} |\n" for name, manifest in sorted(manifests.items()))
    return "".join([before, BEGIN, "| addon | what it does |\n| --- | --- |\n", *rows, END, after])


def compose(text, manifests):
    """The ``docker-compose.yml`` that installs all of them; what others need comes with those."""
    needed = set().union(*(odoo_cli.own_dependencies(name, manifests) - {name} for name in manifests))
    return SUITE.sub(rf"\1 {','.join(sorted(manifests.keys() - needed))}", text)


def main(arguments):
    """Write the page, the table and the list."""
    argparse.ArgumentParser(prog="scripts/architecture", description=__doc__).parse_args(arguments)
    known = odoo_cli.manifests()
    PAGE.write_text(page(known))
    README.write_text(readme(README.read_text(), known))
    COMPOSE.write_text(compose(COMPOSE.read_text(), known))
    console.say(f"- Written: {paths.shown(PAGE)}, {paths.shown(README)}, {paths.shown(COMPOSE)}")
    return 0
