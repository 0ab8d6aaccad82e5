"""Folding, which makes two texts equal for a search."""

import sys
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orthanc_paging.dicom.folding import fold, groups

odd_texts = st.text(
    st.sampled_from(
        '＝＼＾≠かガゝーٱأىیة١שׁ־aAzZ .^=\\*?-\0\t\x1b  äÄßẞøØıİÆŒłþ\u0301\u0308\u0345\u3099かｶﾞ洪한ᄒ\u200b​！Ａ'
    )
)


@pytest.mark.parametrize(
    ('text', 'folded'),
    [
        ('DOE^John', 'doe^john'),
        ('', ''),
        ('  DOE  JOHN ', 'doe john'),
        ('DOE\0', 'doe'),
        ('one\r\ntwo\tthree\x1bfour', 'one two three four'),
        ('Müller', 'muller'),
        ('Mu\u0308ller', 'muller'),
        ('MÜLLER\u3000\xa0ZOË', 'muller zoe'),
        ('Straße', 'strasse'),
        ('STRAẞE', 'strasse'),
        ('Ødegård', 'odegard'),
        ('Đorđević', 'dordevic'),
        ('Łukasz', 'lukasz'),
        ('Æther œuvre Þór Guðrún', 'aether oeuvre thor gudrun'),
        ('DİYARBAKIR ılık', 'diyarbakir ilik'),
        ('Əliyev', 'eliyev'),
        ('O’Brien O‘Brien', "o'brien o'brien"),
        ('Smith‐Jones Smith–Jones', 'smith-jones smith-jones'),
        ('ΓΙΏΡΓΟΣ Γιώργος', 'γιωργοσ γιωργοσ'),
        ('Чайковский', 'чаиковскии'),
        ('ＤＯＥ^Ｊ', 'doe^j'),
        ('ﬁnal № Ⅳ', 'final no iv'),
        ('ﾔﾏﾀﾞ^ﾀﾛｳ', 'ヤマダ^タロウ'),
        ('やまだ^ﾀﾛｳ ゕゝ', 'ヤマダ^タロウ ヵヽ'),
        ('らーめん ﾗｰﾒﾝ', 'ラーメン ラーメン'),
        ('ジャン＝ポール ジャン゠ポール', 'ジャン゠ポール ジャン゠ポール'),
        ('洪^吉洞=홍^길동', '洪^吉洞=홍^길동'),
        ('مُحَمَّد مـحـمـد', 'محمد محمد'),
        ('أحمد إيمان آمنة', 'احمد ايمان امنه'),
        ('علی کریم', 'علي كريم'),
        ('مصطفى علي\u200cرضا', 'مصطفي عليرضا'),
        ('ﻣﺤﻤﺪ', 'محمد'),
        ('١٢٣ ۴۵۶ ७८९', '123 456 789'),
        ('שָׁלוֹם בֶּן־דָּוִד', 'שלום בן-דוד'),
        ('ג׳ורג׳ צה״ל', "ג'ורג' צה\"ל"),
        ('葛\U000e0100城', '葛城'),
        ('soft\xadhyphen \u200emark\ufeff', 'softhyphen mark'),
        ('\ud83d', '\ud83d'),
    ],
)
def test_case_accents_width_and_white_space_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_voiced_kana_is_another_letter_and_hangul_keeps_its_syllables() -> None:
    assert fold('が') == fold('ガ') == fold('ｶﾞ') != fold('か')
    assert fold('한') == '한' == fold(unicodedata.normalize('NFD', '한'))


def test_each_character_that_there_is_folds_once_and_for_all() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        folded = fold(character)
        assert folded == character or fold(folded) == folded, hex(ord(character))


def test_no_character_becomes_a_separator_of_groups_values_or_components() -> None:
    for character in map(chr, range(128, sys.maxunicode + 1)):
        assert not set('=\\^') & set(fold(character)), hex(ord(character))


@pytest.mark.parametrize('separator', '=\\^')
def test_a_separator_stays_one(separator: str) -> None:
    assert fold(f'山田{separator}é') == f'山田{separator}e'


