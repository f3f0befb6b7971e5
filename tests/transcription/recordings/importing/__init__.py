"""Archives that people bring along."""
