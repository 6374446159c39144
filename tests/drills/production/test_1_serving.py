"""The gym as people reach it after the installation and a reboot: through nginx, with the page's own settings."""

import re

import pytest
from visitor import NAME

CLOSED = [
    "/web/database/manager",
    "/web/database/selector",
    "/en/web/database/manager",
    "/queue_job/runjob?db=vigor&job_uuid=1",
    "/jsonrpc",
    "/xmlrpc/2/common",
    "/json/2/res.users/read",
    "/doc",
    "/website/info",
    "/web/version",
    "/html_editor/link_preview_external",
]
PAGES = ["/", "/web/login", "/join", "/factura", "/web/database/manager", "/web/static/img/favicon.ico", "/nowhere"]


@pytest.fixture(scope="module")
def admin(gym):
    visitor = gym.visitor()
    answer = visitor.sign_in("admin", gym.password)
    assert (answer.status, answer.headers["Location"][:5]) == (303, "/odoo"), answer.text
    return visitor


def test_everything_the_page_starts_runs_after_a_reboot(gym):
    assert gym.run("systemctl --failed --no-legend --plain") == ""
    for unit in ("vigor", "nginx", "postgresql", "vigor-backup.timer"):
        assert gym.run(f"systemctl is-active {unit}").strip() == "active", unit


def test_the_units_have_no_line_that_systemd_does_not_know(gym):
    wrote = gym.run("systemd-analyze verify /etc/systemd/system/vigor*.service /etc/systemd/system/vigor*.timer 2>&1")
    assert [line for line in wrote.splitlines() if "vigor" in line] == []


def test_nobody_but_nginx_listens_to_the_outside(gym):
    listening = gym.run("ss -Hltn").splitlines()
    outside = {
        line.split()[3].rsplit(":", 1)[1] for line in listening if not re.search(r"127\.0\.0\.1:|\[::1\]:", line)
    }
    assert outside == {"80", "443"}
    inside = {line.split()[3] for line in listening}
    assert {"127.0.0.1:8069", "127.0.0.1:8072", "127.0.0.1:5432"} <= inside


def test_workers_are_as_many_as_the_configuration_says(gym):
    [pid] = gym.run("systemctl show vigor --property MainPID --value").split()
    children = gym.wait_for("the workers", lambda: len(gym.run(f"pgrep -P {pid}").split()) >= 9)
    assert children


def test_installing_complained_of_nothing(gym):
    assert gym.complaints() == []


def test_small_and_capital_letters_with_accents_are_the_same_to_the_database(gym):
    assert gym.query("SELECT 'JOSÉ' ILIKE 'josé'") == [["t"]]


def test_one_signs_in_with_the_password_that_the_page_printed_only(gym, admin):
    assert admin.call("res.users", "search_count", [("login", "=", "admin")]) == 1
    assert gym.visitor().sign_in("admin", "admin").status == 200


def test_who_is_locked_out_is_let_in_by_the_operator(gym):
    kept = "env['ir.config_parameter'].get_param('gym_members.second_factor')"
    assert gym.ask_odoo(kept) is False, "required, as nobody chose otherwise"
    gym.do("second-factor")
    assert gym.ask_odoo(kept) == "optional"
    forget = "env['ir.config_parameter'].set_param('gym_members.second_factor', False)"
    gym.ask_odoo("env.cr.commit()", before=forget)


def test_statements_over_a_second_are_in_the_log(gym):
    gym.query("SELECT pg_sleep(1.1)")
    assert "pg_sleep(1.1)" in gym.run("cat /var/log/postgresql/*.log")


def test_the_session_is_for_this_site_over_tls(gym):
    cookies = gym.visitor().ask("/web/login").headers.get_all("Set-Cookie")
    [session] = [cookie.lower() for cookie in cookies if cookie.startswith("session_id=")]
    for flag in ("secure", "httponly", "samesite=lax"):
        assert flag in session


