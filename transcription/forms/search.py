"""What can be asked of the search."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Membership
from transcription.forms.filters import RecordingFilterForm
from transcription.search.language.parsing import MAX_LENGTH
from transcription.services.search.ranking import ResultOrder
from transcription.services.search.searching import COUNT_CAP, Cursor

FILTER_FIELDS: Final = ("since", "until", "uploader", "tag", "agent", "language")
ORDERS: Final = [
    (ResultOrder.UPLOAD.value, _("Newest upload first")),
    (ResultOrder.CALL.value, _("Newest call first")),
    (ResultOrder.OLDEST_CALL.value, _("Oldest call first")),
    (ResultOrder.RELEVANCE.value, _("Best match first")),
]


class SearchForm(RecordingFilterForm):
    """A query, the filters without the state, and where a page begins. A
    value that makes no sense filters nothing."""

    q = forms.CharField(
        label=_("What to search for"),
        required=False,
        strip=True,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "maxlength": MAX_LENGTH,
                "data-quick-search": True,
                "enterkeyhint": "search",
                "placeholder": _("Words, titles, agents, numbers: refund -complaint"),
            }
        ),
    )
    sound = forms.BooleanField(
        label=_("Also what sounds like it"),
        help_text=_("Words of two characters and more, as a recogniser mishears them"),
        required=False,
    )
    recording = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False)
    at = forms.IntegerField(required=False, min_value=0, max_value=2**20 - 1)
    skip = forms.IntegerField(required=False, min_value=0, max_value=COUNT_CAP)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, membership=membership, **kwargs)
        del self.fields["status"]
        if not self.query:
            self.fields["q"].widget.attrs["autofocus"] = True

    @property
    def query(self) -> str:
        """What was typed, even when it is too long to be asked."""
        return str(self.data.get("q", "")).strip()

    @property
    def by_sound(self) -> bool:
        """Whether what sounds like the words will do, too."""
        return bool(self.value("sound"))

    def cursor(self) -> Cursor | None:
        """Where the page begins."""
        after = self.value("after")
        if not isinstance(after, UUID):
            return None
        return Cursor(after, self.value("at"), self.value("skip") or 0)

    @property
    def order(self) -> ResultOrder:
        """In which the results stand."""
        return ResultOrder(self.value("sort") or ResultOrder.UPLOAD)
