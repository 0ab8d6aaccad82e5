"""Typed words, and the texts that have them."""

import re
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_paging.dicom.searchable_text import searchable, spellings
from orthanc_paging.dicom.vr import Kind
from orthanc_paging.errors import NothingToMatch
from orthanc_paging.queries.parsers.words import LONGEST_WORD, MOST_WORDS, parse_words


def patterns(text: str) -> list[list[str]]:
    return [[spelling.pattern for spelling in word.spellings] for word in parse_words(text)]


@pytest.mark.parametrize(
    ('value', 'texts'),
    [
        ('SHOWNDOE^JANE^MARY^DR', ['showndoe jane mary dr']),
        ('Hong^Gildong=洪^吉洞=홍^길동', ['hong gildong', '洪吉洞', '홍길동']),
        ('DUBOIS^JEAN PAUL=デュボワ^ジャン＝ポール', ['dubois jean paul', 'デュボワジャンポール']),
        ('Müller^Jürgen', ['muller jurgen', 'mueller juergen']),
        ('Mu\u0308ller', ['muller', 'mueller']),
        ('SØRENSEN^ÅSE', ['sorensen ase', 'soerensen aase']),
        ("O'BRIEN^PAT", ['obrien pat']),
        ('O’Brien\\O´Brien', ['obrien', 'obrien']),
        ('GARCÍA-LÓPEZ^ANA', ['garcia lopez ana']),
        ('^^^', ['']),
    ],
)
def test_a_name_has_a_text_for_each_group_and_spelling(value: str, texts: list[str]) -> None:
    assert list(searchable(Kind.NAME, value)) == texts


@pytest.mark.parametrize(
    ('kind', 'value', 'texts'),
    [
        (Kind.TEXT, 'Head & Neck = HN\\C+', ['head neck hn', 'c']),
        (Kind.TEXT, '頭部 単純 CT', ['頭部単純 ct']),
        (Kind.TEXT, 'م\u200cر', ['مر']),
        (Kind.TEXT, 'हिन्दी', ['हिन्दी']),
        (Kind.DATE, '20240131', ['20240131', '2024 01 31']),
        (Kind.DATE, '2024.01.31', ['20240131', '2024 01 31']),
        (Kind.DATE, '20240231', ['20240231']),
        (Kind.TIME, '0930', ['0930', '09 30']),
        (Kind.TIME, '093015.5', ['093015 5', '09 30 15']),
        (Kind.UID, '1.2.840', ['1 2 840']),
    ],
)
def test_texts_of_other_kinds_of_values(kind: Kind, value: str, texts: list[str]) -> None:
    assert list(searchable(kind, value)) == texts


@given(st.text(max_size=12))
def test_a_searchable_text_is_letters_marks_and_digits_with_single_spaces(value: str) -> None:
    for text in spellings(value):
        assert text == ' '.join(text.split())
        assert all(sign == ' ' or category(sign) == 'Co' or category(sign)[0] in 'LMN' for sign in text)


@given(st.text(st.characters(categories=['Lu', 'Ll', 'Lo', 'Nd', 'Po', 'Pd', 'Zs']), max_size=12))
def test_a_searchable_text_is_its_own(value: str) -> None:
    for text in spellings(value):
        assert list(spellings(normalize('NFC', text))) == [text]


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        ('', []),
        (' - & "" * ? ', []),
        ('Smith, John', [['smith'], ['john']]),
        ('SHOWNDOE, JANE MARY (DR)', [['showndoe'], ['jane'], ['mary'], ['dr']]),
        ('Doe, Jane · 洪 吉洞', [['doe'], ['jane'], ['洪'], ['吉洞']]),
        ('doe^jane=洪^吉洞', [['doe'], ['jane'], ['洪'], ['吉洞']]),
        ('o’brien D´Amico', [['obrien'], ['damico']]),
        ('garcía-lópez', [['garcia lopez']]),
        ('"Smith, John" x', [['smith john'], ['x']]),
        ('«Smith John» “a b', [['smith john'], ['a b']]),
        ('Müller', [['muller', 'mueller']]),
        ('mueller', [['mueller']]),
        ('ｄｏｅ，　ｊａｎｅ', [['doe'], ['jane']]),
        ('Head＆Neck', [['head neck']]),
        ('doe* *doe **d**oe**', [['doe'], ['d*oe']]),
        ('sm?th ?', [['sm?th']]),
        ('"sm?th*"', [['sm th']]),
        ('doe DOE doé', [['doe']]),
    ],
)
def test_typed_text_is_split_into_words(text: str, words: list[list[str]]) -> None:
    assert patterns(text) == words


