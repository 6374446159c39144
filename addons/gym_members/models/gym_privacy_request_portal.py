from odoo import api, models

MAX_TEXT = 4000  # characters of what a person writes


class GymPrivacyRequest(models.Model):
    """Privacy requests as the person who makes them reads them in the portal."""

    _inherit = "gym.privacy.request"

    @api.model
    def _get_portal_kinds(self):
        """Return the kinds of request in plain words, in the order of the form: code, title, what happens, whether the
        person must write something."""
        _ = self.env._
        rows = (
            ("rectification", _("Correct my data"), _("A name, a date of birth, anything that is wrong."), True),
            ("access", _("See my data"), _("We give you a copy of everything we keep about you."), False),
            ("opposition", _("Stop using my data for something"), _("For example advertising or photos."), True),
            ("revocation", _("Take back a consent"), _("Tell us which permission you no longer give."), True),
            ("cancellation", _("Delete my data"), _("We block your data, then delete what the law lets us."), False),
        )
        return [dict(zip(("code", "title", "text", "needs_words"), row, strict=True)) for row in rows]

    @api.model
    def _get_portal_requests(self, member):
        """Return, in sudo, the requests about a member whom the caller has checked, the newest first."""
        return self.sudo().search([("member_id", "in", member._get_merged_ids())], order="id desc")

    def _get_portal_status(self):
        """Return in plain words what this request waits for, and the Bootstrap colour it is shown in."""
        self.ensure_one()
        _ = self.env._
        if self.state == "answered" and self.answer == "denied":
            return _("Not granted"), "secondary"
        return {
            "received": (_("We will ask you to prove who you are"), "warning"),
            "verified": (_("We are preparing the answer"), "info"),
            "answered": (_("Granted; we are carrying it out"), "info"),
            "executed": (_("Done"), "success"),
            "closed": (_("Closed"), "secondary"),
            "withdrawn": (_("Withdrawn"), "secondary"),
        }[self.state]

    @api.model
    def _submit_portal_form(self, member, form):
        """File a request from what was posted, unless something is missing.

        :return: dict of field to message; empty when the request was filed
        """
        kinds = {kind["code"]: kind for kind in self._get_portal_kinds()}
        kind, text = form.get("kind"), (form.get("text") or "").strip()
        if kind not in kinds:
            return {"kind": self.env._("Choose what you ask for.")}
        if kinds[kind]["needs_words"] and not text:
            return {"text": self.env._("Tell us in your words what it is about.")}
        if len(text) > MAX_TEXT:
            return {"text": self.env._("Write this in %(count)s characters or fewer.", count=MAX_TEXT)}
        self._submit_from_portal(member, kind, text, includes_health=bool(form.get("includes_health")))
        return {}
