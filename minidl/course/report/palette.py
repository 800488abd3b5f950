"""The colours of a report in a notebook: readable on light and on dark."""

GREEN, RED, AMBER, QUIET = "#2e9e5b", "#d64545", "#b7791f", "#8a8f98"
