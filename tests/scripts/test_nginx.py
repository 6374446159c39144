"""``config/nginx.conf`` in the nginx of Debian, before a server that only tells what it was asked."""

import http.client
import itertools
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from vigor import paths, system

NAME = "gym.example.com"
LANGUAGES = ("", "/en", "/es_MX", "/sr@latin", "/zh-Hans")
CLOSED = [
    "/web/database",
    "/web/database/manager",
    "/web/database/selector",
    "/web/database/backup",
    "/queue_job/runjob",
    "/queue_job",
    "/queue_job/create_test_job",
    "/jsonrpc",
    "/jsonrpc/",
    "/xmlrpc/common",
    "/xmlrpc/2/common",
    "/xmlrpc/2/object",
    "/json/2/res.users/read",
    "/json/version",
    "/json",
    "/doc",
    "/doc-bearer/index.json",
    "/website/info",
    "/web/version",
    "/web/webclient/version_info",
    "/html_editor/link_preview_external",
    "/web_editor/link_preview_external/",
]
SIGN_IN = [
    "/web/login",
    "/web/login/",
    "/web/login/totp",
    "/web/session/authenticate",
    "/web/reset_password",
    "/web/signup",
]
FORMS = [
    "/join",
    "/join/1.abc/data",
    "/factura",
    "/factura/datos",
    "/gym/kiosk/sign/1.abc/answer",
    "/website/form/mail.mail",
]
OPEN = [
    "/",
    "/web",
    "/odoo",
    "/odoo/members",
    "/my",
    "/my/gym",
    "/web/dataset/call_kw",
    "/web/session/get_session_info",
    "/mail/data",
    "/jobs",
    "/website/translations",
    "/json-ld",
    "/web/login_successful",
    "/documents",
    "/en",
    "/es_MX/my",
    "/payment/stripe/webhook",
    "/html_editor/link_preview_internal",
    "/joining",
    "/web/databases-of-nobody",
]


NUMBERS = itertools.count(1)
TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname = False
TRUSTING.verify_mode = ssl.CERT_NONE


