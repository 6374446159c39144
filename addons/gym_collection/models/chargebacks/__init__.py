from . import gym_chargeback, gym_chargeback_books, gym_chargeback_evidence
