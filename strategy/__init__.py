"""Vorlauf: a board's working papers, drafted together long before the session."""
