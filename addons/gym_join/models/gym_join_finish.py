import logging

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from odoo.addons.gym_members.domain.consent import RECURRING_CHARGE
from odoo.addons.gym_members.models.gym_consent import COPIES_FOLLOW
from odoo.addons.gym_subscriptions.models.money import add_up, to_decimal

from ..domain import joining

_logger = logging.getLogger(__name__)


class GymJoin(models.Model):
    """How a join becomes a member with a subscription, exactly once."""

    _inherit = "gym.join"

    trouble = fields.Text(
        readonly=True, help="Why the registration could not be finished although the money arrived; the staff has to."
    )

    # === BEFORE === #

    def _ensure_partner(self):
        """Return the payer's contact, made now when there is none: a payment needs one, nothing before it does."""
        self.ensure_one()
        if not self.partner_id:
            self.partner_id = self.env["res.partner"].create(self._prepare_partner_vals())
        elif not self.member_id:
            self.partner_id.write(self._prepare_partner_vals())
        self.partner_id._make_known_to(self.location_id)
        return self.partner_id

    def _prepare_partner_vals(self):
        return {
            "name": self.guardian_name if self._is_minor() else self.name,
            "email": self.email,
            "phone": self.phone,
            "lang": self.lang or self.env.lang,
            "company_id": False,
            "active": True,
        }

    def _show_price(self):
        """Keep what the page of payment shows as due; the amount of a payment is taken from here, never from a page.

        :return: what :meth:`_get_offer` says
        """
        offer = self._get_offer()
        if to_decimal(self.quote) != offer["due"]:
            self.quote = offer["due"]
        return offer

    def _get_choice(self):
        """Return what tells this choice of plan and coupon from another: a payment is for one choice only."""
        self.ensure_one()
        return f"{self.plan_id.id}/{self.code or ''}"

    def _choose_plan(self, plan_id):
        """Take another plan of the branch; what was signed for the old one is asked again where it matters.

        :raise UserError: when the plan is not sold online here
        """
        plan = self.location_id._get_join_plans().filtered(lambda one: one.id == plan_id)
        if not plan:
            raise UserError(self.env._("This plan is not sold online here. Choose another one."))
        self._check_no_twin(plan, self.member_id)
        if plan != self.plan_id:
            charges = self.signature_ids.filtered(lambda answer: answer.document_id.purpose == RECURRING_CHARGE)
            self._edit(plan_id=plan.id, code=False, signature_ids=[Command.delete(one.id) for one in charges])

    def _use_code(self, code):
        """Take a coupon, or with nothing none.

        :raise UserError: when it may not be used
        """
        code = (code or "").strip()[:64] or False
        self.plan_id.with_context(gym_join_id=self.id)._get_join_offer(
            self.location_id, code, self.member_id, self._prepare_draft_vals()
        )
        self._edit(code=code)

    # === WITHOUT PAYING NOW === #

    def _start_free(self):
        """Begin what costs nothing today, or ask for a confirmation in the mailbox first.

        :raise UserError: when something has to be paid or a card left
        """
        self._check_free()
        if self.member_id:
            self._finish()
        else:
            self._wait_for_mail()

    def _check_free(self):
        self._check_no_twin(self.plan_id, self.member_id)
        if self._get_offer()["due"] or self._is_card_needed():
            raise UserError(self.env._("This cannot begin without a payment. Open the page again."))

    def _confirm(self):
        """Begin what the owner of the mailbox has confirmed."""
        self._check_free()
        self._finish()

    def _find_owner_of_mailbox(self):
        """Return, in sudo, the member to whom the confirmed address belongs already: they go on signed in."""
        email = email_normalize(self.email)
        known = self.env["gym.member"] if self.member_id else self._find_known_members()
        return known.filtered(lambda member: member.email_normalized == email)

    def _go_to_desk(self):
        """Keep this registration for the front desk.

        :raise UserError: when the branch takes no payment at the desk for online registrations
        """
        if not self.location_id.is_join_paid_at_desk:
            raise UserError(self.env._("Here online registrations are paid online."))
        self._move(joining.GO_TO_DESK)

    # === FINISHING === #

    def _finish(self, tx=None):
        """Make the member, their consents and their subscription, and begin it; a second time has no effect.

        :param tx: the ``payment.transaction`` that paid for it or brought the card; ``None`` for a free start
        :return: the invoices of the start
        :raise UserError: when the plan can no longer be begun; then nothing is written
        """
        self.ensure_one()
        # a payment's notification has no language; what is reserved for this registration is there for it
        self = self.with_context(lang=self.lang or self.env.lang, gym_join_id=self.id)
        if not self._move(joining.FINISH, finished_at=fields.Datetime.now(), trouble=False):
            return self.env["account.move"]
        self._check_paid_for(tx)
        subscription, consents = self._make_subscription()
        paid = to_decimal(tx.amount) if tx and tx.operation != "validation" else None
        code = self._get_usable_code(subscription)
        if paid is not None:
            self._honour_quote(subscription, code, paid)
        moves = subscription._activate(code, channel="online")
        self._keep_card(subscription, consents, tx)
        self._after_finished()
        return moves

    def _check_paid_for(self, tx):
        """See that ``tx`` was made for what is chosen now; the page may have gone back to another plan since.

        :raise UserError: when it was made for another plan or coupon
        """
        if tx and tx.gym_join_choice != self._get_choice():
            raise UserError(
                self.env._(
                    "%(payment)s was made for another plan or coupon than the one chosen now, %(plan)s. Agree on the "
                    "plan with the person and begin it at the desk, or give the money back.",
                    payment=tx.reference,
                    plan=self.plan_id.name,
                )
            )

    def _finish_at_desk(self):
        """Make the member, their consents and a draft of their subscription, for the front desk to begin.

        :return: the ``gym.subscription``
        """
        self.ensure_one()
        self._ensure_partner()
        if self._move(joining.FINISH, finished_at=fields.Datetime.now()):
            self._make_subscription()
            self._after_finished()
        return self.subscription_id

    def action_receive(self):
        """Make the member and the draft of a person who has come to the desk, and go on with both there."""
        self.ensure_one()
        self.env["gym.subscription"].check_access("create")
        self.check_access("read")
        if self.state not in (joining.DESK, joining.UNCONFIRMED, joining.DONE):
            raise UserError(self.env._("They have not finished filling in. Sign them up at the desk instead."))
        subscription = self.sudo()._finish_at_desk()
        return self.env["gym.join.desk"]._open_for(subscription.sudo(False), self.code)

    def _make_subscription(self):
        """Return the draft of the subscription, in the name of the member, and the member's consents."""
        member = self.member_id or self._make_member()
        consents = self.with_context(**{COPIES_FOLLOW: True})._record_consents(member)
        self.member_id = member
        self.subscription_id = self.env["gym.subscription"].create(
            {
                "member_id": member.id,
                "payer_id": self._ensure_partner().id,
                "plan_id": self.plan_id.id,
                "location_id": self.location_id.id,
                "channel": "online",
            }
            | self._prepare_draft_vals()
        )
        return self.subscription_id, consents

    def _make_member(self):
        partner = self._ensure_partner()
        values = {"location_id": self.location_id.id, "birthdate": self.birthdate, "lang": self.lang or self.env.lang}
        if self._is_minor():
            values |= {"name": self.name, "guardian_id": partner.id, "payer_id": partner.id}
        else:
            values["partner_id"] = partner.id
        member = self.env["gym.member"].create(values)
        if self.is_known:
            member._message_log(body=self.env._("Joined online; may be somebody we know. See the possible duplicates."))
        return member

    def _get_usable_code(self, subscription):
        """Return the coupon while it may be used; who paid with one that ran out meanwhile still gets its price."""
        try:
            subscription._preview_activate(self.code)
        except LockError:
            raise
        except UserError:
            return None
        return self.code

    def _honour_quote(self, subscription, code, paid):
        """Take off the first invoice what the price rose since it was shown to the person who paid."""
        lines = subscription._preview_activate(code)["lines"]
        billed = add_up(line["amount"] for line in lines if line.get("bill_when") != "next")
        if shortfall := joining.get_shortfall(to_decimal(self.quote), paid, billed):
            text = self.env._("Price shown on joining: %(plan)s", plan=self.plan_id.name)
            subscription._give_credit(shortfall, text, self, bill_when="now")

    def _keep_card(self, subscription, consents, tx):
        """Charge the card from now on, when the person agreed to it."""
        consent = consents.filtered(lambda consent: consent.purpose == RECURRING_CHARGE)
        if consent and tx and tx.token_id:
            subscription._set_token(tx.token_id)
            subscription._record_mandate(consent)

    # === AFTER === #

    def _after_finished(self):
        """Welcome the new member; in jobs, so that no mail server keeps anybody from joining."""
        job = self.with_user(SUPERUSER_ID).with_delay(description=self.env._("Welcome a new member"))
        job._welcome()

    def _finish_paid(self, tx):
        """Finish with the payment that has just arrived, or say why not: money is never refused for that.

        A second payment of the same join stays as the payer's credit, with a note for the staff.
        """
        self.ensure_one()
        if self.state == joining.DONE:
            if tx.operation != "validation" and self.transaction_ids.filtered(lambda other: other != tx).invoice_ids:
                self._report_trouble(self.env._("Paid twice: %(payment)s has to be given back.", payment=tx.reference))
            return
        try:
            with self.env.cr.savepoint():
                tx.invoice_ids |= self._finish(tx)
        except LockError:
            raise
        except UserError as error:
            self._report_trouble(str(error))

    def _report_trouble(self, reason):
        """Let the staff of the branch know that a person has to finish this."""
        _logger.warning("online registration %s: %s", self.id, reason)
        self.trouble = reason