def test_a_digit_of_another_script_is_that_of_ascii() -> None:
    for zero in '٠۰०๐０':
        assert fold(''.join(chr(ord(zero) + digit) for digit in range(10))) == '0123456789'


@given(
    st.text(st.sampled_from('שבגאחیكהم')),
    st.lists(st.sampled_from('\u05b0\u05bc\u05c7\u0591\u064e\u0651\u0640\u0670')),
)
def test_marks_of_hebrew_and_arabic_do_not_matter(letters: str, marks: list[str]) -> None:
    assert fold(''.join(letter + ''.join(marks) for letter in letters)) == fold(letters)


@given(st.text() | odd_texts)
def test_folded_text_does_not_change_if_it_is_folded_again(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | odd_texts)
def test_nothing_is_left_that_a_search_leaves_aside(text: str) -> None:
    folded = fold(text)
    assert folded == folded.strip() == ' '.join(folded.split())
    assert folded == unicodedata.normalize('NFC', folded)
    assert not any('\u0300' <= character <= '\u036f' for character in unicodedata.normalize('NFKD', folded))
    assert not any(unicodedata.category(character) == 'Cc' for character in folded)


@given(st.text() | odd_texts)
def test_how_accents_are_written_does_not_matter(text: str) -> None:
    assume('\u0338' not in unicodedata.normalize('NFD', text))  # which makes ≠ of =
    composed, decomposed = unicodedata.normalize('NFC', text), unicodedata.normalize('NFD', text)
    assert fold(composed) == fold(decomposed) == fold(text)


@given(st.text() | odd_texts)
def test_how_wide_a_character_is_does_not_matter(text: str) -> None:
    assume(not set(text) & set('＝﹦⁼₌≠⩴⩵⩶＼﹨＾'))
    assert fold(unicodedata.normalize('NFKC', text)) == fold(unicodedata.normalize('NFKD', text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_takes_the_same_way_as_all_else_though_faster(text: str) -> None:
    words = ''.join(character if character.isprintable() else ' ' for character in text).casefold().split()
    assert fold(text) == ' '.join(words)
    assert fold('é' + text) == fold('e' + text)


@pytest.mark.parametrize(
    ('name', 'found'),
    [
        ('DOE^JOHN', ['doe^john']),
        ('DOE^JOHN^^', ['doe^john']),
        (' DOE ^ JOHN ^ ^', ['doe^john']),
        ('DOE^^JOHN', ['doe^^john']),
        ('^JOHN', ['^john']),
        ('Hong^Gildong=洪^吉洞=홍^길동', ['hong^gildong', '洪^吉洞', '홍^길동']),
        ('=洪^吉洞', ['洪^吉洞']),
        ('DOE^JOHN^==  ^', ['doe^john']),
        ('a =b = c', ['a', 'b', 'c']),
        ('a=b=c=d', ['a', 'b', 'c']),
        ('デュボワ^ジャン＝ポール=でゅぼわ^じゃん', ['デュボワ^ジャン゠ポール', 'デュボワ^ジャン']),
        ('A＾B=C＼D', ['a‸b', 'c∖d']),
        ('===d', []),
        ('', []),
        ('^^ ^', []),
    ],
)
def test_a_name_has_up_to_three_component_groups(name: str, found: list[str]) -> None:
    assert groups(name) == found


@given(st.lists(st.lists(st.text(st.sampled_from('aB é洪')), max_size=5), max_size=5))
def test_groups_are_those_of_a_naive_reading(name: list[list[str]]) -> None:
    expected = []
    for components in name[:3]:
        folded = [fold(component) for component in components]
        while folded and not folded[-1]:
            folded.pop()
        if folded:
            expected.append('^'.join(folded))
    assert groups('='.join('^'.join(components) for components in name)) == expected


@given(odd_texts)
def test_the_groups_of_groups_are_the_same(name: str) -> None:
    found = groups(name)
    assert groups('='.join(found)) == found
    assert len(found) <= 3
