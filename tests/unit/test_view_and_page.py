"""A view follows the changes of studies, and a page is a slice of it."""

import pytest

from orthanc_paging.errors import NotInView
from orthanc_paging.index.page import page_of
from orthanc_paging.index.view import Move, View
from orthanc_paging.queries.cursor import Cursor
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import ALL, Selection
from orthanc_paging.studies.study import Study, from_expanded
from tests.unit.attributes import SCHEMA
from tests.unit.studies import expanded

STUDIES = {
    study.id: study
    for study in (
        from_expanded(expanded(number, f'202401{1 + number:02}', text='ab'[number % 2])) for number in range(10)
    )
}
IN_ORDER = sorted(STUDIES.values(), key=lambda study: study.date)


def selection(**parameters: str) -> Selection:
    return ParameterParser(SCHEMA).parse(parameters).selection


def view_of(selection: Selection) -> View:
    view = View(selection)
    for study in STUDIES.values():
        if (move := view.move(None, study)) is not None:
            view.apply(move)
    return view


def bodies(*studies: Study) -> list[bytes]:
    return [study.body for study in studies]


def test_a_view_has_the_studies_that_match_in_its_order() -> None:
    found = view_of(selection(StudyDescription='a', sort='-StudyDate')).bodies
    assert found.slice(0, None) == bodies(*reversed(IN_ORDER[::2]))


def test_a_change_moves_a_study_into_the_view_within_it_and_out_of_it() -> None:
    view = view_of(selection(StudyDescription='a'))
    other, first, second, gone = (
        from_expanded(expanded('x', date, text=text))
        for date, text in (('20240120', 'b'), ('20240120', 'a'), ('20231231', 'a'), ('20231231', 'b'))
    )
    assert view.move(None, other) is None
    places = [view.selection.order.key(study) for study in (first, second)]
    assert view.move(other, first) == Move(None, (places[0], first.body))
    assert view.move(first, second) == Move((places[0], first.body), (places[1], second.body))
    assert view.move(second, gone) == Move((places[1], second.body), None)
    assert view.move(second, second.with_computed('CT 1')) is None


def test_the_version_of_a_view_changes_with_its_content() -> None:
    view = view_of(ALL)
    versions = [view.version]
    for old, new in ((IN_ORDER[0], None), (None, IN_ORDER[0])):
        move = view.move(old, new)
        assert move is not None
        view.apply(move)
        versions.append(view.version)
    assert len(set(versions)) == 3


def test_a_study_that_a_view_does_not_contain_cannot_be_moved() -> None:
    move = View(ALL).move(IN_ORDER[0], None)
    assert move is not None
    with pytest.raises(ValueError, match='not in list'):
        View(ALL).apply(move)


def test_a_page_by_an_offset() -> None:
    page = page_of(view_of(ALL), 3, 2, STUDIES)
    assert page.bodies == bodies(*IN_ORDER[3:5])
    assert (page.start, page.total, page.ends) == (3, 10, ())


def test_a_page_of_another_view_has_its_ends_for_cursors() -> None:
    view = view_of(selection(sort='-StudyDate'))
    page = page_of(view, 3, 2, STUDIES)
    assert page.ends == tuple(view.selection.order.key(study) for study in (IN_ORDER[6], IN_ORDER[5]))
    assert page_of(view, 10, 2, STUDIES).ends == ()


@pytest.mark.parametrize(
    ('position', 'is_back', 'limit', 'start', 'stop'),
    [(3, False, 2, 4, 6), (3, False, None, 4, 10), (3, True, 2, 1, 3), (1, True, 5, 0, 1), (3, True, None, 0, 3)],
)
def test_a_page_by_a_cursor_excludes_the_study_of_the_cursor(
    position: int, is_back: bool, limit: int | None, start: int, stop: int
) -> None:
    cursor = Cursor(ALL.order.key(IN_ORDER[position]), is_back)
    page = page_of(view_of(ALL), cursor, limit, STUDIES)
    assert (page.bodies, page.start) == (bodies(*IN_ORDER[start:stop]), start)


@pytest.mark.parametrize(
    ('position', 'limit', 'start'), [(5, 4, 3), (0, 4, 0), (9, 4, 7), (5, 1, 5), (5, None, 0)]
)
def test_a_page_around_a_study_has_it_in_the_middle(position: int, limit: int | None, start: int) -> None:
    page = page_of(view_of(ALL), IN_ORDER[position].id, limit, STUDIES)
    assert page.start == start
    assert IN_ORDER[position].body in page.bodies


def test_a_page_around_a_study_that_does_not_match_is_refused() -> None:
    view = view_of(selection(StudyDescription='a'))
    for study_id in (IN_ORDER[1].id, 'unknown'):
        with pytest.raises(NotInView):
            page_of(view, study_id, 4, STUDIES)
