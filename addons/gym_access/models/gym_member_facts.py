from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from odoo.addons.gym_members.domain.consent import ADULT_AGE

from ..domain.days import ONE_DAY, civil_day, day_bounds, days_of
from ..domain.facts import Allowance, Bar, Facts, Right, bars_of_days, widen
from ..domain.reasons import Reason, reason

HOURS_AHEAD = 72


class GymMember(models.Model):
    """What is known about entering, gathered for many members at once; what follows from it is decided in domain/."""

    _inherit = "gym.member"

    def _get_access_facts(self, location, at, hours=HOURS_AHEAD):
        """Return what decides about entering ``location`` from ``at`` on, with as many queries for many as for one.

        Hook: an addon with rights or reasons of its own adds them to super's, for some hours ahead.

        :param location: ``gym.location``, a branch
        :param datetime at: naive UTC
        :param int hours: how far ahead
        :return: dict of id to :class:`~..domain.facts.Facts`
        """
        members, location = self.sudo(), location.sudo()
        until = at + timedelta(hours=hours)
        policy = self.env["gym.access.policy"]._get_of(location)
        rights = members._get_access_rights(location, at, until, policy)
        bars = members._get_person_bars(location, at, policy)
        closures = location._get_closure_bars(at, until)
        opened = location._get_open_spans(at, until, policy)
        return {
            member.id: Facts(until, (*bars[member.id], *closures), tuple(rights[member.id]), opened)
            for member in members
        }

    # === RIGHTS === #

    def _get_access_rights(self, location, at, until, policy):
        """Return the rights of each of these at ``location``, subscriptions first: dict of id to a list."""
        by_member = self._get_entry_rights()
        subscriptions = self.env["gym.subscription"].sudo().union(*by_member.values())
        days = days_of(at, until, location._get_time_zone())
        objections = subscriptions._get_entry_objections_on(location, days)
        hours = {plan: plan._get_open_spans(location, at, until, policy) for plan in subscriptions.plan_id}
        uses = subscriptions._get_uses("visit")
        passes = self.env["gym.access.pass"]._get_usable(self, location, days[0] - ONE_DAY)
        rights_of_passes = passes._get_rights(at)
        removed = self._get_members_without_seat(by_member)
        found = {}
        for member in self:
            found[member.id] = [
                one._to_right(member, location, objections[one.id], hours[one.plan_id], uses, policy)
                for one in by_member[member.id]
            ]
            ids = set(member._get_merged_ids())
            mine = passes.filtered(lambda one, ids=ids: one.member_id.id in ids)
            found[member.id] += [rights_of_passes[one.id] for one in mine]
            if not found[member.id] and member in removed:
                found[member.id].append(Right("seat", bars=(Bar(reason("seat_removed")),)))
        return found

    def _get_members_without_seat(self, rights):
        """Return those of these who have no subscription and once had a seat of another's."""
        without = self.filtered(lambda member: not rights[member.id])
        lines = self.env["gym.subscription.line"].sudo()
        return lines.search([("member_id", "in", without.ids), ("kind", "=", "seat")]).member_id

    # === THE PERSON === #

    def _get_person_bars(self, location, at, policy):
        """Return what is said of the persons themselves: dict of id to a list of bars."""
        documents = self._get_document_bars(location, policy)
        photos = self._get_those_with_photo() if policy.photo_severity != "off" else self
        bars = {}
        for member in self:
            bars[member.id] = [*member._get_standing_bars(location), *documents[member.id]]
            bars[member.id] += member._get_age_bars(location, at, policy)
            if member not in photos:
                bars[member.id].append(Bar(reason("photo_missing")))
        return bars

    def _get_standing_bars(self, location):
        self.ensure_one()
        if self.is_blocked:
            yield Bar(reason("blocked"))
        if self.access_ban_reason:
            end = self.access_ban_until and day_bounds(self.access_ban_until, location._get_time_zone())[1]
            yield Bar(reason("banned"), None, end or None)
        if self.company_id != location.company_id:
            yield Bar(reason("other_company"))

    def _get_age_bars(self, location, at, policy):
        """Return what is said of a minor until they come of age, and of a birthday, by the days of the branch."""
        self.ensure_one()
        if not self.birthdate:
            return
        zone = location._get_time_zone()
        adult_at = day_bounds(self.birthdate + relativedelta(years=ADULT_AGE), zone)[0]
        if at < adult_at:
            if policy.minor_severity != "off":
                yield Bar(reason("minor_alone", policy.minor_severity), None, adult_at)
            if not self.guardian_id:
                yield Bar(reason("guardian_missing"), None, adult_at)
        age = relativedelta(civil_day(at, zone), self.birthdate).years
        for years in (age, age + 1):
            yield Bar(reason("birthday"), *day_bounds(self.birthdate + relativedelta(years=years), zone))

    def _get_document_bars(self, location, policy):
        """Return what is said of required documents that were not signed, or cease to hold."""
        if policy.waiver_severity == "off":
            return {member.id: [] for member in self}
        live = self._fetch_live_consents()
        asked = self._get_consent_documents()
        ids = [id_ for purposes in live.values() for found in purposes.values() for id_ in found]
        consents = {one.id: one for one in self.env["gym.consent"].sudo().browse(ids)}
        lapsed = self._get_lapsed_purposes()
        bars = {}
        for member in self:
            required = asked[member.id].filtered("is_required")
            mine = live.get(member.id, {})
            bars[member.id] = []
            for missing in required.filtered(lambda document, mine=mine: document.purpose not in mine):
                code = "consent_lapsed" if (member.id, missing.purpose) in lapsed else "waiver_missing"
                bars[member.id].append(Bar(reason(code, policy.waiver_severity, documents=missing.name)))
            for document in required.filtered(lambda document, mine=mine: document.purpose in mine):
                ends = [consents[id_].date_expiry for id_ in mine[document.purpose]]
                if all(ends):
                    start = day_bounds(max(ends), location._get_time_zone())[0]
                    said = reason("consent_lapsed", policy.waiver_severity, documents=document.name)
                    bars[member.id].append(Bar(said, start, None))
        return bars

    def _get_lapsed_purposes(self):
        """Return pairs of a member's id and a purpose of which a consent ended by itself."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT member_id, purpose FROM gym_consent
                    WHERE member_id = ANY(%s) AND kind = 'given' AND date_expiry <= %s""",
                self.ids,
                self.env["res.company"]._get_latest_day(),
            )
        )
        return set(rows)

    def _get_those_with_photo(self):
        files = self.env["ir.attachment"].sudo()
        photos = files.search_fetch(
            [
                ("res_model", "=", "res.partner"),
                ("res_field", "=", "image_1920"),
                ("res_id", "in", self.partner_id.ids),
            ],
            ["res_id"],
        )
        ids = set(photos.mapped("res_id"))
        return self.filtered(lambda member: member.partner_id.id in ids)


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def _get_uses(self, kind):
        """Return what was used of allowances: dict of (subscription id, member id) to pairs of instant and quantity."""
        uses = {}
        entries = self.env["gym.allowance.entry"].sudo()
        for entry in entries.search(
            [("subscription_id", "in", self.ids), ("kind", "=", kind)], order="occurred_at, id"
        ):
            key = (entry.subscription_id.id, entry.member_id.id)
            uses.setdefault(key, []).append((entry.occurred_at, entry.quantity))
        return uses

    def _to_right(self, member, location, objections, hours, uses, policy):
        """Return this subscription as a right of ``member``, with what speaks against it on each day."""
        self.ensure_one()
        said = {day: tuple(self._to_reason(one, member) for one in found) for day, found in objections.items()}
        used = uses.get((self.id, member.id), [])
        free = used[-1][0] + policy._get_free_return() if used and used[-1][1] > 0 else None
        return Right(
            f"subscription:{self.id}",
            self.plan_id.name,
            bars_of_days(said, location._get_time_zone()),
            hours,
            self._get_allowances("visits_used", self.plan_id.visits_per_period, used, free),
            free_minutes=policy.reentry_minutes,
        )

    def _to_reason(self, objection, member):
        """Return an objection of the gate as a reason, told apart by what has ended."""
        code = objection.code
        if code == "ended":
            if self.date_trial_end and self.date_trial_end == self.date_end:
                code = "trial_ended"
            elif self.plan_id.kind == "corporate" and self.member_id != member:
                code = "company_ended"
        return Reason(code, objection.severity, dict(objection.values))

    def _get_allowances(self, code, limit, used, free_until=None):
        """Return the allowance of the period that was billed last and that of the time after it; none without limit.

        :param used: pairs of instant and quantity, in order
        """
        self.ensure_one()
        if not limit:
            return ()
        zone = self.location_id._get_time_zone()
        start = self.period_start and day_bounds(self.period_start, zone)[0]
        end = self.period_end and day_bounds(self.period_end, zone)[0]
        spans = [(start or None, end or None)] + ([(end, None)] if end else [])
        return tuple(
            Allowance(
                code,
                limit,
                sum(count for at, count in used if (not first or first <= at) and (not last or at < last)),
                first,
                last,
                free_until,
            )
            for first, last in spans
        )


