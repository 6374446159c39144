from . import ir_cron, vigor_cron_problem
