{
    "name": "Gym Insights of Visits",
    "version": "19.0.1.0.0",
    "summary": "Who is inside and who came today on the owner's first page; segments by visits",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_insights", "gym_access"],
    "data": [
        # backend
        "views/gym_segment_views.xml",
    ],
    "auto_install": True,
}
