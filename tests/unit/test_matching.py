r"""DICOM attribute matching (PS3.4 C.2.2.2), by examples and against a naive matcher."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orthanc_paging.dicom.dates_and_times import parse_date
from orthanc_paging.dicom.folding import fold, groups
from orthanc_paging.dicom.matching import Matching, compile_matching
from orthanc_paging.dicom.vr import WILDCARD_VRS
from orthanc_paging.errors import NothingToMatch, PagingError, RequestError

PASSAGES = ('LT', 'ST', 'UR', 'UT')
VRS = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST SV TM UC UI UL UN UR US UT UV'.split()  # noqa: SIM905


def matching(vr: str, text: str, values: list[str]) -> list[str]:
    """Those of the values that match."""
    matches = compile_matching(vr, text).matches
    return [value for value in values if matches(value)]


@pytest.mark.parametrize('vr', VRS)
@pytest.mark.parametrize('text', ['', ' ', '\0', '*', '**', ' * ', '＊'])
def test_an_empty_text_and_a_star_match_everything_even_missing_values(vr: str, text: str) -> None:
    compiled = compile_matching(vr, text)
    assert compiled.is_universal
    assert all(map(compiled.matches, ['', 'anything', '20240131', 'a\\b']))
    assert (compiled.prefixes, compiled.first, compiled.last) == ((), '', '')


@pytest.mark.parametrize(
    ('vr', 'text'),
    [
        *[('LO', 'x'), ('LO', '*x'), ('LO', '?*'), ('PN', '^*'), ('PN', '*^*'), ('PN', '*=*')],
        *[('DA', '-20240131'), ('TM', '00-'), ('DT', '2024-'), ('IS', '0'), ('UI', '1')],
    ],
)
def test_nothing_but_universal_matching_matches_a_missing_value(vr: str, text: str) -> None:
    compiled = compile_matching(vr, text)
    assert not compiled.is_universal
    assert matching(vr, text, ['', ' ', '\0', '\\', '\\\\']) == []


@pytest.mark.parametrize(
    ('vr', 'text', 'found', 'left'),
    [
        # single values
        ('LO', 'brain', ['BRAIN', ' Brain ', 'brain\0', 'Bräin', 'heart\\brain'], ['brains', 'my brain', 'a\\b']),
        ('LO', 'knee  left', ['Knee left'], ['kneeleft']),
        ('CS', 'ct', ['CT', 'MR\\CT'], ['CTA']),
        ('LO', 'a.c', ['A.C'], ['abc']),
        # wildcards
        ('LO', 'br*n', ['brain', 'BRN', 'br\r\nn'], ['brains', 'abrain']),
        ('LO', '*rain*', ['brain', 'rain', 'trains'], ['rai']),
        ('LO', '*ain', ['brain', 'ain'], ['brains']),
        ('LO', 'bra*', ['brain', 'bra'], ['br', 'abra']),
        ('LO', 'b?ain', ['brain', 'bräin'], ['bain', 'brrain']),
        ('LO', '??', ['ab', 'ß'], ['a', 'abc']),
        ('LO', '*a*b*b', ['abb', 'xaxbxb', 'abab b'], ['ab', 'abba']),
        ('LO', '[a-z]*', ['[a-z]', '[A-Z]x'], ['a', 'z']),
        ('LO', '＊ｃｔ？', ['x ctz'], ['ct']),
        ('UT', 'a\\b*', ['A\\BC'], ['a', 'b']),
        # lists
        ('CS', 'CT\\MR', ['CT', 'MR', 'SR\\MR'], ['SR', 'CT MR']),
        ('LO', 'head\\*knee*\\x', ['Head', 'left knee', 'X'], ['heads', 'nee']),
        ('UT', 'CT\\MR', ['ct\\mr'], ['CT', 'MR']),
        # for these, wildcards are literal
        ('AS', '045*', ['045*'], ['045Y']),
        ('UN', 'a b', ['A B'], ['ab']),
        ('UN', '"a?"', ['A?'], ['ab']),
        # numbers
        ('IS', '7', ['7', '+7', ' 007 ', '7.0', '70e-1', '1\\7'], ['77', '7x', '']),
        ('DS', '-0.5\\1e3', ['-.5', '1000', '-5E-1'], ['0.5', '100']),
        ('US', '0', ['-0', '0.0'], ['x']),
        # UIDs
        ('UI', '1.2.3', ['1.2.3', '1.2.3\0', '9\\1.2.3'], ['1.2.33', '1.2']),
        ('UI', '1.2\\1.3', ['1.2', '1.3'], ['1.4']),
    ],
)  # fmt: skip
def test_only_the_expected_values_match(vr: str, text: str, found: list[str], left: list[str]) -> None:
    assert matching(vr, text, found + left) == found


KOREAN = 'Hong^Gildong=洪^吉洞=홍^길동'


@pytest.mark.parametrize(
    ('text', 'found', 'left'),
    [
        ('muller', ['Müller', 'MULLER^^', 'MU\u0308LLER'], ['Müller^Zoë']),
        (
            'DOE^JOHN',
            ['doe^john', 'DOE ^JOHN^^', 'X^Y=DOE^JOHN', 'A\\Doe^John'],
            ['DOE^JOHN^PAUL', 'DOE', 'DOE JOHN'],
        ),
        ('DOE^JOHN^^', ['doe^john'], ['DOE^JOHN^PAUL']),
        ('hong*', [KOREAN], ['Wang^A', '=hing']),
        ('洪*', [KOREAN, '洪'], ['Hong^Gildong']),
        ('홍*', [KOREAN], ['호^길동']),
        ('hong*=洪*', [KOREAN, '洪^x=hong'], ['Hong^Gildong', '洪^吉洞']),
        ('hong*=洪*\\Doe', [KOREAN, 'DOE'], ['Hong', 'Doe^A']),
        (KOREAN, [KOREAN], ['Hong^Gildong', 'Hong^Gildong=洪^吉洞']),
        ('DOE*', ['DOE', 'DOES^A', 'doe^'], ['ODOE']),
        ('*^john', ['DOE^John', '^john'], ['DOE^John^P', 'john']),
        ('*john*', ['DOE^John^P', 'johnson'], ['DOE^Jon']),
        ('DOE^J*', ['DOE^JOHN'], ['DOE', 'DOE^X']),
        ('DOE^*', ['DOE', 'DOE^JOHN', 'DOE^^X', 'DOE^=X'], ['DOES', 'DO']),
        ('DOE^*^*', ['DOE', 'DOE^JOHN', 'DOE^JOHN^X'], ['DOES']),
        ('*^*', ['DOE', 'DOE^JOHN', '=洪'], []),
        ('DOE?', ['DOES', 'DOE^^=does'], ['DOE', 'DOE^', 'DOE^J']),
        ('DOE^?', ['DOE^J'], ['DOE', 'DOE^JO']),
        ('d?e^*\\洪', ['dae', 'doe^x', 'a=洪'], ['dooe']),
    ],
)
def test_a_name_matches_by_any_of_its_component_groups(text: str, found: list[str], left: list[str]) -> None:
    assert matching('PN', text, found + left) == found


@pytest.mark.parametrize(
    ('text', 'found', 'left'),
    [
        ('でゅぼわ*', ['DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール=でゅぼわ^じゃん'], ['DUBOIS^JEAN PAUL']),
        ('*じゃん', ['DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール=でゅぼわ^じゃん'], ['デュボワ^ジャン＝ポール']),
        (
            'DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール=でゅぼわ^じゃん',
            ['DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール=でゅぼわ^じゃん'],
            ['DUBOIS^JEAN PAUL=デュボワ^ジャン=でゅぼわ^じゃん'],
        ),
        ('A＾B', ['A＾B', 'a＾b^'], ['A^B']),
        ('A＼B', ['A＼B'], ['A', 'B']),
    ],
)
def test_only_an_ascii_sign_separates_groups_components_and_values(
    text: str, found: list[str], left: list[str]
) -> None:
    assert matching('PN', text, found + left) == found


@pytest.mark.parametrize(
    ('vr', 'text', 'found', 'left'),
    [
        ('LO', '"4711"', ['4711', ' 4711\0', 'a\\4711'], ['47111', '']),
        ('LO', '"a*"', ['A*', 'ä＊'], ['ab', 'a']),
        ('LO', '"*"', ['*'], ['', 'a']),
        ('LO', ' "Brain" ', ['BRAIN'], ['"Brain"']),
        ('LO', '"say "b""', ['Say "B"'], ['say b']),
        ('LO', '"', ['"', '"\\a'], ['', '""']),
        ('LO', '"' * 4, ['""'], ['', '"']),
        ('LO', '"a', ['"a'], ['a']),
        ('CS', '"CT"\\M?', ['CT', 'MR', 'SR\\CT'], ['CTA']),
        ('UT', '"a\\b"', ['A\\B'], ['a', 'b']),
        ('PN', '"DOE^JOHN"', ['doe^john^^', '=DOE^JOHN'], ['DOE^JOHN=洪', 'DOE']),
        ('PN', f'"{KOREAN}"', [KOREAN], ['Hong^Gildong', 'Hong^Gildong=洪^吉洞']),
        ('PN', '"DOE*"\\洪*', ['DOE*', 'A=洪'], ['DOES']),
        ('PN', '"a=b=c=d"', ['a=b=c', 'A=B=C=E'], ['a=b']),
        ('DA', '"soon"', ['soon', 'soon '], ['Soon', '20240131']),
        ('DA', '"20240131"', ['20240131', '20240131\0'], ['2024.01.31', '20240130']),
        ('DA', '"soon"\\20240131', ['soon', '20240131', '2024.01.31'], ['20240130', '']),
        ('TM', '"1030"', ['1030'], ['103000', '10:30']),
        ('DT', '"20261128T115014"', ['20261128115014'], ['20261128115014.0']),
        ('IS', '"07"', ['07 '], ['7']),
        ('IS', '"many"\\7', ['many', '07'], ['8']),
        ('UI', '"1.2.x"', ['1.2.x', '1.2.x\0'], ['1.2.X']),
        ('AS', '"045Y"', ['045Y', '045y'], ['45Y']),
    ],
)
def test_a_value_in_quotes_is_literal_and_whole(vr: str, text: str, found: list[str], left: list[str]) -> None:
    assert matching(vr, text, found + left) == found


@pytest.mark.parametrize('vr', VRS)
@pytest.mark.parametrize('text', ['""', ' "" ', '" "', '"\0"'])
def test_an_empty_value_in_quotes_matches_a_missing_value_alone(vr: str, text: str) -> None:
    values = ['', ' ', '\0 ', 'a', '20240131', '7', '*', '"']
    assert matching(vr, text, values) == ['', ' ', '\0 ']
    assert matching(vr, text, ['\\', ' \\ ', 'a\\', '\\a']) == ([] if vr in PASSAGES else ['\\', ' \\ '])


@pytest.mark.parametrize('text', ['""', '"^^"', '^^^^', '^', '=', '=^=', ' ^ '])
def test_a_name_without_components_is_a_missing_value(text: str) -> None:
    assert matching('PN', text, ['^^^^', '=^', '', '\\^', 'DOE', '^JOHN', '\\DOE']) == ['^^^^', '=^', '', '\\^']
    assert matching('PN', f'DOE\\{text}', ['^^^^', 'DOE', 'SMITH']) == ['^^^^', 'DOE']


def test_no_planner_looks_for_a_missing_value() -> None:
    for vr in VRS:
        compiled = compile_matching(vr, '""')
        assert (compiled.prefixes, compiled.parts, compiled.first, compiled.last) == ((), (), '', '')
        assert not compiled.is_universal
        assert not compiled.is_sufficient


@pytest.mark.parametrize(
    ('vr', 'text', 'found', 'left'),
    [
        ('DA', '20240131', ['20240131', '2024.01.31', 'x\\20240131'], ['20240130', '20240132', '']),
        ('DA', '2024.01.31', ['20240131'], ['20240130']),
        ('DA', '20240101-20240131', ['20240101', '20240131', '2024.01.15'], ['20231231', '20240201', '20240132']),
        ('DA', '20240131-', ['20240131', '99991231'], ['20240130', '99999999']),
        ('DA', ' - 2024.01.31 ', ['20240131', '00010101'], ['20240201', '', '0']),
        ('DA', '20240229-20240229', ['20240229'], ['20240228', '20240301']),
        ('DA', '2024-01-31', ['20240131', '2024-01-31'], ['20240130']),
        ('DA', '2024-01-30-2024-01-31', ['20240130', '20240131'], ['20240129', '20240201']),
        ('DA', '2024-01-30-', ['20240130', '20250101'], ['20240129']),
        ('DA', '-2024-01-30', ['20240130'], ['20240131']),
        ('DA', '2024', ['20240101', '20241231'], ['20231231', '20250101', '2024']),
        ('DA', '2024-02', ['20240201', '20240229'], ['20240131', '20240301']),
        ('DA', '202402-2024-03', ['20240201', '20240331'], ['20240131', '20240401']),
        ('DA', '2023-2024', ['20230101', '20241231'], ['20221231', '20250101']),
        ('DA', '2024-12-2025', ['20241201', '20251231'], ['20241130']),
        ('DA', '00000000', ['00000000', ' 00000000', '20240131\\00000000'], ['20240131', '', '0000']),
        ('DA', '00000000\\2024', ['00000000', '20240131'], ['20230131', '']),
        ('DA', '20240101\\20240201-20240202', ['20240101', '20240202'], ['20240102', '20240203']),
        ('TM', '1030', ['1030', '10:30', '103059.999', '103060'], ['10', '1031', '102959', '25']),
        ('TM', '-10', ['00', '10', '105959.999999'], ['11', '110000']),
        ('TM', '10-', ['10', '235959'], ['095959', '']),
        ('TM', '10:30-10', ['1030', '105959'], ['10', '11']),
        ('TM', '103000.1234567', ['103000.123456', '103000.1234569'], ['103000.123457']),
        ('TM', '103000.5', ['103000.5', '103000.59'], ['103000', '103000.6']),
        ('DT', '20261128T115014', ['20261128115014', '20261128115014.5'], ['20261128115015']),
        ('DT', '2026-11-28T11:50:14Z', ['20261128115014'], ['20261128115015']),
        ('DT', '2026-11-28T12:50+01:00', ['20261128115014'], ['20261128125014']),
        ('DT', '20261128T115014-20261128T115016', ['20261128115016.9'], ['20261128115017']),
        ('DT', '2026-11-28T11:50:14Z-2026-11-28T11:50Z', ['20261128115059'], ['20261128115013', '20261128115100']),
        ('DT', '2026-11-28T11-0500-', ['20261128160000', '2027'], ['20261128155959']),
        ('DT', '-2026-11-28', ['20261128235959'], ['20261129']),
        ('DT', '2026-11-28-2026-11-30', ['20261128', '20261130235959'], ['20261127', '20261201']),
        ('DT', '2026-11', ['20261130'], ['20261201']),
        ('DT', '2024', ['2024', '20241231235959.9'], ['2023', '2025', '20240101+0001']),
        ('DT', '202402', ['20240229'], ['20240301', '20240131']),
        ('DT', '2024-2025', ['2024', '20251231'], ['2023', '2026']),
        ('DT', '2024-0500', ['20240101050000', '2025010104'], ['20240101', '2025010105']),
        ('DT', '2024-0500-', ['20240101050000', '2026'], ['20240101']),
        ('DT', '-20240101-0500', ['2024010204', '2023'], ['2024010205']),
        ('DT', '20240101-0500-20240101+0100', ['2024010105', '2024010122'], ['20240101', '2024010123']),
        ('DT', '20240101 - 20240102', ['20240102235959'], ['20240103']),
        ('DT', '20240131103000+0100', ['20240131093000', '202401311030+0100'], ['20240131103000']),
    ],
)  # fmt: skip
def test_ranges_of_dates_and_times(vr: str, text: str, found: list[str], left: list[str]) -> None:
    assert matching(vr, text, found + left) == found


@pytest.mark.parametrize(
    ('vr', 'text', 'expected'),
    [
        ('DA', '20240230', 'a date such as 20240131'),
        ('DA', '2024-13', 'a date such as'),
        ('DA', '2024-01-32', 'a date such as'),
        ('DA', '2024-0131', 'not before its beginning'),  # from 2024 to the year 131
        ('DA', '00000101', 'a date such as'),
        ('DA', 'today', 'a date such as'),
        ('DA', '2024*', 'a date such as'),
        ('DA', '-', 'a date such as'),
        ('DA', '20240101-20240131-', 'a date such as'),
        ('DA', '20240101-20240230', 'a date such as'),
        ('DA', '20240131-20240101', 'not before its beginning'),
        ('DA', '20240101\\*', 'a date such as'),
        ('TM', '2500', 'a time such as'),
        ('TM', '11-10', 'not before its beginning'),
        ('TM', '2200-0600', 'not before its beginning'),
        ('DT', '20240230', 'a date and time such as'),
        ('DT', '20240131 0100', 'a date and time such as'),
        ('DT', '2024-01-31T', 'a date and time such as'),
        ('DT', '2024-01-31T25', 'a date and time such as'),
        ('DT', '-', 'a date and time such as'),
        ('DT', '2024+1500', 'a date and time such as'),
        ('DT', '2025-2024', 'not before its beginning'),
        ('DT', '2025-1300', 'not before its beginning'),  # no offset is that large
        ('IS', 'seven', 'a number such as'),
        ('IS', '1*', 'a number such as'),
        ('DS', '1,5', 'a number such as'),
        ('UI', '1.2.x', 'a UID'),
        ('UI', '1.2.*', 'a UID'),
        ('UI', '1' * 65, 'a UID'),
        ('CS', 'CT\\', 'a value on each side'),
        ('CS', '\\', 'a value on each side'),
        ('PN', 'a\\ \\b', 'a value on each side'),
        ('LO', '\u0301', 'a text with'),
        ('PN', '\u0301^', 'a name of 1 to 3'),
        ('PN', 'a=b=c=d', 'a name of 1 to 3'),
        ('UN', 'a*', 'a text without * and ?'),
        ('UN', 'x\\a？', 'a text without * and ?'),
    ],
)
def test_a_text_that_would_find_nothing_or_too_much_is_refused(vr: str, text: str, expected: str) -> None:
    with pytest.raises(NothingToMatch) as refused:
        compile_matching(vr, text)
    assert expected in refused.value.expected
    assert refused.value.value in text
    assert expected in str(refused.value)


def test_nothing_to_match_is_no_error_of_a_request() -> None:
    assert issubclass(NothingToMatch, PagingError)
    assert not issubclass(NothingToMatch, RequestError)


@pytest.mark.parametrize(
    ('vr', 'text', 'prefixes', 'is_exact'),
    [
        ('SH', 'A123', ('a123',), True),
        ('SH', 'A12*', ('a12',), False),
        ('SH', 'Ä?2*3', ('a',), False),
        ('SH', 'a\\b\\A', ('a', 'b'), True),
        ('SH', 'a\\b*', ('a', 'b'), False),
        ('SH', 'a\\*b', (), False),
        ('SH', '?', (), False),
        ('AS', '0?', ('0?',), True),
        ('PN', 'MÜLLER^ZOË^', ('muller^zoe',), True),
        ('PN', 'DOE^*', ('doe',), False),
        ('PN', '^*', (), False),
        ('PN', 'DOE^J*', ('doe^j',), False),
        ('PN', 'Hong*=洪^吉洞', ('洪^吉洞',), True),
        ('PN', '*=洪*', ('洪',), False),
        ('UI', '1.2\\1.3', ('1.2', '1.3'), True),
        ('SH', '"A*"\\b', ('b', 'a*'), True),
        ('SH', '""\\b', (), False),
        ('PN', '"Hong^G=洪"', ('hong^g',), True),
        ('PN', '"DOE"\\S*', ('s', 'doe'), False),
        ('DA', '20240131', (), False),
        ('IS', '7', (), False),
    ],
)
def test_the_beginning_of_matching_values_is_known(
    vr: str, text: str, prefixes: tuple[str, ...], is_exact: bool
) -> None:
    compiled = compile_matching(vr, text)
    assert (compiled.prefixes, compiled.is_exact) == (prefixes, is_exact)
    assert not compiled.is_universal


@pytest.mark.parametrize(
    ('text', 'first', 'last'),
    [
        ('2024.01.31', '20240131', '20240131'),
        ('20240101-20240131', '20240101', '20240131'),
        ('20240101-', '20240101', ''),
        ('-20240131', '', '20240131'),
        ('20240131\\20230101', '20230101', '20240131'),
        ('20240131\\-20230101', '', '20240131'),
        ('20240131-\\20250101', '20240131', ''),
        ('2024-02', '20240201', '20240229'),
        ('"20240131"', '20240131', '20240131'),
        ('00000000', '00000000', '00000000'),
        ('"soon"\\20240131', '00000000', '20240131'),
        ('""\\20240131', '', ''),
    ],
)
def test_the_first_and_the_last_date_of_matching_values(text: str, first: str, last: str) -> None:
    compiled = compile_matching('DA', text)
    assert (compiled.first, compiled.last) == (first, last)


def test_no_pattern_takes_more_than_a_moment() -> None:
    matches = compile_matching('UT', '*a' * 50 + '*?b').matches
    names = compile_matching('PN', '*a^?*' * 50 + 'b').matches
    began = time.process_time()
    assert not matches('a' * 20_000)
    assert not names('a^' * 1000)
    assert time.process_time() - began < 5


# The naive matcher.


def naive_wildcards(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == '*':
        return naive_wildcards(pattern[1:], text) or (text != '' and naive_wildcards(pattern, text[1:]))
    return text != '' and pattern[0] in ('?', text[0]) and naive_wildcards(pattern[1:], text[1:])


def naive_text(pattern: str, value: str) -> bool:
    return any(
        fold(one) != '' and naive_wildcards(fold(item), fold(one))
        for item in pattern.split('\\')
        for one in value.split('\\')
    )


def naive_name(pattern: str, value: str) -> bool:
    def fits(requested: str, group: str) -> bool:
        lacking = min(requested.count('^'), 4) - group.count('^') if set(requested) & {'*', '?'} else 0
        return any(naive_wildcards(requested, group + '^' * more) for more in range(max(lacking, 0) + 1))

    return any(
        groups(one) != []
        and groups(item) != []
        and all(any(fits(requested, group) for group in groups(one)) for requested in groups(item))
        for item in pattern.split('\\')
        for one in value.split('\\')
    )


few = st.text(st.sampled_from('aäB^ '), max_size=6) | st.text(max_size=4)
patterns = st.text(st.sampled_from('aAb*?.^'), min_size=1, max_size=6)
lists = st.lists(patterns, min_size=1, max_size=3).map('\\'.join)
values = st.lists(st.text(st.sampled_from('aäBb^. \0'), max_size=7) | few, max_size=3).map('\\'.join)
name_patterns = st.lists(st.text(st.sampled_from('aAb*?^='), min_size=1, max_size=7), min_size=1, max_size=2)
name_values = st.lists(st.text(st.sampled_from('aÄBb^= '), max_size=9), max_size=2)


def naive_missing(pattern: str, value: str) -> bool:
    """Return whether one of the names has no components, and so has the value."""
    return any(not groups(item) for item in pattern.split('\\')) and not any(map(groups, value.split('\\')))


def check_against(naive: Callable[[str, str], bool], vr: str, pattern: str, value: str) -> None:
    try:
        compiled = compile_matching(vr, pattern)
    except NothingToMatch:
        assume(False)
    assert compiled.matches(value) == (compiled.is_universal or naive(pattern, value))
    folded = [group for one in value.split('\\') for group in (groups(one) if vr == 'PN' else [fold(one)])]
    if compiled.prefixes and compiled.matches(value):
        assert any(text.startswith(compiled.prefixes) for text in folded)
        assert not compiled.is_exact or any(text in compiled.prefixes for text in folded)
    if compiled.parts:
        has_part = any(part in text for part in compiled.parts for text in folded)
        assert has_part or not compiled.matches(value)
        assert compiled.matches(value) or not (has_part and compiled.is_sufficient)


@pytest.mark.parametrize(
    ('vr', 'requested', 'parts', 'is_sufficient'),
    [
        ('LO', '*Knee*', ('knee',), True),
        ('LO', '*knee*hip*', ('knee',), False),
        ('LO', '*knee', ('knee',), False),
        ('LO', '*knee*\\HIP', ('knee', 'hip'), False),
        ('PN', '*doe*', ('doe',), False),
        ('PN', '*doe^', ('doe',), False),
        ('LO', '*?*', (), False),
        ('PN', '*^', (), False),
    ],
)
def test_the_text_in_each_matching_value_is_known(
    vr: str, requested: str, parts: tuple[str, ...], is_sufficient: bool
) -> None:
    compiled = compile_matching(vr, requested)
    assert (compiled.parts, compiled.is_sufficient) == (parts, is_sufficient)


@given(lists, values, st.sampled_from(sorted(WILDCARD_VRS - {'PN', 'LT', 'ST', 'UT', 'UR'})))
def test_texts_match_as_the_naive_matcher_says(pattern: str, value: str, vr: str) -> None:
    check_against(naive_text, vr, pattern, value)


@given(name_patterns.map('\\'.join), name_values.map('\\'.join))
def test_names_match_as_the_naive_matcher_says(pattern: str, value: str) -> None:
    check_against(
        lambda pattern, value: naive_name(pattern, value) or naive_missing(pattern, value), 'PN', pattern, value
    )


fillings = st.text(st.sampled_from('aäßB^ 洪'), max_size=4).map(fold)


@given(st.data(), patterns)
def test_texts_that_are_made_to_match_do(data: st.DataObject, pattern: str) -> None:
    assume(fold(pattern))
    value = ''.join(
        data.draw(fillings) if sign == '*' else data.draw(st.sampled_from('xy')) if sign == '?' else sign
        for sign in fold(pattern)
    )
    assume(fold(value) == value != '')
    assert compile_matching('LO', pattern).matches(value.upper())


days = st.dates(date(2023, 12, 25), date(2024, 3, 5))


def written(day: date | None, dots: bool) -> str:
    return '' if day is None else f'{day:%Y.%m.%d}' if dots else f'{day:%Y%m%d}'


@given(st.none() | days, st.none() | days, days, st.booleans(), st.booleans())
def test_dates_match_as_days_do(
    first: date | None, last: date | None, day: date, dots: bool, value_dots: bool
) -> None:
    assume(first or last)
    text = f'{written(first, dots)}-{written(last, not dots)}'
    if first and last and last < first:
        with pytest.raises(NothingToMatch):
            compile_matching('DA', text)
        return
    compiled = compile_matching('DA', text)
    assert compiled.matches(written(day, value_dots)) == ((first or day) <= day <= (last or day))
    assert (compiled.first, compiled.last) == (written(first, False), written(last, False))


dates_and_times = st.datetimes(datetime(2023, 12, 31, 22), datetime(2024, 1, 1, 2)) | st.sampled_from(
    [datetime(2024, 1, 1), datetime(2023, 12, 31, 23, 59, 59, 999_999), datetime(2024, 1, 1, 0, 30)]
)
STEPS = {2: timedelta(hours=1), 4: timedelta(minutes=1), 6: timedelta(seconds=1)}


def begin_and_end(digits: str) -> tuple[datetime, datetime]:
    """The half-open interval of the digits."""
    begin = datetime.strptime(digits + '00000101000000000000'[len(digits) :], '%Y%m%d%H%M%S%f')
    match len(digits):
        case 4:
            return begin, begin.replace(year=begin.year + 1)
        case 6:
            return begin, (begin + timedelta(days=31)).replace(day=1)
        case 8:
            return begin, begin + timedelta(days=1)
        case 10 | 12 | 14 as length:
            return begin, begin + STEPS[length - 8]
        case length:
            return begin, begin + timedelta(microseconds=10 ** (20 - length))


def with_offset(digits: str, offset: int) -> str:
    text = digits if len(digits) <= 14 else f'{digits[:14]}.{digits[14:]}'
    return text + (f'{"-" if offset < 0 else "+"}{abs(offset) // 60:02}{abs(offset) % 60:02}' if offset else '')


precisions = st.sampled_from([4, 6, 8, 10, 12, 14, 15, 18, 20])
ends = st.tuples(dates_and_times, precisions, st.sampled_from([0, 0, 60, -60, -30, -11 * 60, 14 * 60])).map(
    lambda drawn: (f'{drawn[0]:%Y%m%d%H%M%S%f}'[: drawn[1]], drawn[2])
)


@given(st.none() | ends, st.none() | ends, ends)
def test_dates_and_times_match_as_intervals_do(
    first: tuple[str, int] | None, last: tuple[str, int] | None, value: tuple[str, int]
) -> None:
    assume(first or last)
    text = f'{with_offset(*first) if first else ""}-{with_offset(*last) if last else ""}'
    at = begin_and_end(value[0])[0] - timedelta(minutes=value[1])
    lower = begin_and_end(first[0])[0] - timedelta(minutes=first[1]) if first else datetime.min
    upper = begin_and_end(last[0])[1] - timedelta(minutes=last[1]) if last else datetime.max
    if lower >= upper:
        with pytest.raises(NothingToMatch):
            compile_matching('DT', text)
        return
    assert compile_matching('DT', text).matches(with_offset(*value)) == (lower <= at < upper)


@given(ends, ends)
def test_a_less_precise_date_and_time_is_all_that_it_may_be(
    requested: tuple[str, int], value: tuple[str, int]
) -> None:
    begin, end = (moment - timedelta(minutes=requested[1]) for moment in begin_and_end(requested[0]))
    at = begin_and_end(value[0])[0] - timedelta(minutes=value[1])
    assert compile_matching('DT', with_offset(*requested)).matches(with_offset(*value)) == (begin <= at < end)


@given(st.none() | ends, st.none() | ends, ends, st.booleans())
def test_times_match_as_intervals_do(
    first: tuple[str, int] | None, last: tuple[str, int] | None, value: tuple[str, int], colons: bool
) -> None:
    day = '20240101'
    ends = [None if end is None else end[0][8:] or '23' for end in (first, last)]
    texts = [
        with_offset(day + (digits or ''), 0)[8:] if digits else '' for digits in [*ends, value[0][8:] or '23']
    ]
    if colons:
        texts = [re.sub(r'(?<=\d\d)(\d\d)', r':\1', text) if '.' not in text else text for text in texts]
    assume(texts[0] or texts[1])
    at = begin_and_end(day + (value[0][8:] or '23'))[0]
    lower = begin_and_end(day + ends[0])[0] if ends[0] else datetime.min
    upper = begin_and_end(day + ends[1])[1] if ends[1] else datetime.max
    if lower >= upper:
        with pytest.raises(NothingToMatch):
            compile_matching('TM', f'{texts[0]}-{texts[1]}')
    else:
        assert compile_matching('TM', f'{texts[0]}-{texts[1]}').matches(texts[2]) == (lower <= at < upper)


@given(st.integers(-999, 999), st.integers(-999, 999), st.sampled_from(['{}', ' {}.0', '{}e0', '{}000e-3']))
def test_numbers_match_as_integers_do(requested: int, value: int, form: str) -> None:
    assert compile_matching('IS', str(requested)).matches(form.format(value)) == (requested == value)


@given(st.sampled_from(VRS), st.text(st.sampled_from('0129.-+*?\\^=a:é \0')) | st.text(), st.text())
def test_each_request_has_a_meaning_or_is_refused(vr: str, text: str, value: str) -> None:
    try:
        compiled = compile_matching(vr, text)
    except NothingToMatch:
        return
    is_missing_requested = '""' in text or any(not set(one) - set('"^= \0') for one in text.split('\\'))
    assert compiled.matches('') == compiled.is_universal or is_missing_requested
    check_necessary_conditions(compiled, vr, value)


items = st.text(st.sampled_from('aAb*?.^='), max_size=4)
items |= st.sampled_from(['20240131', '2024-', '00000000', '7', '1.2'])
requested_items = items | items.map('"{}"'.format)
drawn_values = st.lists(
    items | st.sampled_from(['', 'ab', 'soon', '20240131', '2024.01.31', '20230101']), max_size=3
)


@given(st.sampled_from(VRS), st.lists(requested_items, min_size=1, max_size=3), drawn_values)
def test_necessary_conditions_are_true_for_each_value_that_matches(
    vr: str, requested: list[str], values: list[str]
) -> None:
    try:
        compiled = compile_matching(vr, '\\'.join(requested))
    except NothingToMatch:
        return
    check_necessary_conditions(compiled, vr, '\\'.join(values))


def check_necessary_conditions(compiled: Matching, vr: str, value: str) -> None:
    found = compiled.matches(value)
    ones = [value] if vr in PASSAGES else value.split('\\')
    folded = [group for one in ones for group in (groups(one) if vr == 'PN' else [fold(one)])]
    if compiled.prefixes:
        heads = compiled.prefixes
        has_one = any(text in heads if compiled.is_exact else text.startswith(heads) for text in folded)
        assert has_one or not found
        assert found or not (has_one and compiled.is_sufficient)
    if compiled.parts:
        has_one = any(part in text for part in compiled.parts for text in folded)
        assert has_one or not found
        assert found or not (has_one and compiled.is_sufficient)
    day = parse_date(value)
    if vr == 'DA' and day and (compiled.first or compiled.last):
        is_within = compiled.first <= day <= (compiled.last or '9')
        assert is_within or not found
        assert found or not (is_within and compiled.is_sufficient)
