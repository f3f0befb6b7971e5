"""How a department has speech cut: kept from a try, taken back, handed to its jobs."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.versions import check_version, version_of
from transcription.models.speech import DepartmentVad
from transcription.services.recogniser.detectors import VadParameters

BUILT_IN = "built_in"  # the audit trail's word for the portal's own values


def department_vad(department: Department) -> DepartmentVad | None:
    """What the department has kept, with who did; None while it has nothing of its
    own."""
    kept = DepartmentVad.objects.filter(department=department)
    return kept.select_related("changed_by").first()


def parameters_kept(kept: DepartmentVad) -> VadParameters:
    return VadParameters(
        kept.end_silence_ms, kept.max_segment_ms, kept.gap_ms, kept.pad_ms
    )


def vad_for_jobs(department: Department) -> dict[str, int]:
    """The snapshot for a job that is ordered now; empty for the portal's own."""
    kept = department_vad(department)
    return asdict(parameters_kept(kept)) if kept else {}


def vad_for_order(
    department: Department, wanted: Mapping[str, int] | None
) -> dict[str, int]:
    """The same, unless whoever orders it wants speech cut otherwise."""
    return vad_for_jobs(department) if wanted is None else dict(wanted)


def parameters_for_jobs(department: Department) -> VadParameters:
    """The same for people: the portal's own where the department has none."""
    return VadParameters(**vad_for_jobs(department))


def vad_version(department: Department) -> str:
    """Changes with what the department's jobs use."""
    return version_of(_described(department_vad(department)))


def keep_vad(
    *,
    department: Department,
    origin: Origin,
    parameters: VadParameters,
    version: str = "",
) -> bool:
    """From now on new jobs of the department use these. False when they did already.
    ``version`` is that of the values which the admin saw; raises ``ChangedMeanwhile``.
    The database refuses values outside of ``VAD_RANGES``."""
    with transaction.atomic():
        locked = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        known = department_vad(locked)
        before = _described(known)
        if known is not None and parameters_kept(known) == parameters:
            return False
        about = locked.audit_subject
        find = partial(last_change, about, AuditAction.DEPARTMENT, ["vad"])
        check_version(version, version_of(before), find)
        kept, _is_new = DepartmentVad.objects.update_or_create(
            department=locked,
            defaults={
                **asdict(parameters),
                "changed_by": origin.user,
                "changed_at": timezone.now(),
            },
        )
        record(AuditAction.DEPARTMENT, origin, about, vad=[before, _described(kept)])
    return True


def reset_vad(*, department: Department, origin: Origin) -> bool:
    """Back to the portal's own values. False when they were used already."""
    with transaction.atomic():
        locked = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        before = _described(department_vad(locked))
        if before == BUILT_IN:
            return False
        DepartmentVad.objects.filter(department=locked).delete()
        record(
            AuditAction.DEPARTMENT, origin, locked.audit_subject, vad=[before, BUILT_IN]
        )
    return True


def _described(kept: DepartmentVad | None) -> str:
    if kept is None:
        return BUILT_IN
    return " / ".join(str(value) for value in asdict(parameters_kept(kept)).values())
