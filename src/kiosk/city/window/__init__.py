"""The officer's window; the only Qt of the city's program."""
