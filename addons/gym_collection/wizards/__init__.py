from . import cash_day, cash_journal, gym_chargeback_wizard, gym_doubt_dialog, gym_payment_desk, gym_refund_wizard
