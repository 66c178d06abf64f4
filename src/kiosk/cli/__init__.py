"""The commands: parse, call a service, print a plain sentence."""
