"""The backup by its timer, restored beside the gym, in its place, and on another machine; a copy to try things on."""

import shlex
import shutil

import pytest
from machine import Machine
from operator_machine import OperatorMachine
from vigor import paths

NOTE = "Alergia a la penicilina"
PHOTO = "UGhvdG8gb2YgdGhlIGRyaWxs"
# a member with an encrypted note and a file, and something that sends
KEEP = f"""
branch = env["gym.location"].create({{"name": "Roma", "code": "ROMA", "tz": "America/Mexico_City", "zip": "06700"}})
member = env["gym.member"].create({{"name": "Ana López", "location_id": branch.id, "health_notes": "{NOTE}"}})
env["ir.attachment"].create({{"name": "drill.txt", "datas": "{PHOTO}", "res_model": "gym.member", "res_id": member.id}})
env["ir.mail_server"].create({{"name": "Drill", "smtp_host": "mail.example.com", "from_filter": False}})
env.cr.commit()
"""
FIND = """
member = env["gym.member"].search([("name", "=", "Ana López")])
file = env["ir.attachment"].search([("name", "=", "drill.txt")])
"""
KEPT = "[member._vault_read('health_notes_encrypted'), file.datas.decode()]"


@pytest.fixture(scope="module")
def kept(gym):
    """A gym with something to lose, and a backup of it that its timer's service made."""
    gym.ask_odoo("None", before=KEEP)
    gym.run("systemctl start vigor-backup.service")
    return gym


def test_the_timer_waits_for_half_past_three(kept):
    wrote = kept.run("systemctl list-timers --no-legend --no-pager vigor-backup.timer")
    assert "03:" in wrote
    assert "vigor-backup.service" in wrote


def test_a_backup_is_for_its_owner_only(kept):
    assert kept.run("stat -c '%U %a' /var/backups/vigor/vigor-*.tar").split() == ["odoo", "600"]


def test_a_backup_by_hand_is_another_file(kept):
    kept.do("backup")
    assert kept.run("ls /var/backups/vigor | wc -l").strip() == "2"


def test_old_backups_go_and_new_ones_stay(kept):
    kept.run("sudo -u odoo touch -d '40 days ago' /var/backups/vigor/vigor-20260101-000000.tar")
    kept.run("systemctl start vigor-backup.service")
    assert kept.run("ls /var/backups/vigor | wc -l").strip() == "3"


@pytest.fixture(scope="module")
def restored(kept):
    """The backup, restored beside the gym."""
    kept.do("restore")
    return kept


def test_a_restored_database_has_everything(restored):
    assert restored.ask_odoo(KEPT, "vigor_restored", FIND) == [NOTE, PHOTO]


def test_a_backup_is_never_restored_over_what_exists(restored):
    with pytest.raises(AssertionError, match="There is a database named vigor_restored already"):
        restored.do("restore")


def test_a_restored_database_takes_the_place_of_a_broken_one(restored):
    restored.ask_odoo("env.cr.commit()", before=f"{FIND}\nmember.name = 'Broken'")
    restored.do("swap")
    assert restored.ask_odoo(KEPT, "vigor", FIND) == [NOTE, PHOTO]
    restored.wait_until_served()


def test_a_broken_database_is_forgotten(restored):
    restored.do("forget")
    assert restored.query("SELECT datname FROM pg_database WHERE datname LIKE 'vigor%'", "postgres") == [["vigor"]]
    assert restored.run("ls /var/lib/odoo/filestore").split() == ["vigor"]


def test_a_neutralized_copy_is_served_and_sends_nothing(restored):
    restored.do("restore")
    restored.do("neutralize")
    active = "SELECT count(*) FROM ir_mail_server WHERE active AND name = 'Drill'"
    assert restored.query(active, "vigor_restored") == [["0"]]
    assert restored.query(active) == [["1"]]
    assert restored.query("SELECT count(*) FROM payment_provider WHERE state = 'enabled'", "vigor_restored") == [["0"]]
    command = restored.page.take("serve-copy")
    restored.run(f"systemd-run --quiet --unit copy bash -c {shlex.quote(command)}")
    restored.wait_for("the copy", lambda: restored.visitor().ask_plainly("/web/login", 8169).status == 200)
    restored.run("""
        systemctl stop copy
        sudo -u postgres dropdb vigor_restored
        rm -r /var/lib/odoo/filestore/vigor_restored
    """)


def test_a_lost_machine_is_made_again_on_another_one(restored, machines, packed, page):
    with Machine(machines / "other", packed, paths.log_file("production-other")).running() as machine:
        other = OperatorMachine(machine, page)
        restored.machine.run("tar -cf /srv/kept.tar /etc/odoo/odoo.conf /var/backups/vigor")
        shutil.copy(restored.machine.root / "srv/kept.tar", machine.root / "srv/kept.tar")
        other.run("tar -xpf /srv/kept.tar -C / && chown -R odoo:odoo /etc/odoo /var/backups/vigor")
        other.do("postgresql")
        other.do("restore-elsewhere")
        assert other.ask_odoo(KEPT, "vigor", FIND) == [NOTE, PHOTO]
        other.serve()
        other.wait_until_served()
        assert other.visitor().sign_in("admin", restored.password).status == 303
