"""How hands are learned, and how hands that are no gesture are told from them."""
