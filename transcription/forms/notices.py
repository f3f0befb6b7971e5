"""Forms about notices."""

from django import forms


class NewsForm(forms.Form):
    """The last one that a page has counted."""

    after = forms.IntegerField(min_value=0, max_value=2**63 - 1)


class ReadForm(forms.Form):
    """Which one was read; none means all."""

    notice = forms.UUIDField(required=False)
