"""What a hand is, what a gesture model is, and where both are kept."""
