"""What happened in the demo gym before today: twelve months, lived day by day through the product's own verbs.

``clock`` moves the time, ``jobs`` and ``mail`` stand in for the queue and the mail server, ``offer`` is what the gym
sells, ``contracts`` decides who buys what and when, ``life`` lets the days pass.
"""
