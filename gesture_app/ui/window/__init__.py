"""The window itself: its pages, its keys and its place on the screen."""
