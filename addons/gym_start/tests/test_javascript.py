from odoo.addons.vigor_test.javascript import JavaScriptCase


class TestJavaScript(JavaScriptCase):
    pass
