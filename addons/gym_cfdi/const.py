"""What the outside may rely on."""

# Public methods that the web client calls by name
ENTRY_POINTS = ("gym.cfdi.overview.get_overview",)
