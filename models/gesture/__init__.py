"""Everything between landmarks and a gesture."""
