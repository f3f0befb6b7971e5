"""Forms for hotword lists and their words."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.conflicts import version_field
from accounts.services.refusal import Refused
from transcription.services.media.text_files import MAX_BYTES, decode_text

MAX_CHOSEN = 500  # proposals answered at once: as many as can wait
LINE_MAX = 300  # a word, its variants, and signs between them
LINE_HELP = _(
    "Lines, commas, 、 and ； separate words, and so do columns of a spreadsheet. "
    "“word | variant | variant” says how else people say the word; a table has the "
    "columns word, weight, variants. # begins a comment. Weights are ignored."
)


class ListForm(forms.Form):
    """A list's name."""

    name = forms.CharField(label=_("Name of the list"), max_length=80)
    version = version_field()


class WordForm(forms.Form):
    """A word, typed, perhaps with its spoken variants; or several."""

    text = forms.CharField(
        label=_("Word"),
        max_length=4_000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EditWordForm(forms.Form):
    """A word and how else people say it."""

    text = forms.CharField(
        label=_("Word"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    spoken = forms.CharField(
        label=_("Spoken variants, one per line"),
        required=False,
        max_length=LINE_MAX,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_(
            "How people also say it, or what it is often taken for: letters read out, "
            "digits as spoken, a foreign name in Chinese characters. At most five."
        ),
    )
    version = version_field()


class PublishForm(forms.Form):
    """What a version is about."""

    note = forms.CharField(label=_("What it is about"), required=False, max_length=200)


class WholeListForm(forms.Form):
    """All words of a list as one text, and which version of the list it was."""

    text = forms.CharField(
        label=_("One word per line"),
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false"}),
        help_text=LINE_HELP,
    )
    version = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ProposalForm(forms.Form):
    """Words that somebody would like to have in the list."""

    text = forms.CharField(
        label=_("One word per line"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=LINE_HELP,
    )
    reason = forms.CharField(label=_("Why (optional)"), required=False, max_length=200)


class AnswersForm(forms.Form):
    """What is said to all chosen proposals; ``chosen`` are their ids."""

    answer = forms.CharField(
        label=_("Why they are declined"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        numbers = data.getlist("proposal") if data is not None else []
        self.chosen = {
            int(number)
            for number in numbers[:MAX_CHOSEN]
            if number.isdecimal() and len(number) < 19
        }


class SuggestionForm(forms.Form):
    """A suggested word, perhaps spelled otherwise by now, and the list that it goes
    into; ``span`` where the recogniser's uncertainty suggested it."""

    text = forms.CharField(max_length=LINE_MAX)
    list = forms.UUIDField()
    span = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class SuggestionsForm(forms.Form):
    """Several of them, and the list that they go into. A box says ``word::text`` of a
    correction, or ``span:number:text``; ``as:`` and that is how somebody spells it."""

    list = forms.UUIDField()

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.words: dict[str, None] = {}  # as they were suggested
        self.spans: set[int] = set()
        self.texts: dict[str, None] = {}  # as they are spelled
        for value in data.getlist("suggestion")[:MAX_CHOSEN]:
            kind, _sign, rest = value.partition(":")
            number, _sign, text = rest.partition(":")
            if kind == "word":
                self.words[text] = None
            elif number.isdecimal() and len(number) < 19:
                self.spans.add(int(number))
            else:
                continue
            spelled = data.get(f"as:{value}", "").strip()[:LINE_MAX]
            self.texts[spelled or text] = None


class WordsForm(forms.Form):
    """Many words, pasted or in a file; in ``cleaned_data["words"]`` as one text."""

    text = forms.CharField(
        label=_("One word per line"),
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=LINE_HELP,
    )
    file = forms.FileField(
        label=_("Or a text file"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,text/plain"}),
        help_text=_("UTF-8, GBK or UTF-16, up to 1 MB."),
    )

    def clean_file(self) -> str:
        """The file's text."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return ""
        try:
            return decode_text(file.read(MAX_BYTES + 1))
        except Refused as refused:
            raise forms.ValidationError(refused.sentence, refused.code) from None

    def clean(self) -> dict[str, object]:
        """Both sources are taken; with neither there is nothing to do."""
        data = self.cleaned_data
        words = "\n".join(
            text for text in (data.get("text", ""), data.get("file", "")) if text
        )
        if not words.strip() and not self.errors:
            self.add_error(None, _("Paste some words, or choose a file."))
        return data | {"words": words}
