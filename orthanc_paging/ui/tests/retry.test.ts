/** When a failed request is repeated. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Retry } from '../src/retry';

/** Return the numbers of the looks at which an attempt is made, if every attempt fails. */
async function attempts(retry: Retry, looks: number): Promise<readonly number[]> {
    const made: number[] = [];
    for (let look = 1; look <= looks; look += 1) {
        await retry.run(() => {
            made.push(look);
            return Promise.reject(new Error('in vain'));
        });
    }
    return made;
}

test('an attempt that fails is repeated less and less often, at every eighth look at last', async () => {
    assert.deepEqual(await attempts(new Retry(), 40), [1, 2, 4, 8, 16, 24, 32, 40]);
});

test('the error stays until an attempt succeeds', async () => {
    const retry = new Retry();
    await attempts(retry, 3);
    assert.match(String(retry.error), /in vain/);
    retry.reset();
    assert.match(String(retry.error), /in vain/);
    await retry.run(() => Promise.resolve());
    assert.equal(retry.error, null);
    assert.deepEqual(await attempts(retry, 4), [1, 2, 4]);
});

test('after a reset the next attempt is made at the next look', async () => {
    const retry = new Retry();
    await attempts(retry, 9);
    retry.reset();
    assert.deepEqual(await attempts(retry, 2), [1, 2]);
});
