"""The addresses of reference sets and of what was measured with them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.guards import takes_files
from accounts.http.navigation import Place, Section
from accounts.roles import Capability
from transcription.views.evaluation import clips, corrections, runs, sets

_SET = "evaluation/sets/<uuid:uuid>/"
_ITEM = f"{_SET}items/<uuid:item_uuid>/"
_RUN = "evaluation/runs/<uuid:uuid>/"

EVALUATION = Section(
    *("evaluation", _("Evaluation"), "check", Place.DEPARTMENT),
    Capability.MANAGE_HOTWORDS,
)

evaluation_urls = EVALUATION.pages(
    path("evaluation/", sets.evaluation, name="evaluation"),
    path("evaluation/new/", sets.create, name="reference_set_create"),
    path("evaluation/corrections/", corrections.take_all, name="corrections_take"),
    path(_SET, sets.reference_set, name="reference_set"),
    path(f"{_SET}delete/", sets.delete, name="reference_set_delete"),
    path(f"{_SET}clips/", takes_files(clips.add), name="reference_clips_add"),
    path(f"{_SET}run/", runs.order, name="evaluation_order"),
    path(f"{_ITEM}audio/", sets.audio, name="reference_audio"),
    path(f"{_ITEM}delete/", sets.remove, name="reference_item_delete"),
    path(_RUN, runs.run, name="evaluation_run"),
    path(f"{_RUN}status/", runs.status, name="evaluation_status"),
    path(f"{_RUN}compare/", runs.compared, name="evaluation_compare"),
    path(f"{_RUN}csv/", runs.export, name="evaluation_export"),
    path(f"{_RUN}cancel/", runs.cancel, name="evaluation_cancel"),
    path(f"{_RUN}delete/", runs.remove, name="evaluation_delete"),
    path("recordings/<uuid:uuid>/reference/", sets.take, name="reference_take"),
)
