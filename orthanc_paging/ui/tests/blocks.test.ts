import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { IGetRowsParams } from 'ag-grid-community';

import { Blocks } from '../src/list/blocks';

const SIZE = 100;

/** A list at some place, and what happened to its blocks, by their first rows. */
class Listed {
    seen = 0;
    readonly requested: number[] = [];
    readonly aborted: number[] = [];
    readonly failed: number[] = [];
    private readonly answers = new Map<number, () => void>();
    readonly blocks = new Blocks(
        () => ({ first: this.seen, last: this.seen + 30 }),
        (rows, signal) =>
            new Promise((resolve) => {
                this.requested.push(rows.startRow);
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
        this.blocks.update();
    }

    async answer(startRow: number): Promise<void> {
        this.answers.get(startRow)?.();
        await new Promise(setImmediate);
    }
}

test('a block is requested when it is near', () => {
    const list = new Listed();
    list.want(0);
    list.want(500);
    assert.deepEqual(list.requested, [0]);
    list.goTo(480);
    assert.deepEqual(list.requested, [0, 500]);
});

test('a request is aborted when its block is not near any more, and made again when it is', () => {
    const list = new Listed();
    list.want(0);
    list.goTo(1000);
    assert.deepEqual(list.aborted, [0]);
    list.goTo(0);
    assert.deepEqual(list.requested, [0, 0]);
});

test('a block that has come is not requested again', async () => {
    const list = new Listed();
    list.want(0);
    await list.answer(0);
    list.goTo(1000);
    list.goTo(0);
    assert.deepEqual(list.requested, [0]);
    assert.deepEqual(list.aborted, []);
});

test('nothing is requested while the list moves fast, and then only the block at which it rests', () => {
    const list = new Listed();
    list.blocks.pause();
    for (const row of [1000, 2000, 3000]) {
        list.seen = row;
        list.want(row);
    }
    assert.deepEqual(list.requested, []);
    list.blocks.resume();
    assert.deepEqual(list.requested, [3000]);
});

test('a block that the grid wants again is requested again', () => {
    const list = new Listed();
    list.want(0);
    list.want(0);
    assert.deepEqual(list.requested, [0, 0]);
    assert.deepEqual(list.aborted, [0]);
});

test('the grid never waits for a block: it takes each as failed until it comes', () => {
    const list = new Listed();
    for (const row of [0, 500, 900]) {
        list.want(row);
    }
    assert.deepEqual(list.failed, [0, 500, 900]);
});

test('after clear() no earlier block is requested', () => {
    const list = new Listed();
    list.want(0);
    list.want(500);
    list.blocks.clear();
    list.goTo(500);
    assert.deepEqual(list.requested, [0]);
    assert.deepEqual(list.aborted, [0]);
});

test('blocks that were dragged past long ago are forgotten', () => {
    const list = new Listed();
    list.seen = 1_000_000;
    for (let row = 0; row < 50_000; row += SIZE) {
        list.want(row);
    }
    list.goTo(0);
    assert.deepEqual(list.requested, []);
    list.goTo(49_900);
    assert.deepEqual(list.requested, [49_900]);
});
