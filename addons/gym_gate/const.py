# Scheduled actions that are one piece of work: statements over whole tables
CRONS_IN_ONE_PIECE = ("gym.gate.entry._cron_prune",)
