"""The retries of studies that cannot be fetched."""

from math import inf

import pytest

from orthanc_paging.changes.queue import Queue
from orthanc_paging.changes.recorded import Batch
from orthanc_paging.changes.retries import FIRST_SECONDS, LONGEST_SECONDS, Retries
from tests.support.clock import Clock


def test_the_time_to_the_next_try_doubles_up_to_a_limit() -> None:
    clock = Clock()
    retries = Retries(clock)
    delays = []
    for _ in range(12):
        retries.record('a')
        delay = retries.seconds_to_next()
        delays.append(delay)
        clock.seconds += delay
        assert retries.take() == ['a']
    assert delays[:4] == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS, 8 * FIRST_SECONDS]
    assert delays[-1] == LONGEST_SECONDS
    assert retries.seconds_to_next() == inf


def queue_and_clock() -> tuple[Queue, Clock]:
    clock = Clock()
    return Queue(monotonic=clock, now=clock), clock


def refuse(queue: Queue, study_id: str) -> None:
    """Do what the worker does if Orthanc refuses a study."""
    assert study_id in queue.take().changed
    queue.retry([study_id])


def test_a_refused_study_is_taken_again_when_its_time_has_come() -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('a')
    refuse(queue, 'a')
    assert queue.take() == Batch()
    queue.applied()
    assert queue.studies() == ['a']
    clock.seconds += FIRST_SECONDS
    assert queue.wait(0)
    assert queue.take().changed == ('a',)


def test_a_study_that_waits_for_a_retry_delays_no_flush() -> None:
    queue, _ = queue_and_clock()
    queue.study_changed('a')
    flushed = queue.flush()
    refuse(queue, 'a')
    assert flushed.result(0) is False
    for resource_id in queue.looks():
        queue.study_deleted(resource_id)
    assert queue.take().deleted == ('a',)
    queue.applied()
    assert queue.flush().result(0) is True


@pytest.mark.parametrize('end', [Queue.study_changed, Queue.study_deleted, Queue.fetched])
def test_an_event_and_a_fetch_end_the_retries(end: object) -> None:
    queue, clock = queue_and_clock()
    queue.study_changed('a')
    refuse(queue, 'a')
    clock.seconds += FIRST_SECONDS
    refuse(queue, 'a')
    assert callable(end)
    end(queue, 'a')
    clock.seconds += FIRST_SECONDS
    queue.take()
    queue.study_changed('a')
    clock.seconds += FIRST_SECONDS
    refuse(queue, 'a')
    clock.seconds += FIRST_SECONDS
    assert 'a' in queue.take().changed
