import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..printing import foreign_addresses, without_foreign

OWN = ("https://gym.example.com", "http://127.0.0.1:8069")
FETCHES = [
    '<img src="http://10.0.0.1/x.png"/>',
    '<img src="//evil.example/x.png"/>',
    '<img src="HTTP://evil.example/x.png"/>',
    '<img src=" &#9;http://evil.example/x.png"/>',
    '<img src="\\\\evil.example\\x.png"/>',
    '<img src="file:///etc/passwd"/>',
    '<img src="ftp://evil.example/x"/>',
    '<img src="https://gym.example.com:8443/web/image/1"/>',
    '<img src="http://gym.example.com/web/image/1"/>',
    '<img src="https://gym.example.com@evil.example/web/image/1"/>',
    '<img src="/web/session/logout"/>',
    '<img src="/web/image/../session/logout"/>',
    '<img src="/web/image/%2e%2e/session/logout"/>',
    '<img srcset="data:image/png;base64,AA 1x, http://evil.example/x.png 2x"/>',
    '<p style="background:url(http://evil.example/x)">a</p>',
    "<p style=\"background:URL( 'http://evil.example/x' )\">a</p>",
    '<p style="background:u\\72l(http://evil.example/x)">a</p>',
    '<p style="background:ur/**/l(http://evil.example/x)">a</p>',
    '<p style="list-style-image: url(//evil.example/x)">a</p>',
    '<style>@import "http://evil.example/x.css";</style>',
    "<style>@import url(http://evil.example/x.css);</style>",
    "<style>p { background: url('http://evil.example/x') }</style>",
    '<link rel="stylesheet" href="http://evil.example/x.css"/>',
    '<table background="http://evil.example/x"><tr><td>a</td></tr></table>',
    '<iframe src="http://127.0.0.1:8069/web/database/manager"></iframe>',
    '<iframe srcdoc="&lt;img src=http://evil.example/x&gt;"></iframe>',
    '<object data="http://evil.example/x"></object>',
    '<embed src="http://evil.example/x"/>',
    '<video poster="http://evil.example/x"></video>',
    '<input type="image" src="http://evil.example/x"/>',
    '<svg><image xlink:href="http://evil.example/x"></image></svg>',
    '<svg><image href="http://evil.example/x"></image></svg>',
    '<base href="http://evil.example/"/><img src="/web/image/1"/>',
    '<base href="//evil.example/"/>',
    '<meta http-equiv="refresh" content="0; URL=http://evil.example/"/>',
    '<svg><rect fill="url(http://evil.example/x#a)"></rect></svg>',
    '<link rel="prefetch" href="http://evil.example/x"/>',
    # what one reader takes for text and another for markup
    '<!--><img src="http://evil.example/x">-->',
    '<!-- --!><img src="http://evil.example/x"> -->',
    '<noscript><p title="</noscript><img src=http://evil.example/x>"></p></noscript>',
    '<textarea><p title="</textarea><img src=http://evil.example/x>"></p></textarea>',
    '<title><p title="</title><img src=http://evil.example/x>"></p></title>',
    '<xmp><p title="</xmp><img src=http://evil.example/x>"></p></xmp>',
    "<svg><style><img src='http://evil.example/x'></style></svg>",
    # pages inside of addresses
    "<iframe src=\"data:text/html,<img src='http://evil.example/x'>\"></iframe>",
    '<iframe src="data:text/html;base64,PGltZyBzcmM9Imh0dHA6Ly9ldmlsLmV4YW1wbGUveCI+"></iframe>',
    "<img src=\"data:image/svg+xml,%3Csvg%3E%3Cimage href='http://evil.example/x'/%3E%3C/svg%3E\"/>",
    '<iframe src="data:text/html;base64,A"></iframe>',
]
HARMLESS = [
    "",
    "<p>Only text, with http://evil.example/ in it</p>",
    '<img src="data:image/png;base64,iVBORw0KGgo="/>',
    '<img src="/web/image/res.company/1/logo"/>',
    '<img src="https://gym.example.com/web/image/1"/>',
    '<link rel="stylesheet" href="/web/assets/1/abc/web.report_assets_common.min.css"/>',
    '<link rel="stylesheet" href="http://127.0.0.1:8069/web/assets/1/abc/x.css"/>',
    '<a href="http://evil.example/">a link that nobody clicks on paper</a>',
    '<p style="color: red; background: url(data:image/png;base64,AA)">a</p>',
    '<base href="https://gym.example.com"/><base href="http://127.0.0.1:8069/"/>',
    "<!-- a comment --><!--[if lt IE 9]><p>old</p><![endif]-->",
    "<script>for (var i = 0; i < 3; i++) { if (i<2) {} }</script>",
    '<img src="data:image/svg+xml;base64,PHN2Zz48cmVjdCB3aWR0aD0iNSIvPjwvc3ZnPg=="/>',
    '<p title="1 < 2"></p>',
    '<?xml version="1.0" encoding="utf-8"?><p>á</p>',
    '<img src="/report/barcode/?barcode_type=QR&amp;value=x"/>',
]


@pytest.mark.parametrize("page", FETCHES)
def test_what_would_be_fetched_is_found_and_taken_out(page):
    whole = f"<div><p>before</p>{page}<p>after</p></div>"
    assert foreign_addresses(whole, OWN)
    cleaned = without_foreign(whole, OWN)
    assert not foreign_addresses(cleaned, OWN)
    assert "before" in cleaned and "after" in cleaned


@pytest.mark.parametrize("page", HARMLESS)
def test_what_a_report_needs_stays_to_the_letter(page):
    assert foreign_addresses(page, OWN) == []
    assert without_foreign(page, OWN) == page


@given(st.lists(st.sampled_from(FETCHES + HARMLESS), max_size=6))
def test_nothing_is_left_of_any_mixture(parts):
    cleaned = without_foreign(f"<div>{''.join(parts)}</div>", OWN)
    assert not foreign_addresses(cleaned, OWN)
