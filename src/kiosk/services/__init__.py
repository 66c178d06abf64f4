"""The counter's verbs: each is one transaction around a rule of the domain."""
