"""Parts that pages are made of; each knows what it shows and nothing of where it comes from."""
