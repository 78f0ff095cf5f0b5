"""Papers about a round for those who decide: one page per cluster, and the round's report."""
