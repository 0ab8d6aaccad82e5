"""What was delivered, and waiting for it."""

from threading import Thread

import pytest

from orthanc_paging.changes.delivered import KEPT, Delivered


def test_what_was_delivered_is_not_waited_for() -> None:
    delivered = Delivered()
    delivered.note(6, 'a')
    assert delivered.wait_for(6, 'a', 0)
    assert not delivered.wait_for(6, 'b', 0)
    assert not delivered.wait_for(9, 'a', 0)


def test_what_is_in_the_log_is_delivered_when_the_last_of_its_train_is() -> None:
    delivered = Delivered()
    delivered.begin_train(6, 'a')
    waiting: list[bool] = []
    thread = Thread(target=lambda: waiting.append(delivered.wait_for(6, 'a', 10)))
    thread.start()
    thread.join(0.05)
    assert not waiting
    delivered.end_train()
    thread.join(10)
    assert waiting == [True]


def test_a_train_that_never_ends_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('orthanc_paging.changes.delivered.TRAIN_SECONDS', 0.01)
    delivered = Delivered()
    delivered.begin_train(6, 'a')
    assert delivered.wait_for(6, 'a', 10)


def test_only_the_last_ones_are_kept() -> None:
    delivered = Delivered()
    for number in range(KEPT + 1):
        delivered.note(6, str(number))
    assert not delivered.wait_for(6, '0', 0)
    assert delivered.wait_for(6, '1', 0)


def test_what_is_delivered_again_is_among_the_last_ones() -> None:
    delivered = Delivered()
    delivered.note(6, 'again')
    for number in range(KEPT - 1):
        delivered.note(6, str(number))
    delivered.note(6, 'again')
    delivered.note(6, 'one more')
    assert delivered.wait_for(6, 'again', 0)


def test_waiting_ends_when_it_is_delivered_and_when_all_is_closed() -> None:
    delivered = Delivered()
    answers: list[bool] = []
    threads = [Thread(target=lambda name=name: answers.append(delivered.wait_for(6, name, 10))) for name in 'ab']
    for thread in threads:
        thread.start()
    delivered.note(6, 'a')
    threads[0].join(10)
    delivered.close()
    threads[1].join(10)
    assert answers == [True, False]
