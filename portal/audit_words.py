"""What the portal's own codes in the audit trail say."""

from typing import Final

from django.utils.translation import gettext_lazy

from accounts.services.audit.words import Words

WORDS: Final = Words(kinds={"backup": gettext_lazy("Backup")})
