"""Words find every study that has them and no other: against a model that has each value and word by hand."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from orthanc_paging.index.building import Past
from orthanc_paging.index.store import upsert_of
from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.queries.filter import Filter
from orthanc_paging.queries.order import DEFAULT
from orthanc_paging.queries.parsers.parameters import ParameterParser
from orthanc_paging.queries.selection import Selection
from orthanc_paging.studies.study import ExpandedStudy, Study, computed_of, id_of
from tests.unit.attributes import SCHEMA, attribute
from tests.unit.checks import check
from tests.unit.index_machine import IndexMachine
from tests.unit.studies import expanded, identifier

TEXTS: dict[str, dict[str, list[str]]] = {
    'PatientName': {
        'Müller^Zoë': ['muller zoe', 'mueller zoe'],
        "O'Brien^Pat=洪^吉洞=홍^길동": ['obrien pat', '洪吉洞', '홍길동'],
        'GARCÍA-LÓPEZ^JOSÉ': ['garcia lopez jose'],
        'SMITH^JOHN^^DR': ['smith john dr'],
        'A=B=C=SMITHSON': ['a', 'b', 'c', 'smithson'],
        'DOE\\山田^太郎': ['doe', '山田太郎'],
        '': [],
    },
    'PatientID': {'P': ['p'], 'A-77': ['a 77'], 'A5-77': ['a5 77'], '1.2.3.4': ['1 2 3 4']},
    'AccessionNumber': {'20240131-7': ['20240131 7'], 'SÜ7': ['su7', 'sue7']},
    'StudyDescription': {'CT Thorax 2024-01': ['ct thorax 2024 01'], 'Head & Neck': ['head neck'], 'MR': ['mr']},
    'ReferringPhysicianName': {'Sue^Li': ['sue li'], 'MUELLER^ANNA': ['mueller anna'], '': []},
    'InstitutionName': {'St. Mary’s': ['st marys'], 'Klinik Süd\\Sud': ['klinik sud', 'klinik sued', 'sud']},
}
"""Values of the attributes, and the texts in which words are looked for."""

DATES = {'': '', '20240131': '20240131', '2024.01.15': '20240115', '20231224': '20231224', '20240231': ''}
UIDS = ['1.2.3.4', '1.2.840.99']


@dataclass(frozen=True)
class Word:
    """A word as typed. A text must contain one of the patterns; the rest says where else it may be found."""

    typed: str
    patterns: Sequence[str]
    dates: tuple[str, str] = ('', '')
    uid: str = ''
    modality: str = ''

    def is_in(self, texts: Sequence[str]) -> bool:
        forms = ['.*'.join(map(re.escape, pattern.split('*'))).replace(r'\?', '.') for pattern in self.patterns]
        return any(re.search(form, text) for form in forms for text in texts)


def word(typed: str, *patterns: str, uid: str = '', dates: tuple[str, str] = ('', '')) -> Word:
    return Word(typed, patterns or (typed,), dates, uid, (patterns or (typed,))[0].upper())


WORDS = [
    word('muller'),
    word('mueller'),
    word('MÜLLER', 'muller', 'mueller'),
    word('smith'),
    word('(Smith,', 'smith'),
    word('john'),
    word('j'),
    word('doe*', 'doe'),
    word('"smith john"', 'smith john'),
    word('"john smith"', 'john smith'),
    word('Smith-John', 'smith john'),
    word('sue'),
    word('su'),
    word('sm*n'),
    word('j?hn'),
    word('t*a', 't*a'),
    word('o’brien', 'obrien'),
    word('lópez', 'lopez'),
    word('garcia-lopez', 'garcia lopez'),
    word('洪吉洞'),
    word('길동'),
    word('홍・길동', '홍길동'),
    word('山田太郎'),
    word('mary’s', 'marys'),
    word('a'),
    word('a-77', 'a 77'),
    word('head&neck', 'head neck'),
    word('ct'),
    word('mr'),
    word('2024', dates=('20240101', '20241231')),
    word('2024-01', '2024 01', dates=('20240101', '20240131')),
    word('20240131', dates=('20240131', '20240131')),
    word('2024.01.15', '2024 01 15', dates=('20240115', '20240115'), uid='2024.01.15'),
    word('2024-02-31', '2024 02 31'),
    word('1.2.3', '1 2 3', uid='1.2.3'),
    word('2.840.99', '2 840 99', uid='2.840.99'),
    word('xyz'),
]


@dataclass
class Modelled:
    """A study of the model."""

    study: ExpandedStudy
    modalities: set[str] = field(default_factory=set)

    def value(self, keyword: str) -> str:
        return str(self.study[attribute(keyword).source].get(keyword, ''))

    def has(self, word: Word) -> bool:
        first, last = word.dates
        return (
            any(word.is_in(texts[self.value(keyword)]) for keyword, texts in TEXTS.items())
            or (first != '' and first <= DATES[self.value('StudyDate')] <= last)
            or (word.uid != '' and word.uid in self.value('StudyInstanceUID'))
            or word.modality in self.modalities
        )

    def has_in(self, keyword: str, word: Word) -> bool:
        return word.is_in(TEXTS[keyword][self.value(keyword)])


def study(name: object, date: str, uid: str, **tags: str) -> ExpandedStudy:
    made = expanded(name, date)
    del made['PatientMainDicomTags']['PatientName']
    for keyword, value in {'StudyInstanceUID': uid, **tags}.items():
        made[attribute(keyword).source][keyword] = value
    return made


studies = st.builds(
    study,
    st.integers(0, 9),
    st.sampled_from(list(DATES)),
    st.sampled_from(UIDS),
    **{keyword: st.sampled_from(list(texts)) for keyword, texts in TEXTS.items()},
)
some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)


def selection(**parameters: str) -> Selection:
    return ParameterParser(SCHEMA).parse(parameters).selection


class WordsAgainstAModel(IndexMachine):
    """Any sequence of changes and searches, each search once more while studies change."""

    MOST_VIEWS = 2

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Modelled] = {}

    @initialize(some=st.lists(studies, max_size=12), with_columns=st.booleans())
    def begin(self, some: list[ExpandedStudy], with_columns: bool) -> None:
        self.load(some, with_columns)

    @rule(study=studies)
    def upsert(self, study: ExpandedStudy) -> None:
        self.index.upsert(upsert_of(study))
        self.model.setdefault(study['ID'], Modelled(study)).study = study

    @rule(name=st.integers(0, 9), modalities=st.sets(st.sampled_from(['CT', 'MR', 'SR'])))
    def complete(self, name: int, modalities: set[str]) -> None:
        self.completed(identifier(name), modalities)

    def completed(self, study_id: str, modalities: set[str]) -> None:
        self.index.complete(study_id, computed_of(modalities, 1))
        if study_id in self.model:
            self.model[study_id].modalities = modalities

    @rule(name=st.integers(0, 9))
    def delete(self, name: int) -> None:
        self.index.delete(identifier(name))
        self.model.pop(identifier(name), None)

    @rule(words=some_words)
    def anywhere(self, words: list[Word]) -> None:
        found = self.index.page(0, None, selection(q=' '.join(word.typed for word in words))).bodies
        expected = [name for name, one in self.model.items() if all(map(one.has, words))]
        assert sorted(map(id_of, found)) == sorted(expected)

    @rule(words=some_words, keyword=st.sampled_from(list(TEXTS)))
    def in_one_attribute(self, words: list[Word], keyword: str) -> None:
        requested = selection(**{f'{keyword}~': ' '.join(word.typed for word in words)})
        expected = [name for name, one in self.model.items() if all(one.has_in(keyword, word) for word in words)]
        assert sorted(map(id_of, self.index.page(0, None, requested).bodies)) == sorted(expected)

    @rule(words=some_words, changes=st.lists(studies | st.integers(0, 9), max_size=6))
    def anywhere_while_studies_change(self, words: list[Word], changes: list[ExpandedStudy | int]) -> None:
        find = Past.find

        def find_between_changes(past: Past, study_ids: Sequence[str]) -> list[Study]:
            for change in [changes.pop() for _ in changes[:2]]:
                if isinstance(change, int):
                    self.delete(change)
                    self.complete(change + 1, {'CT'})
                else:
                    self.upsert(change)
            return find(past, study_ids)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Past, 'find', find_between_changes)
            self.anywhere(words)

    @invariant()
    def views_are_what_matches(self) -> None:
        check(self.index)


TestWordsAgainstAModel = WordsAgainstAModel.TestCase
TestWordsAgainstAModel.settings = settings(max_examples=200)


@pytest.fixture(scope='module')
def searched() -> WordsAgainstAModel:
    """An index with columns of sixty studies, and their model. Half of the studies changed once."""
    dice = random.Random(7)
    against = WordsAgainstAModel()

    def some(number: int) -> ExpandedStudy:
        tags = {keyword: dice.choice(list(texts)) for keyword, texts in TEXTS.items()}
        return study(number, dice.choice(list(DATES)), dice.choice(UIDS), **tags)

    for number in range(50):
        against.upsert(some(number))
    against.begin_columns()
    while not against.index.fill_columns():
        pass
    for number in range(25, 60):
        against.upsert(some(number))
    for number in range(60):
        against.completed(identifier(number), set(dice.sample(['CT', 'MR', 'SR'], number % 3)))
    against.teardown()
    return against


@pytest.mark.parametrize('one', WORDS, ids=lambda word: word.typed)
def test_each_word_alone_and_beside_each_other(searched: WordsAgainstAModel, one: Word) -> None:
    searched.anywhere([one])
    for keyword in TEXTS:
        searched.in_one_attribute([one], keyword)
    for other in WORDS:
        searched.anywhere([one, other])


def test_other_spellings_in_columns_are_found_by_words_alone(searched: WordsAgainstAModel) -> None:
    assert searched.index.count_of(selection(InstitutionName='*SUD*'))
    assert searched.index.count_of(selection(InstitutionName='*SUED*')) == 0
    assert searched.index.count_of(selection(**{'InstitutionName~': 'SUED'}))


@pytest.mark.parametrize(
    ('q', 'is_tested'),
    [('smith', False), ('"smith john"', False), ('s*n', False), ('ct smith', False), ('sm?th', True)],
)
def test_rows_decide_also_as_long_as_modalities_are_unknown(q: str, is_tested: bool) -> None:
    against = WordsAgainstAModel()
    names = {keyword: next(iter(texts)) for keyword, texts in TEXTS.items()}
    for number, name in enumerate(['SMITH^JOHN^^DR', 'Müller^Zoë']):
        against.upsert(study(number, '20240131', '1.2.3.4', **{**names, 'PatientName': name}))
    against.begin_columns()
    while not against.index.fill_columns():
        pass
    against.teardown()
    tested: list[str] = []
    [condition] = selection(q=q).filter.conditions

    def matches(study: Study) -> bool:
        tested.append(study.id)
        return condition.matches(study)

    found = against.index.page(0, None, Selection(Filter((replace(condition, matches=matches),)), DEFAULT))
    assert list(map(id_of, found.bodies)) == [identifier(0)]
    assert tested == ([identifier(0)] if is_tested else [])


signs = st.sampled_from('aAbü\'’-.,^=\\ *?"1 2&山田홍길ー・ｶﾞäßÅǿ\u0301\u200d(')
odd_texts = st.text(signs, max_size=8)


@given(st.lists(st.tuples(odd_texts, odd_texts, odd_texts), min_size=1, max_size=8), odd_texts)
@example([('', '', '\u30fc=\u30fc')], '\u30fc.*\u30fc')
@settings(max_examples=600)
def test_columns_find_whatever_the_test_of_each_study_finds(values: list[tuple[str, str, str]], q: str) -> None:
    index = StudyIndex()
    for number, (name, text, institution) in enumerate(values):
        tags = {'PatientName': name, 'StudyDescription': text, 'InstitutionName': institution}
        index.load(upsert_of(study(number, '20240131', '1.2.3', **tags)))
    index.arrange()
    index.begin_columns(SCHEMA)
    assert index.fill_columns()
    for requested in (selection(q=q), selection(**{'PatientName~': q}), selection(**{'StudyDescription~': q})):
        index.page(0, None, requested)
    check(index)
