"""What a department's words did in its transcripts, as it was counted last."""

from django.db import models

from accounts.models.departments import Department


class HotwordUsage(models.Model):
    """Whoever changes ``read_at`` with compare-and-set does the counting, which is done
    at ``counted_at``."""

    department = models.OneToOneField(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    # {folded word: [times put in, times taken out, last time it was put in]}
    words = models.JSONField(default=dict)
    open_words = models.JSONField(default=dict)  # the same without private recordings
    # {list's id: {"number": of the last version read, "words": {folded word: the id of
    # the version that brought it in}}}
    since = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.department)
