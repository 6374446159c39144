{
    "name": "Gym Collection",
    "version": "19.0.1.0.0",
    "summary": "Collects the dues of a gym: consents, charges, dunning, refunds, chargebacks",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_subscriptions", "payment_card_facts"],
    "data": [
        # who may do and see what
        "security/gym_charging_rules.xml",
        "security/gym_refund_rules.xml",
        "security/gym_other_day_rules.xml",
        "security/gym_chargeback_rules.xml",
        "security/gym_event_mail_rules.xml",
        "security/gym_dunning_rules.xml",
        "security/gym_collection_wizard_rules.xml",
        "security/ir.model.access.csv",
        # what runs by itself
        "data/gym_charging_data.xml",
        "data/gym_charging_queue.xml",
        "data/gym_dunning_data.xml",
        # reports
        "report/gym_chargeback_report.xml",
        "report/gym_receipt_report.xml",
        # backend
        "views/gym_charge_views.xml",
        "views/gym_billing_run_views.xml",
        "views/gym_dunning_views.xml",
        "views/res_company_views.xml",
        "views/gym_collection_menus.xml",
        "views/gym_refund_views.xml",
        "views/gym_doubt_views.xml",
        "views/gym_other_day_views.xml",
        "views/gym_chargeback_views.xml",
        "views/gym_payment_desk_views.xml",
        # portal
        "views/portal_plan_templates.xml",
        "views/portal_card_templates.xml",
        "views/portal_pay_templates.xml",
        # mails
        "data/gym_event_mail_data.xml",
        "data/gym_receipt_data.xml",
        "views/gym_event_mail_views.xml",
    ],
}
