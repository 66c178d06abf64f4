"""Kiosk: the counter where a city hands out My Number Cards away from the city hall."""

__version__ = "0.1.0"
