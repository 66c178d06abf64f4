"""Controls the screens share; they know no service."""
