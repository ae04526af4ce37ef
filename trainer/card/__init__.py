"""The model card of the shipped model."""
