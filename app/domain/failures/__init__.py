"""Failures that explain themselves: what a code means, what support asks for, what can be done."""
