import logging
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from odoo.addons.gym_subscriptions.domain.periods import Period, add_months, month_of
from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import to_decimal, to_float

from ..domain import deferral

_logger = logging.getLogger(__name__)


class Service(NamedTuple):
    """How far what was billed is rendered and paid.

    ``until`` is the first day without service, ``frozen`` periods without any, ``lost`` the part of the invoice that
    was written off.
    """

    until: date
    frozen: list[Period] = ()
    is_paid: bool = True
    lost: Decimal = ZERO


class Portion(NamedTuple):
    """What a month takes of a row: income, and what is given up because its invoice was written off."""

    earned: Decimal
    given_up: Decimal


class GymDeferral(models.Model):
    """Closing a month: one entry for each branch, and what it took of each line."""

    _inherit = "gym.deferral"

    @api.model
    def _cron_close_months(self):
        """Cron: post what has been earned up to the end of last month. Running twice posts nothing more."""
        companies = self.env["res.company"].search([("gym_deferred_account_id", "!=", False)])
        self.env["ir.cron"]._do_each(companies, "_close_gym_months")

    @api.model
    def _close_alone(self, company, day):
        """Close the months of ``company`` so that its failure stops no other, and note on it what failed.

        Nothing of what failed is kept: the next time closes all the months that are missing.

        :return: whether it went well
        :raise OperationalError: when the transaction has to be repeated
        """
        problem = False
        try:
            with self.env.cr.savepoint():
                self._close_months(company, day)
        except OperationalError:
            raise
        except UserError as error:
            problem = str(error)
        except Exception:  # pylint: disable=broad-except
            _logger.exception("closing the months of company %s failed; the others go on", company.id)
            problem = self.env._("Unexpected error. Try again; when it fails again, ask your administrator.")
        if company.gym_deferral_problem != problem:
            company.sudo().gym_deferral_problem = problem
        return not problem

    @api.model
    def _close_months(self, company, day):
        """Post the income of all months of ``company`` that are over on ``day`` and not closed yet.

        A month whose books are locked gets no entry: its income goes into the next one that is open.

        :return: the posted moves
        """
        moves = self.env["account.move"]
        last_month = add_months(month_of(day).start, -1)
        for month in deferral.months_to_close(min(self._get_first_open_day(company) or day, last_month), day):
            if not self._get_lock(company, month):
                moves |= self._close_month(company, month)
        return moves

    @api.model
    def _get_first_open_day(self, company):
        """Return a day of the first month in which something of ``company`` may be left to recognise, or None."""
        self.env.flush_all()
        [[day]] = self.env.execute_query(
            SQL(
                """
                SELECT MIN(COALESCE(row.date_recognised, GREATEST(row.date_start, date_trunc('month', row.date)::date)))
                  FROM gym_deferral row
                 WHERE row.company_id = %s AND row.amount_left != 0
                """,
                company.id,
            )
        )
        return day

    @api.model
    def _get_lock(self, company, month):
        """Return the date until which the books of ``company`` are closed, if ``month`` cannot be posted in."""
        locks = company._get_lock_date_violations(month.last_day, sale=False, purchase=False, tax=False)
        return max((date for date, _field in locks), default=None)

    @api.model
    def _close_month(self, company, month):
        """Post what ``company`` earned in ``month``; what is closed already stays.

        :param Period month: a calendar month
        :return: the posted moves, one for each branch
        :raise UserError: when the books of that month are locked, or no journal is set
        """
        if lock := self._get_lock(company, month):
            raise UserError(
                self.env._(
                    "The books of %(company)s are locked until %(date)s. Close a later month: it takes over what is "
                    "left of this one.",
                    company=company.name,
                    date=format_date(self.env, lock),
                )
            )
        if not company.gym_deferral_journal_id:
            raise UserError(
                self.env._("Choose the journal of earned dues on the form of %(company)s.", company=company.name)
            )
        rows = self._get_open(company, month)
        rows.lock_for_update()
        rows.invalidate_recordset()
        portions = rows._get_portions(month)
        return self.browse(row.id for row in portions)._post_portions(company, month, portions)

    @api.model
    def _get_open(self, company, month):
        """Return the rows of ``company`` of which ``month`` may recognise something.

        Rows that are done come again when their service, or that of what they give back, has changed since.
        """
        self.env.flush_all()
        ids = self.env.execute_query(
            SQL(
                """
                SELECT row.id
                  FROM gym_deferral row
                  LEFT JOIN gym_deferral origin ON origin.id = row.origin_id
                  LEFT JOIN gym_subscription_period period
                    ON period.move_line_id = COALESCE(origin.move_line_id, row.move_line_id)
                 WHERE row.company_id = %(company)s
                   AND row.date <= %(last_day)s
                   AND (row.date_recognised IS NULL OR row.date_recognised < %(end)s)
                   AND (row.amount_left != 0 OR row.amount_given_up != 0
                        OR COALESCE(period.date_until, row.date_end) > %(start)s)
                """,
                company=company.id,
                start=month.start,
                last_day=month.last_day,
                end=month.end,
            )
        )
        return self.browse(id_ for (id_,) in ids)

    def _get_portions(self, month):
        """Return {row: what ``month`` recognises of it} of these, without those that it does not concern."""
        services = (self | self.origin_id)._get_services()
        found = {}
        for row in self:
            service = services.get(row.origin_id or row) or Service(row.date_end)
            portion = row._get_portion(month, service)
            # What waits for its money is closed with nothing, or paying would post income in months long gone.
            if any(portion) or (row.amount_left and not service.is_paid and month.end > service.until):
                found[row] = portion
        return found

    def _get_portion(self, month, service):
        """Return what ``month`` recognises of this row, beside what months before it did."""
        self.ensure_one()
        period, amount = Period(self.date_start, self.date_end), to_decimal(self.amount)
        frozen = [one for one in service.frozen if one.start >= period.start]
        earned = deferral.portion(
            amount,
            to_decimal(self.amount_recognised),
            period,
            month,
            service.until,
            frozen,
            service.is_paid,
            service.lost,
        )
        given_up = ZERO
        if month.end >= service.until:
            given_up = deferral.given_up(amount, period, service.until, frozen, service.lost)
        return Portion(earned, given_up - to_decimal(self.amount_given_up))

    def _get_services(self):
        """Return {row: its :class:`Service`} of what subscriptions billed."""
        periods = self.env["gym.subscription.period"].sudo().search([("move_line_id", "in", self.move_line_id.ids)])
        rows, lost = {row.move_line_id: row for row in self}, periods._get_lost_shares()
        return {
            rows[period.move_line_id]: Service(
                period.date_until, period._get_frozen(), not period._is_owed(), lost.get(period, ZERO)
            )
            for period in periods
        }

    # === ENTRIES === #

    def _post_portions(self, company, month, portions):
        """Post one entry for each branch with something to post and note what the month took of each row.

        :param dict portions: {row: :class:`Portion`}
        """
        self._take_loss_accounts(portions)
        groups = self.grouped("location_id")
        vals = {
            location: rows._prepare_closing_vals(company, month, location, portions)
            for location, rows in groups.items()
        }
        worth = [location for location in groups if vals[location]["line_ids"]]
        moves = self.env["account.move"].sudo().with_company(company).create([vals[location] for location in worth])
        by_location = dict(zip(worth, moves, strict=True))
        self.env["gym.deferral.entry"].sudo().create(
            [
                {
                    "deferral_id": row.id,
                    "move_id": by_location[location].id if location in by_location else False,
                    "company_id": company.id,
                    "location_id": location.id,
                    "date": month.last_day,
                    "date_end": month.end,
                    "kind": kind,
                    "amount": amount,
                }
                for location, rows in groups.items()
                for row in rows
                for kind, amount in portions[row]._asdict().items()
                if amount or kind == "earned"
            ]
        )
        moves._post(soft=False)
        return moves

    def _take_loss_accounts(self, portions):
        """Note against which account these rows of which something is given up were written off."""
        for row in self.filtered(lambda row: portions[row].given_up and not row.loss_account_id):
            row.sudo().loss_account_id = (row.origin_id or row).move_id._get_loss_account()

    def _prepare_closing_vals(self, company, month, location, portions):
        """Return values of the entry of these rows of one branch, its lines grouped by account and analytic share."""
        sums, shares = defaultdict(lambda: ZERO), {}
        for row in self:
            share = row.move_line_id.analytic_distribution or {}
            earned, given_up = portions[row]
            for account, amount in ((row.income_account_id, earned), (row.loss_account_id, given_up)):
                key = (account, frozenset(share.items()))
                shares[key] = share
                sums[key] -= amount
            sums[row.deferred_account_id, frozenset()] += earned + given_up
        name = self.env._(
            "Dues earned in %(month)s",
            month=format_date(self.env, month.start, company.partner_id.lang, date_format="MMMM yyyy"),
        )
        return {
            "move_type": "entry",
            "journal_id": company.gym_deferral_journal_id.id,
            "company_id": company.id,
            "date": month.last_day,
            "ref": f"{name} · {location.name}" if location else name,
            "gym_location_id": location.id,
            "line_ids": [
                Command.create(
                    {
                        "name": name,
                        "account_id": account.id,
                        "debit": to_float(max(amount, ZERO)),
                        "credit": to_float(max(-amount, ZERO)),
                        "analytic_distribution": shares.get((account, share), {}),
                    }
                )
                for (account, share), amount in sums.items()
                if amount
            ],
        }

    def action_close_last_month(self):
        """Post what the companies switched on have earned up to the end of last month, and say which could not.

        :raise AccessError: for users who are neither the owner nor an accountant
        """
        if not any(self.env.user.has_group(f"gym_members.group_gym_{role}") for role in ("owner", "accountant")):
            raise AccessError(self.env._("Only the owner and accountants close a month."))
        for company in self.env.companies.filtered("gym_deferred_account_id"):
            self.sudo()._close_alone(company, month_of(company._get_gym_day()).start)
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_revenue.gym_deferral_entry_action")
        failed = self.env.companies.filtered("gym_deferral_problem")
        if not failed:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger",
                "sticky": True,
                "title": self.env._("Months that were not closed"),
                "message": "\n".join(f"{company.name}: {company.gym_deferral_problem}" for company in failed),
                "next": action,
            },
        }
