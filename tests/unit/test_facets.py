"""The values of an attribute among some studies, with their numbers."""

from orthanc_paging.studies.facets import Facet, facets, part_of_date, values


def test_the_most_frequent_value_comes_first_and_equal_ones_by_themselves() -> None:
    assert facets(['b', 'c', 'a', 'c'], values) == [Facet('c', 2), Facet('a', 1), Facet('b', 1)]


def test_each_of_several_values_counts_once_and_a_missing_one_not_at_all() -> None:
    assert facets(['a\\b\\a', 'b', 'b\\a', '', ' ', '\\'], values) == [Facet('b', 3), Facet('a', 2)]


def test_dates_are_counted_by_year_and_by_month() -> None:
    dates = ['20240131', '2024.01.01', '20240201', '20231231', 'soon', '']
    assert facets(dates, part_of_date(4)) == [Facet('2024', 3), Facet('2023', 1)]
    assert facets(dates, part_of_date(6))[0] == Facet('202401', 2)
