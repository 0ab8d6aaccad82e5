import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { IGetRowsParams } from 'ag-grid-community';

import { Blocks } from '../src/list/blocks';

const SIZE = 100;

/** A list that stands somewhere, and what was asked for it: the first rows of blocks. */
class Listed {
    seen = 0;
    readonly asked: number[] = [];
    readonly aborted: number[] = [];
    readonly failed: number[] = [];
    private readonly answers = new Map<number, () => void>();
    readonly blocks = new Blocks(
        () => ({ first: this.seen, last: this.seen + 30 }),
        (rows, signal) =>
            new Promise((resolve) => {
                this.asked.push(rows.startRow);
                this.answers.set(rows.startRow, resolve);
                signal.addEventListener('abort', () => {
                    this.aborted.push(rows.startRow);
                    resolve();
                });
            }),
    );

    want(startRow: number): void {
        const failCallback = (): void => void this.failed.push(startRow);
        this.blocks.want({ startRow, endRow: startRow + SIZE, failCallback } as IGetRowsParams);
    }

    goTo(row: number): void {
        this.seen = row;
        this.blocks.look();
    }

    async answer(startRow: number): Promise<void> {
        this.answers.get(startRow)?.();
        await new Promise(setImmediate);
    }
}

test('a block that is near is asked for at once, and one that is not once it is', () => {
    const list = new Listed();
    list.want(0);
    list.want(500);
    assert.deepEqual(list.asked, [0]);
    list.goTo(480);
    assert.deepEqual(list.asked, [0, 500]);
});

test('a request for what is left is given up, and made again where one comes back', () => {
    const list = new Listed();
    list.want(0);
    list.goTo(1000);
    assert.deepEqual(list.aborted, [0]);
    list.goTo(0);
    assert.deepEqual(list.asked, [0, 0]);
});

test('what has come is not asked for again', async () => {
    const list = new Listed();
    list.want(0);
    await list.answer(0);
    list.goTo(1000);
    list.goTo(0);
    assert.deepEqual(list.asked, [0]);
    assert.deepEqual(list.aborted, []);
});

test('nothing is asked for while the list moves fast, and then only where it rests', () => {
    const list = new Listed();
    list.blocks.pause();
    for (const row of [1000, 2000, 3000]) {
        list.seen = row;
        list.want(row);
    }
    assert.deepEqual(list.asked, []);
    list.blocks.resume();
    assert.deepEqual(list.asked, [3000]);
});

test('a block that is wanted again, as it has changed, is asked for again', () => {
    const list = new Listed();
    list.want(0);
    list.want(0);
    assert.deepEqual(list.asked, [0, 0]);
    assert.deepEqual(list.aborted, [0]);
});

test('the queue of the grid never waits for a block', () => {
    const list = new Listed();
    for (const row of [0, 500, 900]) {
        list.want(row);
    }
    assert.deepEqual(list.failed, [0, 500, 900]);
});

test('after a clearance nothing of before is asked for', () => {
    const list = new Listed();
    list.want(0);
    list.want(500);
    list.blocks.clear();
    list.goTo(500);
    assert.deepEqual(list.asked, [0]);
    assert.deepEqual(list.aborted, [0]);
});

test('what was dragged past long ago is forgotten', () => {
    const list = new Listed();
    list.seen = 1_000_000;
    for (let row = 0; row < 50_000; row += SIZE) {
        list.want(row);
    }
    list.goTo(0);
    assert.deepEqual(list.asked, []);
    list.goTo(49_900);
    assert.deepEqual(list.asked, [49_900]);
});
