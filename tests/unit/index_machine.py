"""The common part of the state machines that compare an index with a model."""

from collections.abc import Iterable
from typing import ClassVar

import pytest
from hypothesis.stateful import RuleBasedStateMachine, rule

from orthanc_paging.index.study_index import StudyIndex
from orthanc_paging.studies.study import ExpandedStudy
from tests.unit.attributes import SCHEMA
from tests.unit.small_steps import take_small_steps


class IndexMachine(RuleBasedStateMachine):
    """An index that works in small steps. A subclass adds the model, and rules that compare."""

    MOST_VIEWS: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self.index = StudyIndex(self.MOST_VIEWS)
        self.index.arrange()
        self.patch = pytest.MonkeyPatch()
        take_small_steps(self.patch)

    def teardown(self) -> None:
        self.patch.undo()

    def upsert(self, study: ExpandedStudy) -> None:
        """Put a study into the index and into the model."""
        raise NotImplementedError

    def load(self, studies: Iterable[ExpandedStudy], with_columns: bool) -> None:
        """Begin with some studies, and with complete columns or with none."""
        for study in studies:
            self.upsert(study)
        if with_columns:
            self.begin_columns()
            while not self.index.fill_columns():
                pass

    @rule()
    def begin_columns(self) -> None:
        self.index.begin_columns(SCHEMA)

    @rule()
    def fill_columns(self) -> None:
        self.index.fill_columns()
