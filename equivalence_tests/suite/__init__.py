"""What is judged, on what, and how."""
