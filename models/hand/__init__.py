"""Everything between a picture and landmarks; the only folder that imports mediapipe."""
