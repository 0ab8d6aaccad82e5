/** Where the list gets its studies. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refused } from '../src/api';
import { COLUMNS } from '../src/columns';
import { ALL, withTyped } from '../src/query';
import { StudySource } from '../src/studies';
import { FakeOrthanc, json, problem, studies } from './orthanc';

const PAGE = { 'X-Total-Count': '300' };

test('the first page is requested before the list wants it, and once', async () => {
    const orthanc = new FakeOrthanc(() => json(studies(0, 100), PAGE));
    const source = new StudySource();
    source.prefetch(ALL, 100);
    assert.equal(orthanc.requests.length, 1);
    assert.equal((await source.fetch(ALL, 0, 100)).total, 300);
    assert.equal(orthanc.requests.length, 1);
    await source.fetch(ALL, 0, 100);
    assert.equal(orthanc.requests.length, 2, 'the second page is another request');
});

test('an early page of another query is not used', async () => {
    const orthanc = new FakeOrthanc(() => json(studies(0, 1), PAGE));
    const source = new StudySource();
    source.prefetch(ALL, 100);
    await source.fetch(withTyped(ALL, 'PatientID', '4711'), 0, 100);
    assert.match(orthanc.requests[1] ?? '', /PatientID=\*4711\*/);
});

test('computed columns that the server refuses are left out from then on', async () => {
    const orthanc = new FakeOrthanc((path) =>
        path.includes('ModalitiesInStudy') ? problem(400, { parameter: 'fields' }) : json(studies(0, 1), PAGE),
    );
    const source = new StudySource();
    assert.equal(source.columns, COLUMNS);
    assert.equal((await source.fetch(ALL, 0, 1)).total, 300);
    assert.deepEqual(
        source.columns.filter((column) => column.computed),
        [],
    );
    await source.fetch(ALL, 1, 1);
    assert.equal(orthanc.requests.length, 3);
});

test('every other refusal reaches the caller', async () => {
    new FakeOrthanc(() => problem(400, { parameter: 'StudyDate' }));
    await assert.rejects(new StudySource().fetch(ALL, 0, 1), Refused);
});

test('one value of one row is requested alone; it is empty if the row or the value is missing', async () => {
    const [name] = COLUMNS.filter((column) => column.keyword === 'PatientName');
    assert.ok(name);
    const orthanc = new FakeOrthanc(() => json([{ ID: '7', PatientName: 'DOE' }], PAGE));
    assert.equal(await new StudySource().valueAt(ALL, name, 7), 'DOE');
    assert.match(orthanc.requests[0] ?? '', /fields=PatientName&offset=7&limit=1$/);
    new FakeOrthanc(() => json([], PAGE));
    assert.equal(await new StudySource().valueAt(ALL, name, 7), '');
});

test('the row of a study is the offset of the page around it; null if there is none', async () => {
    new FakeOrthanc(() => json(studies(5, 1), { ...PAGE, 'X-Offset': '5' }));
    assert.equal(await new StudySource().rowOf(ALL, '5'), 5);
    new FakeOrthanc(() => problem(400, { parameter: 'around' }));
    assert.equal(await new StudySource().rowOf(ALL, 'none'), null);
});
