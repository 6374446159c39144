"""The first of the month, while a worker and the PAC are killed, is done exactly once."""

import first_of_month


def test_the_first_of_the_month(odoo, store):
    assert first_of_month.drill(odoo, store) == [], "see the reckoning above"
