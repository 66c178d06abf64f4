"""What the camera saw, in numbers; the domain judges them."""
