"""Turns of work that other threads request."""

from threading import Thread

from orthanc_paging.changes.turns import Turns, Wakeup


def test_one_turn_answers_all_requests_that_were_made_before_it() -> None:
    turns: Turns[int] = Turns(Wakeup())
    first, second = turns.request(), turns.request()
    assert turns.is_due()
    turns.begin()
    turns.answer(7)
    assert (first.result(0), second.result(0)) == (7, 7)
    assert not turns.is_due()


def test_a_request_during_a_turn_waits_for_the_next_turn() -> None:
    turns: Turns[int] = Turns(Wakeup())
    turns.request()
    turns.begin()
    late = turns.request()
    assert (turns.is_running(), turns.is_due()) == (True, False)
    turns.answer(1)
    assert not late.done()
    assert turns.is_due()
    turns.begin()
    turns.answer(2)
    assert late.result(0) == 2


def test_a_request_that_joins_a_turn_gets_its_answer() -> None:
    turns: Turns[int] = Turns(Wakeup())
    turns.begin()
    assert (turns.is_running(), turns.is_awaited()) == (True, False)
    joined = turns.join()
    assert turns.is_awaited()
    turns.answer(1)
    assert joined.result(0) == 1
    assert turns.join().cancelled()


def test_at_the_end_all_requests_are_cancelled() -> None:
    turns: Turns[int] = Turns(Wakeup())
    running = turns.request()
    turns.begin()
    waiting = turns.request()
    turns.close()
    assert running.cancelled()
    assert waiting.cancelled()
    assert turns.request().cancelled()
    turns.answer(1)  # of nobody


def test_a_request_wakes_the_thread_that_waits() -> None:
    wakeup = Wakeup()
    turns: Turns[int] = Turns(wakeup)

    def work() -> None:
        with wakeup.condition:
            wakeup.condition.wait_for(lambda: wakeup.is_set)
        turns.begin()
        turns.answer(3)

    thread = Thread(target=work)
    thread.start()
    assert turns.request().result(10) == 3
    thread.join()
