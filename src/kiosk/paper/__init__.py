"""Every printed thing, from a Typst template to dots or PDF."""
