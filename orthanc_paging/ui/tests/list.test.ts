/** The parts of the list that need no browser: orders, and blocks that change together. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { orderOf, sortState } from '../src/list/header_order';
import { Refresh } from '../src/list/refresh';

test('the order of the grid is the order of a query, and back', () => {
    const sort = orderOf([
        { colId: 'PatientSex', sort: 'desc' },
        { colId: 'StudyDate', sort: 'asc' },
    ] as Parameters<typeof orderOf>[0]);
    assert.deepEqual(sort, [
        { keyword: 'PatientSex', descending: true },
        { keyword: 'StudyDate', descending: false },
    ]);
    assert.deepEqual(sortState('PatientSex', sort), { sort: 'desc', sortIndex: 0 });
    assert.deepEqual(sortState('StudyDate', sort), { sort: 'asc', sortIndex: 1 });
    assert.deepEqual(sortState('PatientID', sort), {});
});

test('a refresh expects the blocks that are seen, and no others', () => {
    const refresh = new Refresh({ first: 95, last: 120 }, 100, 0);
    assert.deepEqual(
        [0, 100, 200].map((row) => refresh.expects(row)),
        [true, true, false],
    );
});

test('the changes of a refresh are ready when all blocks that are seen have come', () => {
    const refresh = new Refresh({ first: 95, last: 120 }, 100, 3);
    const done: number[] = [];
    refresh.keep(100, () => done.push(100));
    assert.equal(refresh.ready({ first: 95, last: 120 }), null);
    refresh.keep(0, () => done.push(0));
    for (const change of refresh.ready({ first: 95, last: 120 }) ?? []) {
        change();
    }
    assert.deepEqual(done, [100, 0]);
    assert.equal(refresh.moved, 3);
});

test('a block that is not seen any more delays nothing', () => {
    const refresh = new Refresh({ first: 95, last: 120 }, 100, 0);
    refresh.keep(100, () => undefined);
    assert.equal(refresh.ready({ first: 110, last: 140 })?.length, 1);
    assert.equal(refresh.ready(null)?.length, 1, 'no row is seen');
});

test('a refresh is ready exactly when each visible row has come, for all rows and sizes of blocks', () => {
    fc.assert(
        fc.property(
            fc.record({
                first: fc.nat(500),
                rows: fc.integer({ min: 1, max: 60 }),
                size: fc.integer({ min: 1, max: 50 }),
            }),
            fc.array(fc.nat(20)),
            ({ first, rows, size }, order) => {
                const seen = { first, last: first + rows - 1 };
                const refresh = new Refresh(seen, size, 0);
                const missing = new Set<number>();
                for (let row = first; row <= seen.last; row += 1) {
                    missing.add(row - (row % size));
                }
                assert.ok([...missing].every((row) => refresh.expects(row)));
                for (const at of order) {
                    const row = [...missing][at];
                    if (row !== undefined) {
                        missing.delete(row);
                        refresh.keep(row, () => undefined);
                    }
                    assert.equal(refresh.ready(seen) !== null, missing.size === 0);
                }
            },
        ),
    );
});
