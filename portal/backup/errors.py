"""What stops a backup, a restore or a move."""


class BackupError(Exception):
    """One sentence for the person at the terminal, who can do something about it."""
