from odoo import fields, models


class GymCfdiAttempt(models.Model):
    """One call to a PAC or the SAT about one document, or the result of one seal otherwise, as it happened.

    Rows are only ever added, by :meth:`gym.cfdi.document._log_attempts`; a database trigger refuses the rest.
    """

    _name = "gym.cfdi.attempt"
    _description = "CFDI Attempt"
    _order = "id desc"
    _rec_name = "request_id"

    document_id = fields.Many2one("gym.cfdi.document", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    pac_id = fields.Many2one("gym.cfdi.pac", string="PAC", readonly=True, ondelete="restrict")
    operation = fields.Selection(
        [
            ("stamp", "Stamp"),
            ("recover", "Ask for the Stamp"),
            ("cancel", "Cancel"),
            ("status", "Ask for the Status"),
            ("redate", "Seal Given Up"),
            ("release", "Given Up by a Person"),
            ("keep", "Stamp Brought by a Person"),
        ],
        required=True,
        readonly=True,
    )
    request_id = fields.Char(string="Request", readonly=True)
    started_at = fields.Datetime(required=True, readonly=True)
    duration_ms = fields.Integer(string="Duration (ms)", readonly=True)
    outcome = fields.Selection(
        [("ok", "Done"), ("try_again", "Try Again"), ("refused", "Refused"), ("in_doubt", "In Doubt")],
        required=True,
        readonly=True,
    )
    code = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    raw = fields.Text(string="Answer", readonly=True, prefetch=False)
