"""Forms about reference sets and evaluation runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from transcription.models.recordings import Language
from transcription.services.evaluation.libraries import library_choices
from transcription.services.evaluation.sets import MAX_CHARACTERS
from transcription.services.recogniser.status import engine_choices


class SetForm(forms.Form):
    """A set's name."""

    name = forms.CharField(label=_("Name of the set"), max_length=80)


class ClipForm(forms.Form):
    """What is said in uploaded clips. The files themselves are read by the view: there
    may be many, with a text file of the same name beside each."""

    text = forms.CharField(
        label=_("What is said in it"),
        required=False,
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "As it was spoken, or as you would write it. Leave it empty for silence, "
            "or when a text file of the same name comes with each clip."
        ),
    )
    language = forms.ChoiceField(
        label=_("Spoken language"),
        choices=[c for c in Language.choices if c[0] != Language.AUTO],
        initial=Language.ZH,
    )


class OrderForm(forms.Form):
    """With which hotwords and which engine a set is to be recognised."""

    library = forms.ChoiceField(label=_("Hotwords"))
    engine = forms.ChoiceField(label=_("Recogniser"), required=False)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        library, engine = self.fields["library"], self.fields["engine"]
        if isinstance(library, forms.ChoiceField):
            library.choices = library_choices(department)
        if isinstance(engine, forms.ChoiceField):
            engine.choices = [("", _("As for new jobs")), *engine_choices()]