@pytest.mark.parametrize(
    ('text', 'dates'),
    [
        ('2024', ('20240101', '20241231')),
        ('2024-02', ('20240201', '20240229')),
        ('2024-01-31', ('20240131', '20240131')),
        ('20240131', ('20240131', '20240131')),
        ('2024.01.31', ('20240131', '20240131')),
        ('2024*', ('20240101', '20241231')),
        ('2024-0131', None),
        ('202401', None),
        ('20240231', None),
        ('31.01.2024', None),
    ],
)
def test_a_word_may_be_a_year_a_month_or_a_day(text: str, dates: tuple[str, str] | None) -> None:
    [word] = parse_words(text)
    assert word.dates() == dates


@pytest.mark.parametrize('text', ['1.2.840', '.2.840.113', '.840.99', '1.2.840.'])
def test_numbers_with_two_dots_may_be_a_part_of_a_uid(text: str) -> None:
    assert [word.part_of_uid() for word in parse_words(text)] == [text]


@pytest.mark.parametrize('text', ['1.5', '12840', '1.2.x', '1..2.3'])
def test_other_words_are_no_part_of_a_uid(text: str) -> None:
    assert [word.part_of_uid() for word in parse_words(text)] == ['']


@pytest.mark.parametrize(
    ('typed', 'text', 'is_in'),
    [
        ('smi', 'goldsmith', True),
        ('sm?th', 'goldsmyth', True),
        ('sm?th', 'smth', False),
        ('s*n', 'smith john', True),
        ('n*s', 'smith john', False),
        ('a-?b', 'a xb', True),
        ('b*b', 'b', False),
    ],
)
def test_wildcards_stand_for_what_is_between_the_parts_of_a_word(typed: str, text: str, is_in: bool) -> None:
    [word] = parse_words(typed)
    assert word.is_in([text]) == is_in


@given(st.text('ab ?*', min_size=1, max_size=9), st.text('ab ', max_size=12))
def test_wildcards_match_as_a_regular_expression_does(typed: str, text: str) -> None:
    for word in parse_words(typed):
        expression = '.*'.join(
            re.escape(part).replace(r'\?', '.') for part in word.spellings[0].pattern.split('*')
        )
        assert word.is_in([text]) == bool(re.search(expression, text))


def test_a_word_with_many_wildcards_takes_a_time_that_grows_with_the_text_alone() -> None:
    [word] = parse_words('a*' * 60 + 'b')
    assert not word.is_in(['a' * 20_000])


def test_equal_words_count_once_and_more_than_sixteen_different_ones_are_refused() -> None:
    assert len(parse_words('a A á ' * 20)) == 1
    some = [f'w{number}' for number in range(MOST_WORDS + 1)]
    assert len(parse_words(' '.join(some[1:]))) == MOST_WORDS
    with pytest.raises(NothingToMatch) as refused:
        parse_words(' '.join(some))
    assert refused.value.expected == '16 different words at most'


def test_a_word_that_is_too_long_is_refused() -> None:
    assert len(parse_words('x' * LONGEST_WORD)) == 1
    for text in ('x' * (LONGEST_WORD + 1), f'"{"x " * LONGEST_WORD}"'):
        with pytest.raises(NothingToMatch) as refused:
            parse_words(text)
        assert refused.value.expected == 'words of 128 characters at most'
