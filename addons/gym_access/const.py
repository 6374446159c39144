# What the screen of the front desk calls
ENTRY_POINTS = {
    "gym.access.desk.get_desk",
    "gym.access.desk.find",
    "gym.access.desk.look",
    "gym.access.desk.check_in",
    "gym.access.desk.check_out",
}
# Scheduled actions that are one piece of work: statements over whole tables
CRONS_IN_ONE_PIECE = (
    "gym.checkin._cron_make_partitions",
    "gym.checkin._cron_purge_expired",
    "gym.access.phone._cron_purge_anchors",
)
