"""The front door: forms, returns and rounds, for commands, pages and notebooks alike."""
