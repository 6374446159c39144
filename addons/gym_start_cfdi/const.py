"""What the outside may rely on."""

# Public methods that the page calls by name
ENTRY_POINTS = ("gym.start.try_cfdi",)
