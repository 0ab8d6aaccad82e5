"""The values of an attribute among some studies, with their numbers."""

from orthanc_paging.facets import Facet, facets, labels_of, part_of_date, values_of
from orthanc_paging.study import Study, from_expanded
from tests.unit.attributes import attribute
from tests.unit.studies import expanded


def studies(*texts: str) -> list[Study]:
    return [from_expanded(expanded(number, text=text)) for number, text in enumerate(texts)]


def test_the_most_frequent_value_comes_first_and_equal_ones_by_themselves() -> None:
    found = facets(studies('b', 'c', 'a', 'c'), values_of(attribute('StudyDescription')))
    assert found == [Facet('c', 2), Facet('a', 1), Facet('b', 1)]


def test_each_of_several_values_counts_once_and_a_missing_one_not_at_all() -> None:
    found = facets(studies('a\\b\\a', 'b', '', ' ', '\\'), values_of(attribute('StudyDescription')))
    assert found == [Facet('b', 2), Facet('a', 1)]


def test_dates_are_counted_by_year_and_by_month() -> None:
    dates = ['20240131', '2024.01.01', '20240201', '20231231', 'soon', None]
    some = [from_expanded(expanded(number, date)) for number, date in enumerate(dates)]
    assert facets(some, part_of_date(attribute('StudyDate'), 4)) == [Facet('2024', 3), Facet('2023', 1)]
    assert facets(some, part_of_date(attribute('StudyDate'), 6))[0] == Facet('202401', 2)


def test_labels_are_counted() -> None:
    some = [
        from_expanded({**expanded(number), 'Labels': labels})
        for number, labels in enumerate([['a', 'b'], ['b'], []])
    ]
    assert facets([*some, *studies('x')], labels_of) == [Facet('b', 2), Facet('a', 1)]
