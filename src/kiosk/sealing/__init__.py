"""Signatures, encryption, the batch file and the receipt."""
