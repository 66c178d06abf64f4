"""Printer, camera and drive bay: real drivers and the virtual ones that ship for practice."""
