"""States of the window for its pictures, made of the demo hand and of figures that nobody measured."""
