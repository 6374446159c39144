# What the till calls
ENTRY_POINTS = {"gym.access.desk.get_dues"}
