"""What the tables were and became: numbers, not hashes."""
