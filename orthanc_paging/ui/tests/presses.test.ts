/** Which study a click acts on when rows move. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type OnScreen, Presses } from '../src/list/presses';

const [A, B, C] = ['A', 'B', 'C'].map((ID) => ({ ID }) as OnScreen['study']) as [
    OnScreen['study'],
    OnScreen['study'],
    OnScreen['study'],
];

/** A row of 30 pixels at a place from the top. */
function row(study: OnScreen['study'], place: number): OnScreen {
    return { study, top: place * 30, bottom: (place + 1) * 30 };
}

/** Press and release in the middle of a place, at a time in ms. `there` is the study that is there now. */
function click(presses: Presses, place: number, timeStamp: number, there: OnScreen['study']): string | null {
    const clientY = place * 30 + 15;
    presses.press({ clientY, timeStamp }, row(there, place));
    return presses.release({ clientY }, there)?.ID ?? null;
}

test('a click acts on the row that is there', () => {
    assert.equal(click(new Presses(), 0, 1000, A), 'A');
});

test('within 300 ms after rows moved it acts on the row that was there before', () => {
    const presses = new Presses();
    presses.changed([row(A, 0), row(B, 1)], 1000);
    assert.equal(click(presses, 1, 990, A), 'B', 'pressed before, and reported after');
    assert.equal(click(presses, 1, 1000, A), 'B');
    assert.equal(click(presses, 1, 1299, A), 'B');
    assert.equal(click(presses, 1, 1300, A), 'A');
    assert.equal(click(presses, 2, 1100, B), 'B', 'nothing was there before');
});

test('if rows moved twice it acts on what was there 300 ms ago', () => {
    const presses = new Presses();
    presses.changed([row(A, 0)], 1000);
    presses.changed([row(B, 0)], 1200);
    assert.equal(click(presses, 0, 1250, C), 'A');
    assert.equal(click(presses, 0, 1350, C), 'B');
    assert.equal(click(presses, 0, 1500, C), 'C');
});

test('after somebody scrolled, a click acts on the row that is there at once', () => {
    const presses = new Presses();
    presses.changed([row(A, 0)], 1000);
    presses.forget();
    assert.equal(click(presses, 0, 1001, B), 'B');
});

test('a press that is released elsewhere acts on nothing, and is over', () => {
    const presses = new Presses();
    presses.press({ clientY: 15, timeStamp: 0 }, row(A, 0));
    assert.equal(presses.release({ clientY: 45 }, B), null);
    assert.equal(presses.release({ clientY: 45 }, B), B, 'a click without a press, by assistive technology');
});

test('a press beside the rows acts on nothing', () => {
    const presses = new Presses();
    presses.press({ clientY: 15, timeStamp: 0 }, row(A, 0));
    presses.press({ clientY: 500, timeStamp: 10 }, null);
    assert.equal(presses.release({ clientY: 500 }, null), null);
});
