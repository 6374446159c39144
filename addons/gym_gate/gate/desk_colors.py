"""Colors of outcomes on the pages of a gate."""

COLORS = {"allow": "#157347", "override": "#157347", "warn": "#b7791f", "refuse": "#b02a37"}
