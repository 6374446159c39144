from lxml import etree

from odoo import models

BLOCK = "data-gym-block"
BLOCKS = ("branches", "contacts", "doors", "join", "photo", "plans")


class IrQweb(models.AbstractModel):
    """Blocks of a page that show the gym's data.

    The website builder saves a page as plain HTML, so what it shows of today's prices would stay there for ever. An
    element marked as a block is therefore filled whenever the page is shown, whatever was saved in it.
    """

    _inherit = "ir.qweb"

    def _compile_node(self, el, compile_context, level):
        block = el.attrib.get(BLOCK)
        if block in BLOCKS:
            attributes = dict(el.attrib)
            el.clear()
            el.attrib.update(attributes)
            call = f"env['website'].get_current_website()._render_gym_block('{block}')"
            etree.SubElement(el, "t", {"t-out": call})
        return super()._compile_node(el, compile_context, level)
