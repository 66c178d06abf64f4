"""The rules of the counter, in plain Python: no window, no database, no device, no clock."""
