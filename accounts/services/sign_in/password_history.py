"""Which passwords somebody has had, and how old the present one is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from accounts.models.people import User
from accounts.models.sign_in.chosen_passwords import ChosenPassword

REMEMBERED = 5


def remember(*, user: User) -> None:
    """Note the password that the person has from now on; forget the oldest."""
    ChosenPassword.objects.create(
        user=user, password=user.password, chosen_at=timezone.now()
    )
    latest = ChosenPassword.objects.filter(user=user)[:REMEMBERED]
    kept = [chosen.pk for chosen in latest]
    ChosenPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


def was_chosen_before(*, user: User, password: str) -> bool:
    """Whether it is one of the latest. Costs a hash for each of them."""
    return any(
        check_password(password, chosen.password)
        for chosen in ChosenPassword.objects.filter(user=user)[:REMEMBERED]
    )


def is_too_old(*, user: User, at: datetime) -> bool:
    """Whether the person has had the password for longer than the company allows."""
    if not settings.PASSWORD_DAYS:
        return False
    newest = ChosenPassword.objects.filter(user=user).first()
    oldest = at - timedelta(days=settings.PASSWORD_DAYS)
    return newest is not None and newest.chosen_at < oldest
