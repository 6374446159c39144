# What the pages ask the server for, and what a row of a report opens
ENTRY_POINTS = {
    "gym.insights.get_today",
    "gym.insights.set_weekly_mail",
    "gym.cohort.page.get_page",
    "gym.revenue.page.get_page",
    "gym.cohort.report.action_open_member",
    "gym.mrr.report.action_open_member",
}
