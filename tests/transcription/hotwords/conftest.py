"""A department's list, one of the company's, and their addresses."""

import pytest
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import add_words, create_list


@pytest.fixture
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def products(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="利率\n理财")
    return made


@pytest.fixture
def company(db: None) -> HotwordList:
    made = create_list(department=None, origin=SYSTEM, name="公司")
    add_words(hotword_list=made, origin=SYSTEM, text="声文")
    return made
