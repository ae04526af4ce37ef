"""A second version beside the live one, on the same frames."""