def test_links_in_mails_begin_with_the_name(gym):
    assert gym.ask_odoo("env.company.get_base_url()") == f"https://{NAME}"


def test_files_and_bundles_are_served_and_kept(gym):
    text = gym.visitor().ask("/web/login").text
    bundles = re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', text)
    assert {bundle.rsplit(".", 1)[1] for bundle in bundles} == {"css", "js"}
    for path in [*bundles, "/web/static/img/favicon.ico"]:
        answer = gym.visitor().ask(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=3600"), path
        assert len(answer.body) > 500, path
    assert gym.run("find /var/cache/nginx/vigor -type f | wc -l").strip() != "0"


def test_the_websocket_brings_what_happens(gym, admin):
    listening = admin.listen()
    assert listening.status == 101
    listening.send(event_name="subscribe", data={"channels": [], "last": 0})
    gym.ask_odoo("env.cr.commit()", before="env.ref('base.partner_admin')._bus_send('drill', {'of': 'production'})")
    sent = {"type": "drill", "payload": {"of": "production"}}
    gym.wait_for("the message", lambda: sent in [message["message"] for message in listening.receive()])
    listening.close()


def test_a_job_of_the_queue_is_done(gym):
    uuid = gym.ask_odoo("job.uuid", before="job = env['queue.job'].with_delay()._test_job()\nenv.cr.commit()")
    done = f"SELECT 1 FROM queue_job WHERE uuid = '{uuid}' AND state = 'done'"
    assert gym.wait_for("the job", lambda: gym.query(done))


def test_what_is_due_by_the_clock_is_done(gym):
    assert gym.wait_for("a cron", lambda: gym.query("SELECT 1 FROM ir_cron WHERE lastcall IS NOT NULL LIMIT 1"))


def test_paper_is_printed(gym, admin):
    module = admin.call("ir.module.module", "search", [("name", "=", "gym_members")])[0]
    answer = admin.ask(f"/report/pdf/base.report_irmodulereference/{module}")
    assert (answer.status, answer.body[:5]) == (200, b"%PDF-"), answer.body[:500]


@pytest.mark.parametrize("path", CLOSED)
def test_what_must_be_closed_is_closed(gym, path):
    for method in ("GET", "POST"):
        assert gym.visitor().ask(path, method).status == 404, method


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_headers(gym, path):
    headers = gym.visitor().ask(path).headers
    assert headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    [policy] = headers.get_all("Referrer-Policy")
    assert policy in ("strict-origin-when-cross-origin", "same-origin", "no-referrer")
    assert headers["Server"] == "nginx"


def test_one_is_led_to_tls_and_certbot_is_let_in(gym):
    answer = gym.visitor().ask_plainly("/my")
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/my")
    assert gym.visitor().is_let_in()


def test_odoo_writes_where_it_may_and_nowhere_else(gym):
    [pid] = gym.run("systemctl show vigor --property MainPID --value").split()
    inside = f"nsenter -t {pid} --mount -- sudo -u odoo touch"
    for folder in ("/var/lib/odoo", "/var/log/odoo", "/tmp"):
        gym.run(f"{inside} {folder}/drill && nsenter -t {pid} --mount -- rm {folder}/drill")
    for folder in ("/etc/odoo", "/var/backups/vigor"):
        gym.run(f"sudo -u odoo test -w {folder} && ! {inside} {folder}/drill")


def test_the_log_is_rotated_and_written_on(gym):
    gym.run("logrotate --force /etc/logrotate.d/vigor")
    gym.wait_for("a line of the new log", gym.log)  # of a cron, each minute
    assert gym.run("ls /var/log/odoo").split() == ["odoo.log", "odoo.log.1"]


def test_too_many_sign_ins_are_answered_by_429(gym):
    """Last: nobody else from this address signs in for a minute."""
    visitor = gym.visitor()
    answers = [visitor.send("/web/login", login="nobody", password="x").status for _ in range(30)]
    assert answers.count(429) >= 5
    assert 503 not in answers
    assert visitor.ask("/web/login").status == 200
