from . import portal_changes, portal_plan
