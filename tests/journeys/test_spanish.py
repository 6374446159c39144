"""No English where Spanish is set: what each role finds in its menus, on its pages, in its mails and on paper."""

import io
import re

import pytest
from english import english_in
from lxml import etree, html

# Screens of the OCA, whose words wait for its translators
FOREIGN = (
    *("account_reconcile_oca.", "account_statement_import_sheet_file.", "mis_builder."),
    "l10n_mx_financial_report.",  # its menus open them
)
ROLES = ("propietaria", "gerente", "recepcion", "contadora")
CONTEXT = {"lang": "es_MX"}
LABELS = ("string", "placeholder", "title", "confirm", "help", "aria-label")
PUBLIC = (
    "/",
    "/sucursal/roma-norte",
    "/join",
    "/factura",
    "/contactus",
    "/web/login",
    "/web/reset_password",
    "/nowhere",
)
MEMBERS = (
    *("/my", "/my/gym", "/my/gym/plan", "/my/gym/data", "/my/gym/timeline", "/my/gym/consents", "/my/gym/privacy"),
    *("/my/invoices", "/my/account", "/my/security", "/my/fiscal"),
)


class Backend:
    """What the server tells the browser of one role."""

    def __init__(self, page):
        self._page = page

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs | {"context": CONTEXT}}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._page.request.post(f"/web/dataset/call_kw/{model}/{method}", data=body).json()
        return answer.get("result")

    def menus(self):
        return self._page.request.get("/web/webclient/load_menus").json().values()

    def action(self, action_id):
        body = {"jsonrpc": "2.0", "method": "call", "params": {"action_id": action_id, "context": CONTEXT}}
        return self._page.request.post("/web/action/load", data=body).json().get("result") or {}


def texts_of_arch(arch):
    """Return what a view shows of itself."""
    root = etree.fromstring(arch)
    for node in root.iter(etree.Element):
        if node is not root and node.tag != "sheet":  # whose names are shown nowhere
            yield from (node.get(label) for label in LABELS)
        yield node.text
        yield node.tail


def texts_of_action(backend, action):
    yield action.get("name")
    yield from (html.fromstring(action["help"]).itertext() if action.get("help") else ())
    if action.get("type") != "ir.actions.act_window":
        return
    views = [[view, kind] for view, kind in action["views"]] + [[False, "search"]]
    found = backend.call(action["res_model"], "get_views", views) or {"views": {}, "models": {}}
    shown = set()
    for view in found["views"].values():
        yield from texts_of_arch(view["arch"])
        shown |= set(re.findall(r'<field name="(\w+)"', view["arch"]))
    for name, field in found["models"].get(action["res_model"], {"fields": {}})["fields"].items():
        if name in shown:
            yield field.get("string")
            yield from (label for _value, label in field.get("selection") or ())


def texts_of_page(content):
    page = html.fromstring(content)
    for hidden in page.xpath("//script | //style | //noscript"):
        hidden.drop_tree()
    yield from page.xpath("//title/text() | //meta[@name='description']/@content")
    texts = (text for element in page.xpath("//body//*") for text in (element.text, element.tail))
    yield from (text for text in texts if text and not text.lstrip().startswith("<"))  # the source of a form
    yield from page.xpath("//@placeholder | //@title | //@alt | //@aria-label")


@pytest.mark.parametrize("login", ROLES)
def test_what_a_role_finds_in_its_menus_is_spanish(page_of, login):
    backend = Backend(page_of(login, "desktop"))
    found = {}
    for menu in backend.menus():
        texts = [menu["name"]]
        if menu.get("actionID"):
            texts += texts_of_action(backend, backend.action(menu["actionID"]))
        name = menu.get("xmlid") or menu["name"]
        english = english_in(texts)
        if english and not name.startswith(FOREIGN):
            found[name] = english
    assert found == {}


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_spanish(page_of, path):
    assert english_in(texts_of_page(page_of(None, "desktop").request.get(path).text())) == []


@pytest.mark.parametrize("path", MEMBERS)
def test_a_member_s_page_is_spanish(page_of, path):
    assert english_in(texts_of_page(page_of("miembro", "desktop").request.get(path).text())) == []


def test_an_invoice_on_paper_is_spanish(page_of, gym):
    [(invoice,)] = gym.query(
        """SELECT move.id FROM account_move move
             JOIN res_users users ON users.partner_id = move.partner_id AND users.login = 'miembro'
            WHERE move.move_type = 'out_invoice' AND move.state = 'posted' ORDER BY move.id DESC LIMIT 1"""
    )
    answer = page_of("miembro", "desktop").request.get(f"/my/invoices/{invoice}?report_type=pdf&download=true")
    reader = pytest.importorskip("PyPDF2", "2").PdfReader(io.BytesIO(answer.body()))  # Odoo's own, of most Pythons
    assert english_in(line for page in reader.pages for line in page.extract_text().splitlines()) == []


def test_mails_are_spanish(gym):
    bodies = gym.query(
        """SELECT message.subject, coalesce(mail.body_html, message.body)
             FROM mail_message message LEFT JOIN mail_mail mail ON mail.mail_message_id = message.id
            WHERE mail.id IS NOT NULL OR message.message_type IN ('email_outgoing', 'auto_comment')"""
    )
    texts = [text for subject, body in bodies for text in (subject, *texts_of_page(body or "<p/>"))]
    assert english_in(texts) == []
