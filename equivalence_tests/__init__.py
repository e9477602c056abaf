"""What "the same" means, and the proof: ways, cases, claims and a report."""
