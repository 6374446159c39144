"""The demo gym's referral program: running, with friends who qualified, who are on their way, and one to decide."""

from datetime import timedelta

from odoo.fields import Command

QUALIFIED, ON_THEIR_WAY = 4, 2  # friends whom the member of the portal brought, by what became of it
TERMS = """
<p>Organiza Fuerza Roma. Participan los socios mayores de edad con suscripción vigente; no el personal ni
familiares con el mismo pagador. El premio se da cuando el amigo ha pagado dos facturas y lleva treinta días. Es
un descuento en las siguientes cuotas de quien invitó: no es dinero, no se transfiere y vence a los doce meses.
Si un premio se retira por incumplir estas bases, lo ya aplicado no se cobra. Para inconformarse: recepción o el
portal, dentro de 30 días.</p>
"""


def load_referrals(env, inviter):
    """Start the program, and say of some of the newest members that ``inviter`` brought them."""
    if "gym.referral" not in env:
        return
    make_program(env)
    newest = env["gym.subscription"].search(
        [("state", "=", "active"), ("member_id", "!=", inviter.id), ("location_id", "=", inviter.location_id.id)],
        order="date_start desc, id desc",
    )
    newest = newest.filtered(lambda one: one.payer_id == one.member_id.partner_id)
    old = newest.filtered(lambda one: one.date_start <= env.company._today() - timedelta(days=75))
    young = newest - old
    for way, friends in (("code", old[:QUALIFIED]), ("link", young[:ON_THEIR_WAY]), ("late", young[ON_THEIR_WAY:][:1])):
        for subscription in friends:
            subscription.sudo().write({"invited_by_id": inviter.id, "referral_way": way})
            env["gym.referral"]._claim(subscription)
    env["gym.referral"].search([])._follow()


def make_program(env):
    today = env.company._today()
    promotion = env["gym.promotion"].create(
        {
            "name": "Sin inscripción y 10 % menos el primer mes",
            "date_start": today.replace(month=1, day=1),
            "percent": 10,
            "is_enrolment_waived": True,
            "is_coupon_needed": True,
        }
    )
    program = env["gym.referral.program"].create(
        {
            "name": "Trae a un amigo",
            "date_start": today.replace(month=1, day=1),
            "date_end": today.replace(year=today.year + 1, month=1, day=31),
            "friend_promotion_id": promotion.id,
            "budget": 60000,
            "year_cap": 3000,
            "terms": TERMS,
            "rule_ids": [
                Command.create({"trigger": "qualified", "amount": 150}),
                Command.create({"trigger": "nth", "count": 3, "amount": 300}),
                Command.create({"trigger": "nth", "count": 2, "kind": "gift", "name": "Termo", "amount": 180}),
            ],
            "tier_ids": [
                Command.create({"name": "Plata", "threshold": 3, "factor": 1.25}),
                Command.create({"name": "Oro", "threshold": 8, "factor": 1.5}),
            ],
        }
    )
    program.action_run()
