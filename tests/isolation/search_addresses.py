"""Who may come in: the search, a department's hotwords, the company's."""

from tests.isolation.rules import ADMINS, UPLOADERS, Door, Rule, Scene
from transcription.forms.search_links import signed
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.models.hotwords.proposals import HotwordProposal
from transcription.models.rehearings import Rehearing
from transcription.models.revisions import HotwordRevision
from transcription.models.saved_searches import SavedSearch, SavedSearchHit


def _list(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.hotword_list.uuid}


def _word(scene: Scene) -> dict[str, object]:
    return _list(scene) | {"hotword_id": _word_of(scene.hotword_list).pk}


def _version(scene: Scene) -> dict[str, object]:
    return _list(scene) | {"number": _version_of(scene.hotword_list).number}


def _proposal(scene: Scene) -> dict[str, object]:
    return _list(scene) | {"proposal_id": _proposal_of(scene.hotword_list, scene).pk}


def _companys(scene: Scene) -> dict[str, object]:
    return {"uuid": _company_list().uuid}


def _companys_word(scene: Scene) -> dict[str, object]:
    return _companys(scene) | {"hotword_id": _word_of(_company_list()).pk}


def _companys_version(scene: Scene) -> dict[str, object]:
    return _companys(scene) | {"number": _version_of(_company_list()).number}


def _companys_proposal(scene: Scene) -> dict[str, object]:
    return _companys(scene) | {"proposal_id": _proposal_of(_company_list(), scene).pk}


def _company_list() -> HotwordList:
    return HotwordList.objects.get_or_create(department=None, name="公司")[0]


def _word_of(hotword_list: HotwordList) -> Hotword:
    return hotword_list.hotwords.get_or_create(text="利率", folded="利率")[0]


def _version_of(hotword_list: HotwordList) -> HotwordListVersion:
    return hotword_list.versions.get_or_create(
        number=1, defaults={"lines": ["利率"], "word_count": 1}
    )[0]


def _proposal_of(hotword_list: HotwordList, scene: Scene) -> HotwordProposal:
    return hotword_list.proposals.get_or_create(
        text="基金",
        folded="基金",
        department=scene.sales,
        proposed_by=scene.owner,
    )[0]


def _name(scene: Scene) -> dict[str, object]:
    return {"name": "新名"}


def _answer(scene: Scene) -> dict[str, object]:
    return {"answer": "太常见"}


def _suggestion(scene: Scene) -> dict[str, object]:
    return {"text": "理财", "list": scene.hotword_list.uuid}


def _text(scene: Scene) -> dict[str, object]:
    return {"text": "理财"}


def _word_in_the_archive(scene: Scene) -> dict[str, object]:
    return {"word": "理财产品"}


def _revision(scene: Scene) -> dict[str, object]:
    revision, _ = HotwordRevision.objects.get_or_create(
        department=scene.sales, hotword="理财产品"
    )
    return {"uuid": revision.uuid}


def _re_recognition(scene: Scene) -> dict[str, object]:
    run, _ = Rehearing.objects.get_or_create(department=scene.sales, hotword="理财产品")
    return {"uuid": run.uuid}


_CHANGES = (
    ("hotword_list_edit", _name),
    ("hotword_list_delete", _text),
    ("hotword_list_toggle", _text),
    ("hotword_list_add", _text),
    ("hotword_list_paste", _text),
    ("hotword_list_text", _text),
    ("hotword_list_publish", _text),
    ("hotword_list_discard", _text),
    ("hotword_list_bring_back", _text),
    ("hotword_proposals_answer", _answer),
)


def _question(scene: Scene) -> dict[str, object]:
    return {"name": "利率", "question": "q=利率"}


def _saved(scene: Scene) -> dict[str, object]:
    return {"uuid": _saved_search(scene).uuid}


def _deleted(scene: Scene) -> dict[str, object]:
    search = _saved_search(scene)
    SavedSearch.objects.filter(pk=search.pk).update(deleted_at=search.created_at)
    return {"uuid": search.uuid}


def _saved_search(scene: Scene) -> SavedSearch:
    """The owner's, shared with the department; the scene's recording is its hit."""
    search, _ = SavedSearch.objects.get_or_create(
        department=scene.sales,
        owner=scene.owner,
        name="关于利率",
        defaults={"question": "q=利率", "is_shared": True},
    )
    SavedSearchHit.objects.get_or_create(search=search, recording=scene.recording)
    return search


_SAVED = "transcription:saved_search"