class GymPlan(models.Model):
    _inherit = "gym.plan"

    def _get_open_spans(self, location, start, end, policy):
        """Return when this plan opens between two instants, as spans in UTC; ``None`` when it always does."""
        self.ensure_one()
        if not self.access_calendar_id:
            return None
        return location._get_spans(self.access_calendar_id, start, end, policy)


class GymLocation(models.Model):
    _inherit = "gym.location"

    def _get_open_spans(self, start, end, policy):
        """Return when this branch opens between two instants, as spans in UTC; ``None`` without opening hours."""
        self.ensure_one()
        if not self.resource_calendar_id:
            return None
        return self._get_spans(self.resource_calendar_id, start, end, policy)

    def _get_spans(self, calendar, start, end, policy):
        zone = pytz.timezone(self._get_time_zone())  # Odoo's calendars know no other kind
        first, last = (self._to_local(at) for at in (start - ONE_DAY, end + ONE_DAY))
        found = calendar._attendance_intervals_batch(first, last, tz=zone)[False]
        spans = [tuple(at.astimezone(pytz.utc).replace(tzinfo=None) for at in (one[0], one[1])) for one in found]
        before, after = timedelta(minutes=policy.minutes_before), timedelta(minutes=policy.minutes_after)
        return widen(spans, before, after)

    def _get_closure_bars(self, start, end):
        """Return the closures of this branch between two instants."""
        self.ensure_one()
        zone = self._get_time_zone()
        bars = []
        for closure in self.closure_ids:
            first, last = day_bounds(closure.date_start, zone)[0], day_bounds(closure.date_end, zone)[1]
            if first < end and start < last:
                bars.append(Bar(reason("branch_closed", why=closure.reason), first, last))
        return tuple(bars)
