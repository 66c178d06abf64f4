"""Everything a finger touches; the only package that knows Qt."""
