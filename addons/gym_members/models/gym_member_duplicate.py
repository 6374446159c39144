from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.identity import GENERIC_RFCS

# What more members than this have in common is a filler ("5555555555"), which identifies nobody; its pairs would be
# too many to look at and to compute.
MOST_SHARING = 50


class GymMemberDuplicate(models.Model):
    """Pairs of members of one company who may be the same person, found with one query over all of them.

    The rules are those of ``gym.member._find_duplicates``; a test holds both against each other.
    """

    _name = "gym.member.duplicate"
    _description = "Possible Duplicate"
    _auto = False
    _order = "strength desc, id"
    _depends = {
        "gym.member": [
            "active",
            "birthdate",
            "company_id",
            "curp",
            "distinct_member_ids",
            "is_blocked",
            "location_id",
            "name_key",
            "partner_id",
            "payer_id",
        ],
        "res.partner": ["email_normalized", "phone_sanitized", "vat"],
    }

    member_id = fields.Many2one("gym.member", string="Older", readonly=True)
    other_id = fields.Many2one("gym.member", string="Newer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    location_id = fields.Many2one("gym.location", string="Branch of the Older", readonly=True)
    other_location_id = fields.Many2one("gym.location", string="Branch of the Newer", readonly=True)
    same_email = fields.Boolean(string="E-mail", readonly=True)
    same_phone = fields.Boolean(string="Phone", readonly=True)
    same_vat = fields.Boolean(string="RFC", readonly=True)
    same_curp = fields.Boolean(string="CURP", readonly=True)
    same_name = fields.Boolean(string="Name and Birth Date", readonly=True)
    strength = fields.Integer(string="Matches", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH person AS (
                SELECT m.id, m.company_id, m.location_id, m.name_key, COALESCE(m.payer_id, m.partner_id) AS payer_id,
                       m.birthdate, m.curp, p.email_normalized, p.phone_sanitized, p.vat
                  FROM gym_member m
                  JOIN res_partner p ON p.id = m.partner_id
                 WHERE m.active AND m.is_blocked IS NOT TRUE
            ), key AS (
                SELECT id, company_id, 'email' AS reason, email_normalized AS value
                  FROM person WHERE email_normalized <> ''
                UNION ALL
                SELECT id, company_id, 'phone', phone_sanitized FROM person WHERE phone_sanitized <> ''
                UNION ALL
                SELECT id, company_id, 'vat', vat FROM person WHERE vat <> '' AND vat NOT IN %(generic)s
                UNION ALL
                SELECT id, company_id, 'curp', curp FROM person WHERE curp <> ''
                UNION ALL
                SELECT id, company_id, 'name', birthdate || ' ' || name_key
                  FROM person WHERE birthdate IS NOT NULL AND name_key <> ''
            ), shared AS (
                SELECT reason, array_agg(id) AS ids
                  FROM key
              GROUP BY company_id, reason, value
                HAVING count(*) BETWEEN 2 AND %(most)s
            ), pair AS (
                SELECT one AS member_id, other AS other_id, array_agg(reason) AS reasons
                  FROM shared
            CROSS JOIN LATERAL unnest(ids) AS one
            CROSS JOIN LATERAL unnest(ids) AS other
                 WHERE one < other
              GROUP BY one, other
            )
            SELECT pair.member_id::bigint * 2147483648 + pair.other_id AS id,
                   pair.member_id,
                   pair.other_id,
                   one.company_id,
                   one.location_id,
                   other.location_id AS other_location_id,
                   'email' = ANY(reasons) AS same_email,
                   'phone' = ANY(reasons) AS same_phone,
                   'vat' = ANY(reasons) AS same_vat,
                   'curp' = ANY(reasons) AS same_curp,
                   'name' = ANY(reasons) AS same_name,
                   cardinality(reasons) AS strength
              FROM pair
              JOIN person one ON one.id = pair.member_id
              JOIN person other ON other.id = pair.other_id
             WHERE NOT (
                       reasons <@ ARRAY['email', 'phone']
                       AND one.payer_id = other.payer_id
                       AND one.name_key <> other.name_key
                   )
               AND NOT EXISTS (
                       SELECT FROM gym_member_distinct_rel d
                        WHERE (d.member_id, d.other_id) IN (
                                  (pair.member_id, pair.other_id), (pair.other_id, pair.member_id)
                              )
                   )
            """,
            generic=tuple(GENERIC_RFCS),
            most=MOST_SHARING,
        )

    @api.depends("member_id", "other_id")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = f"{pair.member_id.display_name} = {pair.other_id.display_name}"

    def action_merge(self):
        """Open the merge of this pair."""
        self.ensure_one()
        self.check_access("read")
        return (self.member_id | self.other_id)._get_merge_action()

    def action_distinct(self):
        """Remember that these are different people; the pair is not shown again."""
        self.check_access("read")
        for pair in self:
            pair.member_id.check_access("write")
            pair.other_id.check_access("write")
            pair.member_id.write({"distinct_member_ids": [fields.Command.link(pair.other_id.id)]})
