"""One module per screen: show values, forward intent."""
