from . import portal, portal_privacy
