"""The values of an attribute among some studies, with their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.dicom.dates_and_times import parse_date
from orthanc_paging.dicom.matching import compile_matching
from orthanc_paging.dicom.vr import Kind, kind_of
from orthanc_paging.errors import NothingToMatch
from orthanc_paging.index.facets import Facet, facets, part_of_date, values_of
from tests.unit.test_matching import VRS

texts = values_of('LO')


def test_the_most_frequent_value_comes_first_and_equal_ones_by_themselves() -> None:
    assert facets(['b', 'c', 'a', 'c'], texts) == [Facet('c', 2), Facet('a', 1), Facet('b', 1)]


def test_each_of_several_values_counts_once_and_a_missing_one_not_at_all() -> None:
    assert facets(['a\\b\\a', 'b', 'b\\a', '', ' ', '\\'], texts) == [Facet('b', 3), Facet('a', 2)]


def test_dates_are_counted_by_year_and_by_month() -> None:
    dates = ['20240131', '2024.01.01', '20240201', '20231231', 'soon', '']
    assert facets(dates, part_of_date(4)) == [Facet('2024', 3), Facet('2023', 1)]
    assert facets(dates, part_of_date(6))[0] == Facet('202401', 2)


@pytest.mark.parametrize(
    ('vr', 'counted', 'found'),
    [
        ('LO', ['Chest', 'CHEST ', 'CHEST', 'CHEST', 'chest\\Chest'], [Facet('CHEST', 5)]),
        ('PN', ['Doe^J', 'DOE^J^^', 'DOE^J^^', 'DOE^J=X'], [Facet('DOE^J^^', 3), Facet('DOE^J=X', 1)]),
        ('PN', ['^^^^', '=', ' ^ ', '', 'DOE'], [Facet('DOE', 1)]),
        (
            'DA',
            ['20240131', '20240131 ', '2024.01.31', '00000000'],
            [Facet('20240131', 2), Facet('00000000', 1), Facet('2024.01.31', 1)],
        ),
        ('IS', ['7', '7', '07'], [Facet('7', 2), Facet('07', 1)]),
        ('UT', ['a\\b', 'A\\B', 'a'], [Facet('A\\B', 2), Facet('a', 1)]),
    ],
)
def test_equal_values_are_one_written_as_most_often_and_missing_ones_are_none(
    vr: str, counted: list[str], found: list[Facet]
) -> None:
    assert facets(counted, values_of(vr)) == found


FORMS = {
    'DA': st.dates().map('{:%Y%m%d}'.format) | st.dates().map('{:%Y.%m.%d}'.format) | st.just('00000000'),
    'TM': st.times().map('{:%H%M%S.%f}'.format) | st.times().map('{:%H:%M}'.format),
    'DT': st.datetimes().map('{:%Y%m%d%H%M%S}'.format) | st.datetimes().map('{:%Y%m%dT%H%M%S}'.format),
    'IS': st.integers(-20, 20).map(str) | st.sampled_from(['07', '7.0', ' 7']),
    'DS': st.floats(allow_nan=False, allow_infinity=False).map(str),
    'UI': st.lists(st.integers(0, 20), min_size=1, max_size=4).map(lambda numbers: '.'.join(map(str, numbers))),
    'PN': st.text(st.sampled_from('aÄ^^= Bア'), max_size=8),
    'AS': st.sampled_from(['045Y', '45Y', '045y', '012M']),
}
"""Values in the form of their representation."""

odd = st.text(st.sampled_from('aÄä"*?^= -0\0＝＼アあ'), max_size=6) | st.sampled_from(
    ['*', '"', '""', '"a"', '^^^^']
)
"""Values of no form, and such as have a meaning in a filter."""


RANGES = (Kind.DATE, Kind.TIME, Kind.DATE_TIME)


def some_values(vr: str) -> st.SearchStrategy[str]:
    """The text of an attribute with several values, or one, or none."""
    one = odd | FORMS.get(vr, st.text(max_size=5))
    return st.lists(one, max_size=3).map('\\'.join)


def matching(vr: str, text: str, values: list[str]) -> list[str]:
    matches = compile_matching(vr, text).matches
    return [value for value in values if matches(value)]


@given(st.data(), st.sampled_from(VRS))
def test_each_value_of_a_facet_matches_in_quotes_the_studies_that_it_is_counted_for(
    data: st.DataObject, vr: str
) -> None:
    studies = data.draw(st.lists(some_values(vr), max_size=6))
    found = facets(studies, values_of(vr))
    for value, number in found:
        assert len(matching(vr, f'"{value}"', studies)) == number, value
    assert len(matching(vr, '""', studies)) == sum(not values_of(vr)(text) for text in studies)


@given(st.data(), st.sampled_from(VRS))
def test_without_quotes_it_matches_them_too_if_it_has_the_form_of_its_representation(
    data: st.DataObject, vr: str
) -> None:
    studies = data.draw(st.lists(some_values(vr), max_size=6))
    special = '"*?-' if kind_of(vr) in RANGES else '"*?'
    for value, number in facets(studies, values_of(vr)):
        if set(value) & set(special) or (kind_of(vr) is Kind.DATE and not parse_date(value)):
            continue  # six digits that are no date may be a month
        try:
            found = matching(vr, value, studies)
        except NothingToMatch:
            assert kind_of(vr) in (*RANGES, Kind.NUMBER, Kind.NAME, Kind.UID)
            continue
        in_quotes = matching(vr, f'"{value}"', studies)
        assert len(in_quotes) == number
        assert set(found) >= set(in_quotes)
        if kind_of(vr) in (Kind.TEXT, Kind.PASSAGE, Kind.AGE, Kind.UID):
            assert found == in_quotes
