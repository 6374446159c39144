# Scheduled actions that are one piece of work: statements over whole tables
CRONS_IN_ONE_PIECE = ("gym.event._cron_make_partitions", "gym.event._cron_purge_expired")
