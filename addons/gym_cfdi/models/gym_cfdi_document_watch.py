import logging
from datetime import timedelta

from odoo import fields, models

from ..domain.document_state import NOT_STAMPED, PENDING

_logger = logging.getLogger(__name__)

# Hours after Fecha without a stamp at which the managers are told; at 72 the document needs another date
ALARM_HOURS = (24, 48, 66)
# Every stored XML is compared with its hash once in this time
VERIFY_EVERY = timedelta(days=30)
VERIFY_BATCH = 500


class GymCfdiDocument(models.Model):
    """What is looked after while nobody looks: the 72 hours, and that the stored XML is still what was stamped."""

    _inherit = "gym.cfdi.document"

    alarm_hours = fields.Integer(readonly=True, help="Hours without a stamp of which the managers were told.")
    verified_at = fields.Datetime(
        readonly=True, help="When the stored XML was last compared with the hash taken at its stamp."
    )
    is_damaged = fields.Boolean(
        string="Damaged", readonly=True, help="The stored XML is not what the PAC stamped: restore it from a backup."
    )

    _to_verify_index = models.Index("(verified_at NULLS FIRST, id) WHERE uuid IS NOT NULL")

    # === 72 HOURS === #

    def _cron_watch_deadlines(self):
        """Tell the managers of what waits too long for its stamp; may run at any time, any number of times."""
        self._watch_deadlines()

    def _watch_deadlines(self):
        """Alert once for each company and step of :data:`ALARM_HOURS`; take back the alerts of what is settled."""
        settled = self.search([("alarm_hours", ">", 0), ("state", "not in", tuple(PENDING | NOT_STAMPED))])
        settled._close_alerts()
        settled.sudo().alarm_hours = 0
        now = fields.Datetime.now()
        for hours in reversed(ALARM_HOURS):
            late = self.search(
                [
                    ("state", "in", tuple(PENDING | NOT_STAMPED)),
                    ("issued_at", "<=", now - timedelta(hours=hours)),
                    ("alarm_hours", "<", hours),
                ],
                order="issued_at, id",
            )
            self.env["ir.cron"]._do_each(list(late.grouped("company_id").values()), "_alert_late", hours)

    def _alert_late(self, hours):
        """Warn by one activity for all documents of a company; the oldest one carries it."""
        oldest = self[0]
        oldest._close_alerts()
        oldest._alert_managers(
            self.env._("%(count)s CFDI without a stamp for %(hours)s hours", count=len(self), hours=hours),
            self.env._(
                "They have to be stamped within 72 hours of their date; the first one by %(deadline)s (UTC). Rejected "
                "ones say what to correct; the others wait for a stamping provider that can be reached.",
                deadline=oldest.deadline,
            ),
        )
        self.sudo().alarm_hours = hours

    # === INTEGRITY === #

    def _cron_verify_integrity(self):
        """Compare stored XML with their hashes, longest unverified first; may run at any time, any number of times."""
        due = [
            ("uuid", "!=", False),
            "|",
            ("verified_at", "=", False),
            ("verified_at", "<", fields.Datetime.now() - VERIFY_EVERY),
        ]
        crons, seconds_left = self.env["ir.cron"], 1
        while seconds_left and (documents := self.search(due, order="verified_at NULLS FIRST, id", limit=VERIFY_BATCH)):
            crons._do_together(documents, "_verify_integrity")
            if self.search_count([*due, ("id", "in", documents.ids)]) == len(documents):
                break  # nothing is left but what cannot be compared
            seconds_left = crons._commit_progress(len(documents), remaining=self.search_count(due))

    def _verify_integrity(self):
        """Compare what is stored of stamped documents with the hashes taken at their stamp.

        :return: the damaged ones; the managers are told of those that were not known
        """
        stored = self._read_stamped()
        damaged = self.filtered(lambda document: not document._is_intact(stored[document]))
        documents_sudo = self.sudo()
        news = damaged.filtered(lambda document: not document.is_damaged)
        documents_sudo.write({"verified_at": fields.Datetime.now()})
        (documents_sudo - damaged.sudo()).filtered("is_damaged").is_damaged = False
        damaged.sudo().is_damaged = True
        for document in news:
            _logger.error("The stored XML of CFDI %s (%s) is not what was stamped", document.id, document.uuid)
            document._alert_managers(
                self.env._("The stored XML of a CFDI is damaged"),
                self.env._(
                    "The XML of %(uuid)s is missing or is not what the PAC stamped. Restore its file from a backup.",
                    uuid=document.uuid,
                ),
            )
        return damaged

    def _is_intact(self, stored):
        sealed = self._sha256(self._get_sealed_bytes()) == self.sealed_sha256
        return sealed and self._sha256(stored) == self.xml_sha256
