"""What the office itself says about a round: answers taken elsewhere, and its decisions."""
