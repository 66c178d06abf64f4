"""Two encrypted databases, their keys and their migrations."""
