from . import (
    test_javascript,
    test_owing,
    test_pages,
    test_report_schedule,
    test_segment,
    test_structure,
    test_today,
    test_weekly_mail,
)
