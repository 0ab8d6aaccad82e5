/** The requests of the page, and what their responses mean. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
    facets,
    Gone,
    NoConnection,
    NotAllowed,
    NotReady,
    page,
    plugins,
    progress,
    Refused,
    ROOT,
    seriesOf,
    study,
    table,
} from '../src/api';
import { FakeOrthanc, json, problem, studies } from './orthanc';

const SIGNAL = new AbortController().signal;
const ALL = new URLSearchParams();

function limited(offset: number, limit: number): URLSearchParams {
    return new URLSearchParams({ offset: String(offset), limit: String(limit) });
}

test('the root of Orthanc is where the page is, without paging/ui/, also behind a proxy', () => {
    assert.equal(ROOT.href, 'https://pacs.example/orthanc/');
});

test('a page has its studies, the total of the header, and the offset if it was requested around a study', async () => {
    const orthanc = new FakeOrthanc(() => json(studies(0, 2), { 'X-Total-Count': '9' }));
    assert.deepEqual(await page(limited(0, 2)), { studies: studies(0, 2), total: 9, offset: null });
    assert.deepEqual(orthanc.requests, ['sort-studies?offset=0&limit=2']);
    new FakeOrthanc(() => json(studies(5, 1), { 'X-Total-Count': '9', 'X-Offset': '5' }));
    assert.equal((await page(new URLSearchParams({ around: '5', limit: '1' }))).offset, 5);
});

test('each status has its error', async () => {
    for (const [status, kind] of [
        [400, Refused],
        [401, NotAllowed],
        [403, NotAllowed],
        [404, Gone],
        [500, NoConnection],
        [502, NoConnection],
        [503, NotReady],
    ] as const) {
        new FakeOrthanc(() => problem(status));
        await assert.rejects(plugins(), kind, String(status));
    }
});

test('a refusal names the parameter, what was expected, and why', async () => {
    new FakeOrthanc(() => problem(400, { parameter: 'sort', expected: 'a keyword', detail: 'No such tag.' }));
    await assert.rejects(page(limited(0, 1)), { parameter: 'sort', expected: 'a keyword', message: 'No such tag.' });
});

test('a server that lists has a progress', async () => {
    new FakeOrthanc(() => problem(503, { progress: { Listed: 3, Total: 7 } }));
    await assert.rejects(page(limited(0, 1)), { progress: { Listed: 3, Total: 7 } });
});

test('a response that is no JSON, such as the page of a login, is no connection', async () => {
    new FakeOrthanc(() => new Response('<html>Log in</html>'));
    await assert.rejects(plugins(), NoConnection);
});

test('a server that cannot be reached is no connection; an aborted request stays aborted', async () => {
    new FakeOrthanc(() => Promise.reject(new TypeError('fetch failed')));
    await assert.rejects(plugins(), NoConnection);
    new FakeOrthanc(() => Promise.reject(new DOMException('stopped', 'AbortError')));
    await assert.rejects(plugins(), { name: 'AbortError' });
});

test('a study is requested around its ID; it is gone if the server does not find it among those that match', async () => {
    const orthanc = new FakeOrthanc(() => json(studies(4, 1)));
    assert.deepEqual(await study('4', new URLSearchParams({ PatientSex: 'F' }), SIGNAL), { ID: '4' });
    assert.deepEqual(orthanc.requests, ['sort-studies?PatientSex=F&around=4&limit=1']);
    new FakeOrthanc(() => problem(400, { parameter: 'around' }));
    await assert.rejects(study('4', ALL, SIGNAL), Gone);
    new FakeOrthanc(() => problem(400, { parameter: 'PatientSex' }));
    await assert.rejects(study('4', ALL, SIGNAL), Refused);
});

test('the series of a study, the values of a field, and the progress come from their own routes', async () => {
    const orthanc = new FakeOrthanc((path) => {
        if (path.startsWith('paging/facets')) {
            return json({ Values: [{ Value: 'CT', Count: 3 }] });
        }
        return path === 'paging/status' ? json({ State: 'ready', Progress: { Listed: 1, Total: 1 } }) : json([]);
    });
    assert.deepEqual(await facets('ModalitiesInStudy', ALL), [{ Value: 'CT', Count: 3 }]);
    assert.equal(await progress(), null);
    assert.deepEqual(await seriesOf('a/b', SIGNAL), []);
    assert.deepEqual(orthanc.requests, [
        'paging/facets?field=ModalitiesInStudy',
        'paging/status',
        'studies/a/b/series',
    ]);
    new FakeOrthanc(() => json({ State: 'listing', Progress: { Listed: 1, Total: 2 } }));
    assert.deepEqual(await progress(), { Listed: 1, Total: 2 });
});

// The most studies of one response are learnt once, for as long as the page is open: so these tests come last.

test('if the server limits a response, pages are requested in parts from then on', async () => {
    const orthanc = new FakeOrthanc((path) => {
        const parameters = new URLSearchParams(path.split('?')[1]);
        const [offset, limit] = [Number(parameters.get('offset')), Number(parameters.get('limit'))];
        return limit > 40
            ? problem(400, { parameter: 'limit', expected: 'a number from 0 to 40' })
            : json(studies(offset, limit), { 'X-Total-Count': '1000' });
    });
    const found = await page(limited(100, 100));
    assert.deepEqual(found, { studies: studies(100, 100), total: 1000, offset: null });
    await page(limited(0, 60));
    assert.deepEqual(
        orthanc.requests.map((path) => path.replace('sort-studies?', '')),
        [
            'offset=100&limit=100',
            'offset=100&limit=40',
            'offset=140&limit=40',
            'offset=180&limit=20',
            'offset=0&limit=40',
            'offset=40&limit=20',
        ],
    );
});

test('a table of several parts has one line with the names of its columns', async () => {
    const orthanc = new FakeOrthanc((path) => {
        const offset = Number(new URLSearchParams(path.split('?')[1]).get('offset'));
        return new Response(`\uFEFFID\n${offset}\n`, { headers: { 'X-Total-Count': '100' } });
    });
    const csv = await table(new URLSearchParams({ fields: 'ID' }));
    assert.equal(await csv.text(), 'ID\n0\n40\n80\n');
    assert.deepEqual(new Uint8Array(await csv.arrayBuffer()).slice(0, 3), new Uint8Array([0xef, 0xbb, 0xbf]));
    assert.equal(orthanc.headers[0]?.get('Accept'), 'text/csv');
    assert.ok(orthanc.requests.every((path) => path.includes('bom=1')));
});