RULES = [
    Rule("transcription:search", data=lambda scene: {"q": "利率"}),
    Rule(
        "transcription:search_export",
        kwargs=lambda scene: {"fmt": "csv"},
        data=lambda scene: {"q": "利率"},
        is_shared=True,  # a kind of file
    ),
    Rule("transcription:saved_searches"),
    Rule(f"{_SAVED}_new"),
    Rule(f"{_SAVED}_new", "post", data=_question),
    Rule(_SAVED, kwargs=_saved),
    Rule(f"{_SAVED}_open", kwargs=_saved),
    Rule(f"{_SAVED}_alerts", "post", kwargs=_saved),
    Rule(f"{_SAVED}_edit", roles=ADMINS, kwargs=_saved),
    Rule(f"{_SAVED}_edit", "post", roles=ADMINS, kwargs=_saved, data=_question),
    Rule(f"{_SAVED}_delete", "post", roles=ADMINS, kwargs=_saved),
    Rule(f"{_SAVED}_restore", "post", roles=ADMINS, kwargs=_deleted),
    *(
        Rule(
            f"transcription:search_{part}",
            data=lambda scene: {"of": signed(scene.membership, {"q": "利率"})},
        )
        for part in ("overview", "places", "elsewhere")
    ),
    Rule(
        "transcription:search_step",
        kwargs=lambda scene: {"uuid": scene.recording.uuid, "to": "next"},
        data=lambda scene: {"q": "利率"},
    ),
    Rule("transcription:hotword_lists"),
    Rule("transcription:hotword_list", kwargs=_list),
    Rule("transcription:hotword_list_download", kwargs=_list),
    Rule("transcription:hotword_list_create", "post", roles=ADMINS, data=_name),
    Rule("transcription:hotword_list_delete", roles=ADMINS, kwargs=_list),
    Rule("transcription:hotword_list_text", roles=ADMINS, kwargs=_list),
    *(
        Rule(f"transcription:{name}", "post", roles=ADMINS, kwargs=_list, data=data)
        for name, data in _CHANGES
    ),
    Rule("transcription:hotword_delete", "post", roles=ADMINS, kwargs=_word),
    Rule("transcription:hotword_edit", roles=ADMINS, kwargs=_word),
    Rule("transcription:hotword_edit", "post", roles=ADMINS, kwargs=_word, data=_text),
    Rule("transcription:hotword_versions", kwargs=_list),
    Rule(
        "transcription:hotword_version_restore", "post", roles=ADMINS, kwargs=_version
    ),
    Rule("transcription:hotword_archive", roles=ADMINS),
    Rule(
        "transcription:hotword_archive", "post", roles=ADMINS, data=_word_in_the_archive
    ),
    Rule("transcription:hotword_revision_undo", "post", roles=ADMINS, kwargs=_revision),
    Rule(
        "transcription:rehearing_order", "post", roles=ADMINS, data=_word_in_the_archive
    ),
    Rule("transcription:rehearing", roles=ADMINS, kwargs=_re_recognition),
    Rule("transcription:rehearing_status", roles=ADMINS, kwargs=_re_recognition),
    Rule(
        "transcription:rehearing_cancel", "post", roles=ADMINS, kwargs=_re_recognition
    ),
    *(
        Rule(
            f"transcription:hotword_proposal_{name}",
            "post",
            roles=ADMINS,
            kwargs=_proposal,
            data=_answer,
        )
        for name in ("accept", "decline")
    ),
    Rule(
        "transcription:hotword_propose",
        "post",
        roles=UPLOADERS,
        kwargs=_list,
        data=_text,
    ),
    *(
        Rule(
            f"transcription:hotword_{name}_here",
            "post",
            roles=ADMINS,
            kwargs=_companys,
            data=_text,
            is_shared=True,
        )
        for name in ("list", "word")
    ),
    Rule("transcription:hotword_suggestions", roles=UPLOADERS),
    Rule("transcription:hotword_usage"),
    Rule(
        "transcription:hotword_suggestion_accept",
        "post",
        roles=UPLOADERS,
        data=_suggestion,
    ),
    Rule(
        "transcription:hotword_suggestions_answer",
        "post",
        roles=UPLOADERS,
        data=_suggestion,
    ),
    Rule("transcription:hotword_suggestion_dismiss", "post", roles=ADMINS, data=_text),
    Rule("platform:hotword_lists", door=Door.PLATFORM),
    Rule("platform:hotword_list", door=Door.PLATFORM, kwargs=_companys),
    Rule("platform:hotword_list_download", door=Door.PLATFORM, kwargs=_companys),
    Rule("platform:hotword_list_create", "post", door=Door.PLATFORM, data=_name),
    Rule("platform:letter_words", "post", door=Door.PLATFORM),
    Rule("platform:hotword_list_delete", door=Door.PLATFORM, kwargs=_companys),
    Rule("platform:hotword_list_text", door=Door.PLATFORM, kwargs=_companys),
    *(
        Rule(
            f"platform:{name}", "post", door=Door.PLATFORM, kwargs=_companys, data=data
        )
        for name, data in _CHANGES
    ),
    Rule("platform:hotword_delete", "post", door=Door.PLATFORM, kwargs=_companys_word),
    Rule("platform:hotword_edit", door=Door.PLATFORM, kwargs=_companys_word),
    Rule(
        "platform:hotword_edit",
        "post",
        door=Door.PLATFORM,
        kwargs=_companys_word,
        data=_text,
    ),
    Rule("platform:hotword_versions", door=Door.PLATFORM, kwargs=_companys),
    Rule(
        "platform:hotword_version_restore",
        "post",
        door=Door.PLATFORM,
        kwargs=_companys_version,
    ),
    *(
        Rule(
            f"platform:hotword_proposal_{name}",
            "post",
            door=Door.PLATFORM,
            kwargs=_companys_proposal,
            data=_answer,
        )
        for name in ("accept", "decline")
    ),
]
