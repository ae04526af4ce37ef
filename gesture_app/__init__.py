"""The live desktop app."""
