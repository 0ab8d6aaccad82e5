"""The book-keeping of the changes that are not yet applied."""

from threading import Thread

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from orthanc_paging.changes.pending import MOST_LOOKS, Batch, Pending
from orthanc_paging.changes.second_looks import LOOK_SECONDS

QUIET = 0.5


class Clock:
    """A time that passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def pending_and_clock() -> tuple[Pending, Clock]:
    clock = Clock()
    return Pending(QUIET, clock, clock), clock


def test_a_study_that_is_told_ten_times_is_taken_once() -> None:
    pending, _ = pending_and_clock()
    for _ in range(10):
        pending.study_changed('a')
    assert pending.take() == Batch(changed=('a',), since=1000)
    assert pending.take() == Batch()


def test_a_study_that_is_told_again_within_its_quiet_time_waits_until_that_is_over() -> None:
    pending, clock = pending_and_clock()
    pending.study_changed('a')
    pending.take()
    pending.study_changed('a')
    assert pending.take() == Batch()
    assert len(pending) == 1
    clock.seconds += QUIET
    assert pending.take().changed == ('a',)


def test_when_a_job_ends_the_studies_told_of_within_a_minute_are_told_again() -> None:
    pending, clock = pending_and_clock()
    pending.study_changed('old')
    clock.seconds += 50
    for study in ('made', 'gone'):
        pending.study_changed(study)
    pending.study_deleted('gone')
    clock.seconds += 11
    pending.take()
    clock.seconds += QUIET
    pending.job_ended('job')
    batch = pending.take()
    assert (batch.changed, batch.jobs) == (('made',), ('job',))


def test_a_study_that_became_stable_needs_no_fetch() -> None:
    pending, _ = pending_and_clock()
    pending.study_stable('a')
    assert len(pending) == 1
    assert pending.take() == Batch(stable=('a',))


def test_a_study_that_changed_too_is_fetched_alone() -> None:
    pending, _ = pending_and_clock()
    for study in 'ab':
        pending.study_changed(study)
    pending.study_stable('a')
    pending.study_stable('c')
    pending.study_changed('c')
    pending.study_stable('d')
    pending.study_deleted('d')
    pending.study_stable('d')
    assert pending.take() == Batch(changed=('a', 'b', 'c'), deleted=('d',), since=1000)


def test_another_study_does_not_wait_for_it() -> None:
    pending, _ = pending_and_clock()
    pending.study_changed('a')
    pending.take()
    pending.study_changed('a')
    pending.study_changed('b')
    assert pending.take().changed == ('b',)


def test_the_last_word_on_a_study_counts() -> None:
    pending, _ = pending_and_clock()
    pending.study_changed('gone')
    pending.study_deleted('gone')
    pending.study_deleted('back')
    pending.study_changed('back')
    assert pending.take() == Batch(changed=('back',), deleted=('gone',), since=1000)


def test_a_study_that_is_deleted_and_sent_again_does_not_wait() -> None:
    pending, _ = pending_and_clock()
    pending.study_changed('a')
    pending.take()
    pending.study_deleted('a')
    pending.study_changed('a')
    assert pending.take().changed == ('a',)


def test_an_overwritten_instance_is_not_a_deleted_one() -> None:
    pending, _ = pending_and_clock()
    pending.instance_deleted('i')
    pending.instance_deleted('j')
    pending.instance_added('i')
    pending.instance_added('new')
    assert pending.take() == Batch(deleted_instances=('j',), since=1000)


def test_since_is_when_the_first_of_a_batch_was_told() -> None:
    pending, clock = pending_and_clock()
    pending.study_deleted('x')
    clock.seconds += 1
    pending.study_changed('a')
    clock.seconds += 1
    pending.series_deleted('s')
    pending.instance_deleted('i')
    assert pending.take().since == 1001


def test_what_is_put_back_is_taken_again_after_a_quiet_time() -> None:
    pending, clock = pending_and_clock()
    pending.study_changed('a')
    batch = pending.take()
    pending.put_back(batch)
    assert pending.take() == Batch()
    clock.seconds += QUIET
    assert pending.take() == batch


def test_what_was_told_since_counts_more_than_what_is_put_back() -> None:
    pending, clock = pending_and_clock()
    pending.study_changed('a')
    pending.study_deleted('b')
    batch = pending.take()
    pending.study_deleted('a')
    pending.study_changed('b')
    pending.put_back(batch)
    clock.seconds += QUIET
    taken = pending.take()
    assert (taken.changed, taken.deleted) == (('b',), ('a',))


def test_waiting_ends_when_something_is_told_and_when_it_is_closed() -> None:
    pending = Pending()
    answers: list[bool] = []
    thread = Thread(target=lambda: answers.append(pending.wait()))
    thread.start()
    pending.study_changed('a')
    thread.join(10)
    assert answers == [True]
    pending.take()
    thread = Thread(target=lambda: answers.append(pending.wait()))
    thread.start()
    pending.close()
    thread.join(10)
    assert answers == [True, False]


def test_what_is_flushed_does_not_wait_for_its_quiet_time() -> None:
    pending, _ = pending_and_clock()
    pending.study_changed('a')
    pending.take()
    pending.applied()
    pending.study_changed('a')
    flushed = pending.flush()
    assert pending.take().changed == ('a',)
    assert not flushed.done()
    pending.applied()
    assert flushed.result(0)


def test_where_nothing_is_noted_a_flush_waits_for_what_is_in_hand() -> None:
    pending, _ = pending_and_clock()
    assert pending.flush().result(0)
    pending.instance_deleted('a')
    batch = pending.take()
    flushed = pending.flush()
    assert not flushed.done()
    pending.put_back(batch)
    assert flushed.result(0) is False


def test_a_flush_takes_second_looks_before_their_time_and_leaves_them_for_later() -> None:
    pending, clock = pending_and_clock()
    pending.study_stable('a')
    pending.take()
    pending.applied()
    flushed = pending.flush()
    assert pending.take() == Batch(again=('a',))
    pending.applied()
    assert flushed.result(0)
    clock.seconds += LOOK_SECONDS
    assert pending.take() == Batch(again=('a',))


def test_a_study_gets_a_second_look_when_the_last_event_on_it_is_half_a_second_old() -> None:
    pending, clock = pending_and_clock()
    for _ in range(3):
        pending.study_changed('a')
        pending.take()
        clock.seconds += LOOK_SECONDS / 2
    pending.take()  # the last event came in the quiet time
    assert pending.take() == Batch()
    clock.seconds += LOOK_SECONDS
    assert pending.take() == Batch(again=('a',))
    clock.seconds += LOOK_SECONDS
    assert pending.take() == Batch()


def test_what_is_fetched_anyway_needs_no_second_look() -> None:
    pending, clock = pending_and_clock()
    pending.study_stable('a')
    pending.take()
    clock.seconds += LOOK_SECONDS
    pending.study_changed('a')
    assert pending.take() == Batch(changed=('a',), since=clock.seconds)


def test_an_event_on_a_series_lets_it_be_looked_at_later() -> None:
    pending, clock = pending_and_clock()
    pending.resource_touched('s')
    assert len(pending) == 0
    assert pending.looks() == ['s']
    clock.seconds += LOOK_SECONDS
    assert pending.take() == Batch(again=('s',))


def test_second_looks_come_some_at_a_time() -> None:
    pending, clock = pending_and_clock()
    pending.look_again(str(number) for number in range(MOST_LOOKS + 1))
    clock.seconds += LOOK_SECONDS
    assert len(pending.take().again) == MOST_LOOKS
    assert pending.take().again == (str(MOST_LOOKS),)


def test_a_second_look_that_failed_is_taken_again() -> None:
    pending, clock = pending_and_clock()
    pending.look_again(['a', 'b', 'gone'])
    clock.seconds += LOOK_SECONDS
    batch = pending.take()
    pending.study_deleted('gone')
    pending.put_back(batch)
    assert pending.take() == Batch(again=('a', 'b'), deleted=('gone',))


def test_waiting_ends_when_a_second_look_is_due() -> None:
    pending = Pending()
    pending.resource_touched('s')
    assert pending.wait(10)
    assert pending.take() == Batch(again=('s',))


def test_a_batch_without_a_change_has_no_time() -> None:
    pending, _ = pending_and_clock()
    pending.study_stable('a')
    pending.study_deleted('b')
    assert pending.take().since is None


def test_at_the_end_a_flush_is_cancelled() -> None:
    pending, _ = pending_and_clock()
    pending.study_changed('a')
    flushed = pending.flush()
    pending.close()
    assert flushed.cancelled()
    assert pending.flush().cancelled()


class NothingIsLost(RuleBasedStateMachine):
    """Any order of changes, takes, failures and time: at the end, the index contains the last version of each.

    The model of Orthanc is the version of each study (None: not there); fetching reads it at that moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pending, self.clock = pending_and_clock()
        self.orthanc: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.versions = 0

    studies = st.sampled_from('abc')

    @rule(study=studies)
    def change(self, study: str) -> None:
        self.versions += 1
        self.orthanc[study] = self.versions
        self.pending.study_changed(study)

    @rule(study=studies)
    def delete(self, study: str) -> None:
        if self.orthanc.pop(study, None) is not None:
            self.pending.study_deleted(study)

    @rule(study=studies)
    def become_stable(self, study: str) -> None:
        if study in self.orthanc:
            self.pending.study_stable(study)

    @rule(study=studies)
    def act_on_the_last_event_in_silence(self, study: str) -> None:
        """A script sets a label: within the time that a second look leaves it."""
        if study in self.orthanc and study in self.pending.looks():
            self.versions += 1
            self.orthanc[study] = self.versions

    @rule(seconds=st.floats(0.01, 1))
    def pass_time(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def apply(self) -> None:
        batch = self.pending.take()
        parts = [*batch.changed, *batch.stable, *batch.deleted]
        assert len(parts) == len(set(parts))
        for study in batch.deleted:
            self.held.pop(study, None)
        unknown = [study for study in batch.stable if study not in self.held]
        for study in (*batch.changed, *batch.again, *unknown):
            if study in self.orthanc:
                self.held[study] = self.orthanc[study]
            else:
                self.held.pop(study, None)

    @rule(after=st.sampled_from(['nothing', 'change', 'delete']), study=studies)
    def fail_to_apply(self, after: str, study: str) -> None:
        batch = self.pending.take()
        if after != 'nothing':
            getattr(self, after)(study)
        self.pending.put_back(batch)

    @invariant()
    def what_differs_is_pending(self) -> None:
        different = {study for study in 'abc' if self.held.get(study) != self.orthanc.get(study)}
        assert different <= {*self.pending.studies(), *self.pending.looks()}

    def teardown(self) -> None:
        while self.pending.studies() or self.pending.looks():
            self.clock.seconds += QUIET
            self.apply()
        assert self.held == self.orthanc


TestNothingIsLost = NothingIsLost.TestCase
