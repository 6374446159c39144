{
    "name": "Gym Referrals",
    "version": "19.0.1.0.0",
    "summary": "Members who bring members: what is due for it, and who only pretends",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_join"],
    "data": [
        # who may do and see what
        "security/gym_referrals_rules.xml",
        "security/ir.model.access.csv",
        # texts and what runs by itself
        "data/gym_referrals_data.xml",
        # pages
        "views/invitation_templates.xml",
        "views/portal_templates.xml",
        # backend
        "views/gym_referral_program_views.xml",
        "views/gym_referral_views.xml",
        "views/gym_referral_reward_views.xml",
        "views/gym_join_views.xml",
        "wizards/gym_referral_refusal_views.xml",
        "views/gym_referrals_menus.xml",
    ],
}
