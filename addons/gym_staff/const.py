"""The roles of a gym's staff."""

# From what may most to what may least; each is the end of the name of a group of gym_members
ROLES = ("owner", "accountant", "manager", "frontdesk", "trainer")
# Roles that see every branch of their companies; the others see the branches that are listed on them
SEE_ALL = ("owner", "accountant")
