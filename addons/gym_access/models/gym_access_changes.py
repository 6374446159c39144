"""What may change who enters, besides what refreshes the stage of a member."""

from odoo import api, models

PLAN_FIELDS = {"access_scope", "access_location_ids", "access_calendar_id", "visits_per_period"}
# The period is not among them: what was decided ahead already knows that the next one begins with no visit used.
SUBSCRIPTION_FIELDS = {"plan_id", "location_id", "date_start", "date_end", "member_id"}


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def write(self, vals):
        if SUBSCRIPTION_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = self._get_people_entering()
        result = super().write(vals)
        (before | self._get_people_entering())._access_changed()
        return result

    def _get_people_entering(self):
        """Return, in sudo, the members who enter by these subscriptions."""
        return self.sudo().member_id | self._get_seat_members()

    def _entry_changed(self):
        """Override of `gym_subscriptions`: forget what was decided ahead."""
        result = super()._entry_changed()
        self._get_people_entering()._access_changed()
        return result


class GymSubscriptionFreeze(models.Model):
    _inherit = "gym.subscription.freeze"

    @api.model_create_multi
    def create(self, vals_list):
        freezes = super().create(vals_list)
        freezes.subscription_id._entry_changed()
        return freezes

    def write(self, vals):
        result = super().write(vals)
        self.subscription_id._entry_changed()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._entry_changed_by_dues()
        return posted

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._entry_changed_by_dues()
        return result

    def _entry_changed_by_dues(self):
        """Forget what was decided ahead about those whose dues these are: they owe from another day on, or no more."""
        dues = self.sudo().filtered("gym_location_id")
        if dues:
            dues._get_gym_subscriptions()._entry_changed()


class GymConsent(models.Model):
    _inherit = "gym.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        consents.sudo().member_id._access_changed()
        return consents


class GymPlan(models.Model):
    _inherit = "gym.plan"

    def write(self, vals):
        result = super().write(vals)
        if not PLAN_FIELDS.isdisjoint(vals):
            self.env["gym.access.grant"]._forget(companies=self.company_id)
        return result


class GymLocation(models.Model):
    _inherit = "gym.location"

    def write(self, vals):
        result = super().write(vals)
        if not {"resource_calendar_id", "tz"}.isdisjoint(vals):
            self.env["gym.access.grant"]._forget(locations=self)
        return result


class GymLocationClosure(models.Model):
    _inherit = "gym.location.closure"

    @api.model_create_multi
    def create(self, vals_list):
        closures = super().create(vals_list)
        self.env["gym.access.grant"]._forget(locations=closures.location_id)
        return closures

    def write(self, vals):
        before = self.location_id
        result = super().write(vals)
        self.env["gym.access.grant"]._forget(locations=before | self.location_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_forgets_grants(self):
        self.env["gym.access.grant"]._forget(locations=self.location_id)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._entry_hours_changed()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self._entry_hours_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_changes_entry_hours(self):
        self._entry_hours_changed()

    def _entry_hours_changed(self):
        """Forget what was decided ahead wherever these hours open a branch or a plan."""
        calendars = self.calendar_id.ids
        plans = self.env["gym.plan"].sudo().search([("access_calendar_id", "in", calendars)])
        branches = self.env["gym.location"].sudo().search([("resource_calendar_id", "in", calendars)])
        if plans or branches:
            self.env["gym.access.grant"]._forget(companies=plans.company_id, locations=branches)
