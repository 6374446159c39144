from . import portal_pass, portal_visits
