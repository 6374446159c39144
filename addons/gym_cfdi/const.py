"""What the outside may rely on."""

# Public methods that the web client calls by name
ENTRY_POINTS = ("gym.cfdi.overview.get_overview",)

# Scheduled actions that are one piece of work: they plan jobs, keep each failure on its document, or renew one file
CRONS_IN_ONE_PIECE = (
    "gym.cfdi.catalogs._cron_renew",
    "gym.cfdi.document._cron_follow_cancellations",
    "gym.cfdi.document._cron_follow_up",
    "gym.cfdi.document._cron_sweep",
)
