"""Networks whose collections move."""
