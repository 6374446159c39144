"""From the former commit of the main branch, with a database that it made, to this one."""

import pytest
from test_2_backups import FIND, KEEP, KEPT, NOTE, PHOTO


@pytest.fixture(scope="module")
def former(gym, commits):
    """The gym as the former commit makes it."""
    before, _now = commits
    # of a former version that kept the log of a backup in the clone: without the folder it makes none
    gym.run(f"""
        systemctl stop vigor
        install -d -o odoo /opt/vigor/.vigor
        git -C /opt/vigor reset -q --hard {before}
        sudo -u postgres dropdb vigor
        rm -r /var/lib/odoo/filestore/vigor
    """)
    gym.do("database")
    gym.password = gym.do("first-user").split("admin: ")[1].strip()
    gym.ask_odoo("None", before=KEEP)
    gym.run("systemctl start vigor")
    return gym


def _is_whole(gym):
    gym.wait_until_served()
    assert gym.ask_odoo(KEPT, "vigor", FIND) == [NOTE, PHOTO]
    assert gym.visitor().sign_in("admin", gym.password).status == 303


def _commit(gym):
    return gym.run("git -C /opt/vigor rev-parse HEAD").strip()


def test_what_the_former_version_kept_is_there_after_the_upgrade(former, commits):
    of_the_former = len(former.complaints())
    former.do("backup")
    former.do("upgrade-vigor")
    former.do("upgrade-packages", with_internet=True)
    former.do("upgrade-database")
    assert _commit(former) == commits[1]
    _is_whole(former)
    bridge = "SELECT state FROM ir_module_module WHERE name = 'gym_subscriptions_cfdi'"
    assert former.query(bridge) == [["installed"]]
    waiting = "SELECT count(*) FROM ir_module_module WHERE state IN ('to upgrade', 'to install', 'to remove')"
    assert former.query(waiting) == [["0"]]
    assert former.complaints()[of_the_former:] == []


def test_an_upgrade_is_undone(former, commits):
    former.ask_odoo("env.cr.commit()", before=f"{FIND}\nmember.name = 'Broken'")
    former.do("upgrade-undo")
    former.do("upgrade-packages", with_internet=True)
    former.do("restore")
    former.do("swap")
    assert _commit(former) == commits[0]
    _is_whole(former)
