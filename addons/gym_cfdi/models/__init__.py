from . import gym_cfdi_attempt, gym_cfdi_document, gym_cfdi_document_print, gym_cfdi_pac
