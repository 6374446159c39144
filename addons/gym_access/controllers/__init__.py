from . import portal_visits
