"""Every speed we claim, measured side by side with what a user would pick instead."""
