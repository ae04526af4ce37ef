"""What is done with a data set: described, drawn, written, stored, searched for copies."""
