from . import cash_journal, gym_chargeback_wizard, gym_payment_desk, gym_refund_wizard
