"""The store: studies by ID, and the study of each series; and the layout of loaded studies."""

from orthanc_paging.index.layout import arranged
from orthanc_paging.index.store import Store, series_key, upsert_of, upsert_of_study
from orthanc_paging.studies.study import from_expanded
from tests.unit.checks import check_store
from tests.unit.studies import expanded, identifier


def test_a_study_is_found_by_its_id_and_by_its_series() -> None:
    store = Store()
    upsert = upsert_of(expanded('a', series=2))
    store.replace(None, upsert)
    assert store.studies == {identifier('a'): upsert.study}
    assert store.study_of_series == {series_key(identifier(f'a/{number}')): identifier('a') for number in (0, 1)}
    assert store.body_bytes == len(upsert.study.body)
    check_store(store)


def test_a_study_takes_its_former_series_with_it() -> None:
    store = Store()
    old, new = upsert_of(expanded('a', series=2)), upsert_of(expanded('a', series=1, text='new'))
    store.replace(None, old)
    store.replace(old, new)
    assert list(store.study_of_series) == [series_key(identifier('a/0'))]
    check_store(store)
    store.replace(new, None)
    assert (store.studies, store.study_of_series, store.body_bytes) == ({}, {}, 0)


def test_the_series_of_a_study_are_the_same_from_its_body() -> None:
    for series in range(3):
        upsert = upsert_of(expanded('a', series=series))
        assert upsert_of_study(upsert.study) == upsert


def test_a_former_body_gives_the_former_study_with_the_present_computed_tags() -> None:
    store = Store()
    old, new = upsert_of(expanded('a', '20240101')), upsert_of(expanded('a', '20240102'))
    new = new._replace(study=new.study.with_computed('CT 1'))
    store.replace(None, new)
    assert store.find(new.study.body) is new.study
    assert (store.find(old.study.body).date, store.find(old.study.body).computed) == ('20240101', 'CT 1')
    store.replace(new, None)
    assert store.find(old.study.body).computed == ''


def test_a_series_id_is_kept_as_a_number_unless_it_is_none() -> None:
    assert series_key('0000000a-00000000-00000000-00000000-00000001') == (10 << 128) + 1
    assert series_key('no ID of Orthanc') == 'no ID of Orthanc'


def test_arranged_studies_are_sorted_and_have_equal_bodies() -> None:
    studies = [from_expanded(expanded(number, f'202401{31 - number:02}')) for number in range(20)]
    before = {study.id: study.body for study in studies}
    found, view = arranged(studies)
    assert [study.date for study in found] == sorted(study.date for study in studies)
    assert view.bodies.slice(0, None) == [study.body for study in found]
    assert {study.id: study.body for study in found} == before


def test_studies_that_came_in_order_are_not_copied() -> None:
    studies = [from_expanded(expanded(number, f'202401{1 + number:02}')) for number in range(20)]
    bodies = [study.body for study in studies]
    found, _ = arranged(studies)
    assert all(study.body is body for study, body in zip(found, bodies, strict=True))
