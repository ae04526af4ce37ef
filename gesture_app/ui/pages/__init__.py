"""The pages of the window: each receives what it shows and says what the user wants."""
