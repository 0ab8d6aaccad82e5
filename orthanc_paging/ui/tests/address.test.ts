/** What the address keeps, and which steps lead back. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Address, linkOf } from '../src/address';
import { ALL, isSame, withPeriod, withTyped, withWords } from '../src/query';

/** The addresses after `#`, oldest first: those to which the browser steps back, and the present one. */
let visited: string[] = [];

beforeEach(() => {
    visited = [''];
    location.hash = '';
    const go = (address: string): void => {
        location.hash = address.split('#')[1] ?? '';
    };
    globalThis.history = {
        pushState: (_state: unknown, _title: string, address: string) => {
            go(address);
            visited.push(location.hash);
        },
        replaceState: (_state: unknown, _title: string, address: string) => {
            go(address);
            visited[visited.length - 1] = location.hash;
        },
    } as History;
});

test('an address contains the query, the first study that is seen, and the open one', () => {
    const query = withPeriod(ALL, 'week');
    assert.equal(linkOf({ query, at: 'a', open: 'b' }), 'period=week&at=a&open=b');
    assert.equal(linkOf({ query: ALL, at: '', open: '' }), '');
});

test('what is kept is read again', () => {
    const address = new Address();
    const query = withTyped(ALL, 'PatientID', '4711');
    address.keepQuery(query, '');
    address.keepOpened('first', 'opened');
    const place = new Address().read();
    assert.ok(isSame(place.query, query));
    assert.deepEqual([place.at, place.open], ['first', 'opened']);
});

test('letters that follow each other in one box are one step back', () => {
    const address = new Address();
    for (const text of ['4', '47', '471']) {
        address.keepQuery(withTyped(ALL, 'PatientID', text), '');
    }
    assert.deepEqual(visited, ['', '#PatientID=471']);
});

test('another box, and a choice, are steps of their own', () => {
    const address = new Address();
    const typed = withTyped(ALL, 'PatientID', '4');
    const searched = withWords(typed, 'knee');
    address.keepQuery(typed, '');
    address.keepQuery(searched, '');
    address.keepQuery(withPeriod(searched, 'week'), '');
    assert.deepEqual(visited, ['', '#PatientID=4', '#PatientID=4&q=knee', '#PatientID=4&q=knee&period=week']);
});

test('a place in the list is no step, and opening a study is one', () => {
    const address = new Address();
    address.keepPlace('first', '');
    address.keepPlace('second', '');
    address.keepOpened('second', 'opened');
    address.keepPlace('second', '');
    assert.deepEqual(visited, ['#at=second', '#at=second']);
});

test('after a study was opened, the next letter is a new step', () => {
    const address = new Address();
    address.keepQuery(withTyped(ALL, 'PatientID', '4'), '');
    address.keepOpened('', 'opened');
    address.keepQuery(withTyped(ALL, 'PatientID', '47'), 'opened');
    assert.deepEqual(visited, ['', '#PatientID=4', '#PatientID=4&open=opened', '#PatientID=47&open=opened']);
});

test('nothing is kept that is kept already', () => {
    const address = new Address();
    address.keepQuery(ALL, '');
    address.keepOpened('', 'one');
    address.keepOpened('', 'one');
    assert.deepEqual(visited, ['', '#open=one']);
});
