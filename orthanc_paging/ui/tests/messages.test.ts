/** What the page says of its list: results, progress, errors, and where the reader is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gone, NoConnection, NotAllowed, NotReady, Refused } from '../src/api';
import { errorMessage, resultMessage } from '../src/notice';
import { positionText } from '../src/position';
import { ALL, withTyped } from '../src/query';
import { filled, LANGUAGES, plural } from '../src/words';

const FILTERED = withTyped(ALL, 'PatientID', '4711');
const MISTYPED = withTyped(ALL, 'StudyDate', '31.2.2024');

test('a list with studies needs no words', () => {
    assert.equal(resultMessage(FILTERED, FILTERED, 3), null);
});

test('an empty list says whether a filter is the reason', () => {
    assert.equal(resultMessage(ALL, ALL, 0)?.what, 'There is no study yet.');
    assert.equal(resultMessage(FILTERED, FILTERED, 0)?.what, 'No study matches.');
});

test('a text that is not understood is named, with examples, whatever the list shows', () => {
    const message = resultMessage(MISTYPED, ALL, 300);
    assert.equal(message?.what, 'Not understood: Date');
    assert.match(message?.hint ?? '', /last 30 days.*The list still shows the result from before\.$/);
});

test('columns of one kind share an example', () => {
    const both = withTyped(MISTYPED, 'PatientBirthDate', 'soon');
    const hint = resultMessage(both, ALL, 300)?.hint ?? '';
    assert.equal(hint.split('since 2024').length - 1, 1);
});

test('each error has its message, and an unknown one has none', () => {
    const what = (error: unknown): string | undefined => errorMessage(error)?.what;
    assert.equal(what(new NotReady({ Listed: 1200, Total: 5000 })), 'Orthanc lists the studies: 1,200 of 5,000.');
    assert.match(what(new NotReady({ Listed: 7, Total: 7 })) ?? '', /^Orthanc still counts /);
    assert.equal(what(new NotReady(null)), what(new NotReady({ Listed: 7, Total: 7 })));
    assert.equal(what(new NoConnection()), 'Orthanc does not respond. Trying again …');
    assert.match(what(new NotAllowed()) ?? '', /^You are not logged in any more/);
    assert.equal(what(new Gone()), 'This study does not exist any more.');
    assert.equal(what(new Refused('sort', '', 'No such tag.')), 'The request failed: No such tag.');
    assert.equal(errorMessage(new Error('unexpected')), null);
});

test('the position names the rows that are seen, and the number of studies', () => {
    assert.equal(positionText(1234, { first: 0, last: 24 }), '1–25 of 1,234 studies');
    assert.equal(positionText(3, { first: 0, last: 24 }), '1–3 of 3 studies');
    assert.equal(positionText(1, null), '1 study');
    assert.equal(positionText(0, { first: 0, last: 0 }), '0 studies');
    assert.equal(positionText(null, null), 'Loading …');
});

test('gaps are filled by name, and unknown ones stay', () => {
    assert.equal(filled('{first} of {total}', { first: '1', total: '{first}' }), '1 of {first}');
    assert.equal(filled('{other}', {}), '{other}');
    assert.equal(plural(['{count} study', '{count} studies'], 1, 'one'), 'one study');
    assert.equal(plural(['{count} study', '{count} studies'], 0, 'no'), 'no studies');
});

test('each language has the gaps of the English texts', () => {
    const gaps = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    const texts = (words: unknown): readonly string[] =>
        typeof words === 'string' ? [words] : Object.values(words as object).flatMap(texts);
    const { typing: _, ...english } = LANGUAGES['en'] ?? assert.fail();
    for (const [tag, { typing: __, ...words }] of Object.entries(LANGUAGES)) {
        assert.deepEqual(texts(words).map(gaps), texts(english).map(gaps), tag);
    }
});