class Told(BaseHTTPRequestHandler):
    """Answers with what it was asked; the port tells which of Odoo's two servers it stands for."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if self.headers.get("Upgrade") == "websocket":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.close_connection = True
            return
        self.server.asked.append(self.path)
        body = json.dumps({"path": self.path, "headers": dict(self.headers), "size": length}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/join/secret":
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("X-Content-Type-Options", "nosniff")
        if "static" not in self.path:
            self.send_header("Set-Cookie", "session_id=x; Path=/")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PUT = answer

    def log_message(self, *args):
        pass


@contextmanager
def stub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Nginx:
    def __init__(self, folder, web, websocket):
        self.folder, self.web, self.websocket = folder, web, websocket
        self.http, self.https = (system.free_port(18000 + os.getpid() % 1000) for _ in range(2))

    def write(self):
        """Write the file as it is, but for ports and folders, into a whole configuration.

        The stranger's address is what ``X-Stranger`` says, so that one machine has many.
        """
        text = (paths.ROOT / "config" / "nginx.conf").read_text()
        text = re.sub(r"(listen (?:\[::\]:)?)80\b", rf"\g<1>{self.http}", text)
        text = re.sub(r"(listen (?:\[::\]:)?)443\b", rf"\g<1>{self.https}", text)
        text = text.replace("127.0.0.1:8069", f"127.0.0.1:{self.web.server_port}")
        text = text.replace("127.0.0.1:8072", f"127.0.0.1:{self.websocket.server_port}")
        for place in (f"/etc/letsencrypt/live/{NAME}", "/var/cache/nginx", "/var/log/nginx", "/var/www/html"):
            text = text.replace(place, str(self.folder))
        if not socket_has_ipv6():
            text = re.sub(r".*listen \[::\].*\n", "", text)
        (self.folder / "vigor.conf").write_text(text)
        main = self.folder / "nginx.conf"
        main.write_text(
            f"daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log; worker_processes 1;\n"
            + ("user root;\n" if system.is_root() else "")
            + "events { worker_connections 256; }\n"
            f"http {{ client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;\n"
            f"fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;\n"
            "set_real_ip_from 127.0.0.1; real_ip_header X-Stranger;\n"
            f"include {self.folder}/vigor.conf; }}\n"
        )
        return main

    @contextmanager
    def running(self):
        program = [shutil.which("nginx") or "/usr/sbin/nginx", "-e", str(self.folder / "error.log"), "-c", self.write()]
        process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(100):
                if process.poll() is not None:
                    pytest.fail(f"nginx does not start: {process.stderr.read()}{self.errors()}")
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.https)) == 0:
                        break
                time.sleep(0.05)
            yield self
        finally:
            process.terminate()
            process.wait(timeout=20)

    def errors(self):
        log = self.folder / "error.log"
        return log.read_text() if log.exists() else ""

    def ask(self, path, method="GET", host=NAME, tls_name=NAME, body=None, stranger="203.0.113.1", **headers):
        """Return status, headers and what the server behind was asked, ``None`` when it was not."""
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=20)
        connection = http.client.HTTPConnection(NAME)
        connection.sock = TRUSTING.wrap_socket(plain, server_hostname=tls_name)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Host": host, "X-Stranger": stranger, **named})
            answer = connection.getresponse()
            content = answer.read() if answer.status != 101 else b""
        finally:
            connection.close()
        told = json.loads(content) if answer.headers.get("Content-Type") == "application/json" else None
        return answer.status, answer.headers, told


def socket_has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    if not shutil.which("nginx") and not system.want_program(
        ["nginx", "/usr/sbin/nginx"], "nginx-light", "nobody tries it"
    ):
        pytest.fail("nginx is missing: install the package nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    certificate(folder)
    with stub() as web, stub() as websocket, Nginx(folder, web, websocket).running() as server:
        yield server


@pytest.fixture
def stranger():
    """An address of its own for each test, so that limits of one do not meet another."""
    return f"198.51.100.{next(NUMBERS)}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", CLOSED)
def test_closed_addresses_do_not_reach_odoo(nginx, language, path):
    asked = len(nginx.web.asked)
    for way in (
        path,
        path + "/",
        path + "?x=1",
        path.replace("/", "//", 1),
        path.replace("e", "%65", 1),
        "/x/.." + path,
    ):
        for method in ("GET", "POST"):
            assert nginx.ask(language + way, method)[0] == 404, (method, language + way)
    assert len(nginx.web.asked) == asked


@pytest.mark.parametrize("path", OPEN)
def test_other_addresses_do(nginx, path):
    status, _headers, told = nginx.ask(path)
    assert (status, told["path"]) == (200, path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SIGN_IN)
def test_signing_in_is_limited_in_every_way(nginx, path, language):
    line = f"2001:db8:{SIGN_IN.index(path) + 1:x}:{LANGUAGES.index(language) + 1:x}"
    answers = [nginx.ask(language + path, "POST", stranger=f"{line}::{number:x}")[0] for number in range(1, 31)]
    assert answers[:20] == [200] * 20
    assert answers[21:].count(429) >= 5
    assert nginx.ask(language + path, stranger=f"{line}::1")[0] == 200, "looking at the page is not counted"


def test_all_ways_of_signing_in_share_one_limit(nginx, stranger):
    answers = [nginx.ask(SIGN_IN[number % len(SIGN_IN)], "POST", stranger=stranger)[0] for number in range(30)]
    assert answers.count(429) >= 5


def test_lines_are_counted_apart(nginx):
    for number in range(30):
        nginx.ask("/web/login", "POST", stranger=f"2001:db8:aaaa:1:{number:x}::1")
    assert nginx.ask("/web/login", "POST", stranger="2001:db8:aaaa:1:ffff::1")[0] == 429
    assert nginx.ask("/web/login", "POST", stranger="2001:db8:aaaa:2::1")[0] == 200
    # the newline, 0x0a, is a byte of an address like any other
    for number in range(30):
        nginx.ask("/web/login", "POST", stranger=f"2001:db8:0a0a:0a0a:{number:x}::0a0a")
    assert nginx.ask("/web/login", "POST", stranger="2001:db8:0a0a:0a0a::1")[0] == 429


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_strangers_are_limited(nginx, path):
    address = f"192.0.2.{FORMS.index(path) + 1}"
    answers = [nginx.ask(path, "POST", stranger=address)[0] for _ in range(75)]
    assert answers[:60] == [200] * 60
    assert answers[61:].count(429) >= 5
    assert nginx.ask("/my", "POST", stranger=address)[0] == 200


def test_a_body_has_its_limit(nginx, stranger):
    for path, too_much in (("/web/login", 1), ("/join/1.a/data", 2), ("/my", 64)):
        answer = nginx.ask(path, "POST", stranger=stranger, Content_Length=str(too_much * 2**20 + 1))
        assert answer[0] == 413, path
    assert nginx.ask("/my", "POST", stranger=stranger, body=b"x" * 3 * 2**20)[2]["size"] == 3 * 2**20


def test_another_name_gets_no_answer(nginx):
    with pytest.raises(ssl.SSLError):
        nginx.ask("/", tls_name="evil.example", host="evil.example")
    with pytest.raises(ssl.SSLError):
        nginx.ask("/", tls_name=None)
    asked = len(nginx.web.asked)
    for host in ("evil.example", "evil.example:443", f"{NAME}.evil.example", "127.0.0.1"):
        with pytest.raises(http.client.RemoteDisconnected):
            nginx.ask("/web/login", host=host)
    assert len(nginx.web.asked) == asked


def test_without_tls_one_is_led_to_it_and_another_name_is_not(nginx):
    def ask_plainly(host):
        connection = http.client.HTTPConnection("127.0.0.1", nginx.http, timeout=20)
        connection.request("GET", "/my?x=1", headers={"Host": host})
        return connection.getresponse()

    answer = ask_plainly(NAME)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/my?x=1")
    with pytest.raises(http.client.RemoteDisconnected):
        ask_plainly("evil.example")


def test_an_authority_finds_its_proof_without_tls_and_nothing_else_is_found_there(nginx):
    proofs = nginx.folder / ".well-known" / "acme-challenge"
    proofs.mkdir(parents=True)
    (proofs / "token").write_text("proof")

    def ask(path):
        connection = http.client.HTTPConnection("127.0.0.1", nginx.http, timeout=20)
        connection.request("GET", path, headers={"Host": NAME})
        answer = connection.getresponse()
        return answer.status, answer.read()

    assert ask("/.well-known/acme-challenge/token") == (200, b"proof")
    assert ask("/.well-known/acme-challenge/")[0] == 403
    assert ask("/privkey.pem")[0] == 301
    assert ask("/.well-known/acme-challenge/../../privkey.pem")[0] == 301


def test_odoo_is_told_the_name_and_the_address_that_nginx_knows(nginx, stranger):
    lies = {"X_Forwarded_Host": "evil.example", "X_Forwarded_For": "10.0.0.1", "X_Real_IP": "10.0.0.1"}
    for path in ("/", "/web/login", "/join", "/web/static/x.js", "/websocket/health"):
        told = nginx.ask(path, stranger=stranger, Forwarded="host=evil.example", X_Forwarded_Proto="http", **lies)[2]
        headers = told["headers"]
        assert (headers["Host"], headers["X-Forwarded-Host"]) == (NAME, NAME), path
        assert (headers["X-Forwarded-For"], headers["X-Real-IP"]) == (stranger, stranger), path
        assert headers["X-Forwarded-Proto"] == "https"
        assert "Forwarded" not in headers


def test_every_answer_has_the_headers(nginx):
    for path in ("/", "/web/login", "/join", "/web/static/x.js", "/web/database/manager", "/websocket/health"):
        headers = nginx.ask(path)[1]
        assert headers["Strict-Transport-Security"] == "max-age=31536000", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin", path
        assert headers["Server"] == "nginx", path


def test_what_odoo_says_itself_is_not_said_again_and_not_weakened(nginx):
    headers = nginx.ask("/join/secret")[1]
    assert headers.get_all("Referrer-Policy") == ["no-referrer"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]


def test_the_session_s_cookie_is_for_this_site_over_tls_only(nginx):
    cookie = nginx.ask("/web/login")[1]["Set-Cookie"].lower()
    for flag in ("secure", "httponly", "samesite=lax"):
        assert flag in cookie


def test_the_websocket_goes_to_its_own_server(nginx):
    asked = len(nginx.websocket.asked)
    assert nginx.ask("/websocket/health")[0] == 200
    assert len(nginx.websocket.asked) == asked + 1
    assert nginx.ask("/websocket", Upgrade="websocket", Connection="Upgrade")[0] == 101


def test_files_are_kept(nginx):
    for _ in range(3):
        assert nginx.ask("/web/static/kept.js")[1]["Cache-Control"] == "max-age=3600"
    assert nginx.web.asked.count("/web/static/kept.js") == 1
