{
    "name": "Gym Referrals",
    "version": "19.0.1.0.0",
    "summary": "Members who bring members: what is due for it, and who only pretends",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_join"],
    "data": [],
}
