"""Détente: make a negotiating argument runnable."""
