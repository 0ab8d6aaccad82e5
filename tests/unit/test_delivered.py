"""The delivered part of the log, and waiting for it."""

from threading import Thread

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orthanc_paging.changes.delivered import Delivered

NEW_STUDY = 6


def delivered_from(number: int) -> Delivered:
    delivered = Delivered()
    delivered.begin(number)
    return delivered


def test_entries_before_the_start_count_as_delivered() -> None:
    assert delivered_from(7).wait_for(7, 0)
    assert not delivered_from(7).wait_for(8, 0)


def test_each_delivery_is_of_the_next_entry_at_least() -> None:
    delivered = delivered_from(7)
    delivered.record(NEW_STUDY, 'a')
    assert delivered.wait_for(8, 0)
    assert not delivered.wait_for(9, 0)


def test_the_same_change_of_the_same_resource_is_another_delivery_each_time() -> None:
    delivered = delivered_from(0)
    delivered.record(NEW_STUDY, 'overwritten')
    assert not delivered.wait_for(2, 0)
    delivered.record(NEW_STUDY, 'overwritten')
    assert delivered.wait_for(2, 0)


def test_nothing_counts_as_delivered_before_the_first_number_is_known() -> None:
    delivered = Delivered()
    delivered.record(NEW_STUDY, 'a')
    assert not delivered.wait_for(1, 0)
    assert delivered.complete_up_to() == 0
    delivered.begin(0)
    assert delivered.wait_for(1, 0)


def test_an_entry_is_complete_when_the_last_event_of_its_train_was_delivered() -> None:
    delivered = delivered_from(0)
    delivered.record_in_train(NEW_STUDY, 'a')
    assert delivered.complete_up_to() == 0
    waiting: list[bool] = []
    thread = Thread(target=lambda: waiting.append(delivered.wait_for(1, 10)))
    thread.start()
    thread.join(0.05)
    assert not waiting
    delivered.end_train()
    thread.join(10)
    assert waiting == [True]
    assert delivered.complete_up_to() == 1


def test_a_train_that_never_ends_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.changes.delivered.TRAIN_SECONDS', 0.01)
    delivered = delivered_from(0)
    delivered.record_in_train(NEW_STUDY, 'a')
    assert delivered.wait_for(1, 10)


def test_numbers_that_the_log_skipped_are_accepted() -> None:
    delivered = delivered_from(0)
    delivered.record(NEW_STUDY, 'a')
    delivered.skip_to(5)
    assert delivered.wait_for(5, 0)
    delivered.record(NEW_STUDY, 'b')
    assert delivered.complete_up_to() == 6


def test_waiting_ends_when_it_is_delivered_and_when_all_is_closed() -> None:
    delivered = delivered_from(0)
    answers: list[bool] = []
    threads = [
        Thread(target=lambda number=number: answers.append(delivered.wait_for(number, 10))) for number in (1, 2)
    ]
    for thread in threads:
        thread.start()
    delivered.record(NEW_STUDY, 'a')
    threads[0].join(10)
    delivered.close()
    threads[1].join(10)
    assert answers == [True, False]


class NeverTooEarly(RuleBasedStateMachine):
    """Any commits, deletions and deliveries: what counts as delivered was delivered.

    The model is the list of commits in their order: (number, resource) for an entry of the log, None for a number
    that the log skips. A deletion removes entries from the log, and not from what is delivered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.delivered = Delivered()
        self.committed: list[int] = []
        self.handed_over = 0
        self.number = 0
        self.has_skipped = False

    @initialize(before=st.integers(0, 3))
    def begin(self, before: int) -> None:
        self.number = before
        self.delivered.begin(before)

    @rule()
    def commit(self) -> None:
        self.number += 1
        self.committed.append(self.number)

    @rule()
    def skip_a_number(self) -> None:
        self.number += 1
        self.has_skipped = True

    @precondition(lambda self: self.handed_over < len(self.committed))
    @rule()
    def deliver(self) -> None:
        self.handed_over += 1
        self.delivered.record(NEW_STUDY, 'always the same')

    @invariant()
    def an_entry_counts_as_delivered_only_if_it_was(self) -> None:
        for number in self.committed[self.handed_over :]:
            assert not self.delivered.wait_for(number, 0)

    @invariant()
    def it_counts_as_delivered_unless_numbers_were_skipped(self) -> None:
        if not self.has_skipped:
            assert all(self.delivered.wait_for(number, 0) for number in self.committed[: self.handed_over])


TestNeverTooEarly = NeverTooEarly.TestCase
