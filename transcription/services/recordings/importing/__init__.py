"""An archive that people bring along: its list, its files, each line once."""
