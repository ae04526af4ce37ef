"""The guided check: how good is each version for this user."""
