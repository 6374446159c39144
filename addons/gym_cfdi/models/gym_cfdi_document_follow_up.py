import logging

from odoo import fields, models

from ..domain.document_state import CANCELLED, LIVE
from ..domain.pace import pause

_logger = logging.getLogger(__name__)

FOLLOW_UP_BATCH = 50
# Failures in a row of what follows one stamp or cancellation after which the managers are told
TELL_AFTER_TRIES = 3


class GymCfdiDocument(models.Model):
    """What follows a stamp or a cancellation: done for each document on its own, and repeated until it is done.

    The hooks are :meth:`_on_stamped` and :meth:`_on_cancelled`; a document's state says which one is its own.
    """

    _inherit = "gym.cfdi.document"

    follow_up_at = fields.Datetime(
        string="Follow-Up Due",
        readonly=True,
        copy=False,
        help="When what follows the stamp (cancellation of what it replaces, e-mails) or the cancellation (the entry "
        "in the books) is tried again. Empty once done.",
    )
    follow_up_tries = fields.Integer(
        string="Follow-Up Failures", readonly=True, copy=False, help="How often what follows has failed."
    )
    follow_up_error = fields.Text(
        string="Follow-Up Error", readonly=True, copy=False, help="Why what follows failed the last time."
    )

    _follow_up_index = models.Index("(follow_up_at) WHERE follow_up_at IS NOT NULL")

    def _follow_up(self):
        """Do what follows for these documents; one that fails undoes nothing of the others.

        All at once, as that takes a fraction of the time; when something fails, one by one, each in a savepoint. What
        failed is kept on its document with the reason, and taken up again by :meth:`_cron_follow_up`.
        """
        if self._try_follow_up() is None:
            self._note_followed_up()
            return
        for document in self:
            error = document._try_follow_up()
            if error is None:
                document._note_followed_up()
            else:
                document._note_follow_up_failed(error)

    def _try_follow_up(self):
        """Call the hooks in a savepoint; return what one raised, or None."""
        try:
            with self.env.cr.savepoint():
                if stamped := self.filtered(lambda document: document.state in LIVE):
                    stamped._on_stamped()
                if cancelled := self.filtered(lambda document: document.state == CANCELLED):
                    cancelled._on_cancelled()
        except Exception as error:  # noqa: BLE001 - stamp and cancellation stand whatever an override raises
            _logger.warning("What follows failed for the CFDI %s", self.ids, exc_info=True)
            return error
        return None

    def _note_followed_up(self):
        late = self.sudo().filtered("follow_up_at")
        late.filtered(lambda document: document.follow_up_tries >= TELL_AFTER_TRIES)._close_alerts()
        late.write({"follow_up_at": False, "follow_up_tries": 0, "follow_up_error": False})

    def _note_follow_up_failed(self, error):
        tries = self.follow_up_tries + 1
        reason = str(error).replace("\0", "\N{REPLACEMENT CHARACTER}") or type(error).__name__
        self.sudo().write(
            {
                "follow_up_at": fields.Datetime.now() + pause(tries),
                "follow_up_tries": tries,
                "follow_up_error": reason,
            }
        )
        if tries == TELL_AFTER_TRIES:
            facts = {"name": self.display_name, "tries": tries, "reason": reason}
            self._alert_managers(*self._get_follow_up_alert(facts))

    def _get_follow_up_alert(self, facts):
        """Return subject and text by which the managers hear that what follows does not succeed."""
        if self.state == CANCELLED:
            return (
                self.env._("What follows the cancellation of a CFDI does not succeed"),
                self.env._(
                    "%(name)s is cancelled before the SAT, but what follows in the books failed %(tries)s times: "
                    "%(reason)s It is tried again until it succeeds; remove the cause.",
                    **facts,
                ),
            )
        return (
            self.env._("What follows the stamp of a CFDI does not succeed"),
            self.env._(
                "%(name)s is stamped, but what follows failed %(tries)s times: %(reason)s It is tried again until "
                "it succeeds; remove the cause.",
                **facts,
            ),
        )

    def _cron_follow_up(self):
        """Take up what follows stamps and cancellations and is due; may run at any time, any number of times."""
        due = [("follow_up_at", "<=", fields.Datetime.now())]
        crons, seconds_left = self.env["ir.cron"], 1
        while seconds_left and (documents := self.search(due, order="follow_up_at, id", limit=FOLLOW_UP_BATCH)):
            documents._follow_up_again()
            seconds_left = crons._commit_progress(len(documents), remaining=self.search_count(due))

    def _follow_up_again(self):
        """Do what follows and had failed; nothing follows any more from what is neither in force nor cancelled."""
        lapsed = self.filtered(lambda document: document.state not in (*LIVE, CANCELLED))
        lapsed._note_followed_up()
        for company, documents in (self - lapsed).grouped("company_id").items():
            documents.sudo().with_company(company)._follow_up()
