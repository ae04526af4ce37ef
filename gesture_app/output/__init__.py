"""What runs without a window write: lines, videos, reports and progress."""
