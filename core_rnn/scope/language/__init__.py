"""What reads and writes text."""
