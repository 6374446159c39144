# What the page asks the server for
ENTRY_POINTS = {"gym.insights.get_today"}
