from odoo.http import request, route

from .portal import GymPortal


class GymAddressPortal(GymPortal):
    """A new address of an account is confirmed by its signed-in user with the link that was mailed to it."""

    @route("/my/email/<string:token>", type="http", auth="user", website=True, methods=["GET", "POST"], sitemap=False)
    def gym_email(self, token, **kw):
        user = request.env.user
        values = {"page_name": "gym", "address": user.email, "state": "old"}
        if user._is_address_token(token):
            values["state"] = "asked"
            if request.httprequest.method == "POST":
                with self._changing():
                    user._confirm_address()
                values["state"] = "confirmed"
        elif user.sudo().gym_is_address_new:
            values["state"] = "waiting"
        return request.render("gym_members.portal_email", values)

    @route("/my/email/again", type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def gym_email_again(self, **kw):
        user = request.env.user
        if user.sudo().gym_is_address_new and user.email:
            with self._changing():
                user._send_address_link()
        return request.render("gym_members.portal_email", {"page_name": "gym", "address": user.email, "state": "sent"})
