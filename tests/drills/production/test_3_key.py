"""Another key for the encrypted fields."""

import re

from test_2_backups import FIND, KEPT, NOTE, PHOTO


def _key(gym):
    return gym.run("sed -n 's/^keys = //p' /etc/odoo/odoo.conf").strip()


def test_every_value_is_encrypted_anew_and_the_old_key_goes(gym):
    before, encrypted = (
        _key(gym),
        "SELECT health_notes_encrypted FROM gym_member WHERE health_notes_encrypted IS NOT NULL",
    )
    old = gym.query(encrypted)
    wrote = gym.do("rotate")
    assert re.search(r"^vigor: [1-9]\d* values encrypted again$", wrote, re.M)
    assert _key(gym) not in ("", before)
    assert "," not in _key(gym)
    assert gym.query(encrypted) != old
    assert gym.ask_odoo(KEPT, "vigor", FIND) == [NOTE, PHOTO]
