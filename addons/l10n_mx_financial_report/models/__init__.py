from . import (
    account_financial_report_abstract_wizard,
    general_ledger_report_wizard,
    journal_ledger_report_wizard,
    mis_report,
    report_a_f_r_report_general_ledger_xlsx,
    report_a_f_r_report_trial_balance_xlsx,
    trial_balance_report_wizard,
)
