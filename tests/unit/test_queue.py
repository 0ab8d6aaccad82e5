"""The queue: what is recorded, what is due, and what comes of failures."""

from threading import Thread

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from orthanc_paging.changes.queue import MOST_LOOKS, Queue
from orthanc_paging.changes.quiet_times import QUIET_SECONDS
from orthanc_paging.changes.recorded import Batch
from orthanc_paging.changes.second_looks import LOOK_SECONDS


class Clock:
    """A time that passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def queue_and_clock() -> tuple[Queue, Clock]:
    clock = Clock()
    return Queue(clock, clock), clock


def test_a_study_that_is_reported_ten_times_is_taken_once() -> None:
    queue, _ = queue_and_clock()
    for _ in range(10):
        queue.study_changed('a')
    assert queue.take() == Batch(changed=('a',), since=1000)
    assert queue.take() == Batch()


def test_a_study_that_is_reported_in_its_quiet_time_waits_for_the_end_of_that() -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('a')
    queue.take()
    queue.study_changed('a')
    assert queue.take() == Batch()
    assert len(queue) == 1
    clock.seconds += QUIET_SECONDS
    assert queue.take().changed == ('a',)


def test_when_a_job_ends_the_studies_of_the_last_minute_are_fetched_again() -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('old')
    clock.seconds += 50
    for study in ('made', 'gone'):
        queue.study_changed(study)
    queue.study_deleted('gone')
    clock.seconds += 11
    queue.take()
    clock.seconds += QUIET_SECONDS
    queue.job_ended('job')
    batch = queue.take()
    assert (batch.changed, batch.jobs) == (('made',), ('job',))


def test_a_study_that_became_stable_needs_no_fetch() -> None:
    queue, _ = queue_and_clock()
    queue.study_stable('a')
    assert len(queue) == 1
    assert queue.take() == Batch(stable=('a',))


def test_a_study_that_changed_too_is_fetched_alone() -> None:
    queue, _ = queue_and_clock()
    for study in 'ab':
        queue.study_changed(study)
    queue.study_stable('a')
    queue.study_stable('c')
    queue.study_changed('c')
    queue.study_stable('d')
    queue.study_deleted('d')
    queue.study_stable('d')
    assert queue.take() == Batch(changed=('a', 'b', 'c'), deleted=('d',), since=1000)


def test_the_quiet_time_of_one_study_delays_no_other() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('a')
    queue.take()
    queue.study_changed('a')
    queue.study_changed('b')
    assert queue.take().changed == ('b',)


def test_the_last_event_on_a_study_counts() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('gone')
    queue.study_deleted('gone')
    queue.study_deleted('back')
    queue.study_changed('back')
    assert queue.take() == Batch(changed=('back',), deleted=('gone',), since=1000)


def test_a_study_that_is_deleted_and_sent_again_does_not_wait() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('a')
    queue.take()
    queue.study_deleted('a')
    queue.study_changed('a')
    assert queue.take().changed == ('a',)


def test_an_overwritten_instance_is_not_a_deleted_one() -> None:
    queue, _ = queue_and_clock()
    queue.instance_deleted('i')
    queue.instance_deleted('j')
    queue.instance_added('i')
    queue.instance_added('new')
    assert queue.take() == Batch(deleted_instances=('j',), since=1000)


def test_since_is_when_the_first_change_of_a_batch_was_reported() -> None:
    queue, clock = queue_and_clock()
    queue.study_deleted('x')
    clock.seconds += 1
    queue.study_changed('a')
    clock.seconds += 1
    queue.series_deleted('s')
    queue.instance_deleted('i')
    assert queue.take().since == 1001


def test_a_study_that_is_put_back_is_taken_again_after_a_quiet_time() -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('a')
    batch = queue.take()
    queue.put_back(batch)
    assert queue.take() == Batch()
    clock.seconds += QUIET_SECONDS
    assert queue.take() == batch


def test_newer_events_count_more_than_studies_that_are_put_back() -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('a')
    queue.study_deleted('b')
    batch = queue.take()
    queue.study_deleted('a')
    queue.study_changed('b')
    queue.put_back(batch)
    clock.seconds += QUIET_SECONDS
    taken = queue.take()
    assert (taken.changed, taken.deleted) == (('b',), ('a',))


def test_waiting_ends_at_a_change_and_at_the_end() -> None:
    queue = Queue()
    answers: list[bool] = []
    thread = Thread(target=lambda: answers.append(queue.wait(60)))
    thread.start()
    queue.study_changed('a')
    thread.join(10)
    assert answers == [True]
    queue.take()
    thread = Thread(target=lambda: answers.append(queue.wait(60)))
    thread.start()
    queue.close()
    thread.join(10)
    assert answers == [True, False]


def test_a_flushed_study_does_not_wait_for_its_quiet_time() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('a')
    queue.take()
    queue.applied()
    queue.study_changed('a')
    flushed = queue.flush()
    assert queue.take().changed == ('a',)
    assert not flushed.done()
    queue.applied()
    assert flushed.result(0)


def test_if_nothing_is_recorded_a_flush_waits_for_the_present_batch() -> None:
    queue, _ = queue_and_clock()
    assert queue.flush().result(0)
    queue.instance_deleted('a')
    batch = queue.take()
    flushed = queue.flush()
    assert not flushed.done()
    queue.put_back(batch)
    assert flushed.result(0) is False


def test_a_flush_takes_second_looks_before_their_time_and_leaves_them_for_later() -> None:
    queue, clock = queue_and_clock()
    queue.study_stable('a')
    queue.take()
    queue.applied()
    flushed = queue.flush()
    assert queue.take() == Batch(again=('a',))
    queue.applied()
    assert flushed.result(0)
    clock.seconds += LOOK_SECONDS
    assert queue.take() == Batch(again=('a',))


def test_a_study_gets_a_second_look_when_the_last_event_on_it_is_half_a_second_old() -> None:
    queue, clock = queue_and_clock()
    for _ in range(3):
        queue.study_changed('a')
        queue.take()
        clock.seconds += LOOK_SECONDS / 2
    queue.take()  # the last event came in the quiet time
    assert queue.take() == Batch()
    clock.seconds += LOOK_SECONDS
    assert queue.take() == Batch(again=('a',))
    clock.seconds += LOOK_SECONDS
    assert queue.take() == Batch()


def test_a_study_that_is_fetched_anyway_needs_no_second_look() -> None:
    queue, clock = queue_and_clock()
    queue.study_stable('a')
    queue.take()
    clock.seconds += LOOK_SECONDS
    queue.study_changed('a')
    assert queue.take() == Batch(changed=('a',), since=clock.seconds)


def test_an_event_on_a_series_lets_it_be_looked_at_later() -> None:
    queue, clock = queue_and_clock()
    queue.resource_touched('s')
    assert len(queue) == 0
    assert queue.looks() == ['s']
    clock.seconds += LOOK_SECONDS
    assert queue.take() == Batch(again=('s',))


def test_second_looks_come_some_at_a_time() -> None:
    queue, clock = queue_and_clock()
    queue.look_again(str(number) for number in range(MOST_LOOKS + 1))
    clock.seconds += LOOK_SECONDS
    assert len(queue.take().again) == MOST_LOOKS
    assert queue.take().again == (str(MOST_LOOKS),)


def test_a_second_look_that_failed_is_taken_again() -> None:
    queue, clock = queue_and_clock()
    queue.look_again(['a', 'b', 'gone'])
    clock.seconds += LOOK_SECONDS
    batch = queue.take()
    queue.study_deleted('gone')
    queue.put_back(batch)
    assert queue.take() == Batch(again=('a', 'b'), deleted=('gone',))


def test_waiting_ends_when_a_second_look_is_due() -> None:
    queue = Queue()
    queue.resource_touched('s')
    assert queue.wait(10)
    assert queue.take() == Batch(again=('s',))


def test_a_batch_without_a_change_has_no_time() -> None:
    queue, _ = queue_and_clock()
    queue.study_stable('a')
    queue.study_deleted('b')
    assert queue.take().since is None


def test_at_the_end_a_flush_is_cancelled() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('a')
    flushed = queue.flush()
    queue.close()
    assert flushed.cancelled()
    assert queue.flush().cancelled()


class NothingIsLost(RuleBasedStateMachine):
    """Any order of changes, takes, failures and time: at the end, the index contains the last version of each.

    The model of Orthanc is the version of each study (None: not there); fetching reads it at that moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.clock = queue_and_clock()
        self.orthanc: dict[str, int] = {}
        self.content: dict[str, int] = {}
        self.versions = 0

    studies = st.sampled_from('abc')

    @rule(study=studies)
    def change(self, study: str) -> None:
        self.versions += 1
        self.orthanc[study] = self.versions
        self.queue.study_changed(study)

    @rule(study=studies)
    def delete(self, study: str) -> None:
        if self.orthanc.pop(study, None) is not None:
            self.queue.study_deleted(study)

    @rule(study=studies)
    def become_stable(self, study: str) -> None:
        if study in self.orthanc:
            self.queue.study_stable(study)

    @rule(study=studies)
    def act_on_the_last_event_in_silence(self, study: str) -> None:
        """A script sets a label: within the time that a second look leaves it."""
        if study in self.orthanc and study in self.queue.looks():
            self.versions += 1
            self.orthanc[study] = self.versions

    @rule(seconds=st.floats(0.01, 1))
    def pass_time(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def apply(self) -> None:
        batch = self.queue.take()
        parts = [*batch.changed, *batch.stable, *batch.deleted]
        assert len(parts) == len(set(parts))
        for study in batch.deleted:
            self.content.pop(study, None)
        unknown = [study for study in batch.stable if study not in self.content]
        for study in (*batch.changed, *batch.again, *unknown):
            if study in self.orthanc:
                self.content[study] = self.orthanc[study]
            else:
                self.content.pop(study, None)

    @rule(after=st.sampled_from(['nothing', 'change', 'delete']), study=studies)
    def fail_to_apply(self, after: str, study: str) -> None:
        batch = self.queue.take()
        if after != 'nothing':
            getattr(self, after)(study)
        self.queue.put_back(batch)

    @invariant()
    def what_differs_is_recorded(self) -> None:
        different = {study for study in 'abc' if self.content.get(study) != self.orthanc.get(study)}
        assert different <= {*self.queue.studies(), *self.queue.looks()}

    def teardown(self) -> None:
        while self.queue.studies() or self.queue.looks():
            self.clock.seconds += QUIET_SECONDS
            self.apply()
        assert self.content == self.orthanc


TestNothingIsLost = NothingIsLost.TestCase
