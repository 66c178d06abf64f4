"""What the city office runs: check, open and acknowledge a batch."""
