import assert from 'node:assert/strict';
import { test } from 'node:test';

import { activeFilters } from '../src/filters';
import { ALL, isSame, type Query, withChips, withPeriod, withTyped, withWords } from '../src/query';

const EVERY: Query = withTyped(
    withTyped(
        withChips(withChips(withPeriod(withWords(ALL, 'abdomen'), 'week'), 'modalities', ['CT', 'MR']), 'labels', [
            'a',
        ]),
        'PatientSex',
        'f',
    ),
    'Labels',
    '',
);

test('each condition has its title and its value, as people read them', () => {
    const texts = activeFilters(EVERY).map(({ title, value }) => `${title}: ${value}`);
    assert.deepEqual(texts.slice(0, 4), ['Search: abdomen', 'Study date: 7 days', 'Modalities: CT, MR', 'Labels: a']);
    assert.match(texts[4] ?? '', /^Sex: /);
    assert.equal(texts.length, 5);
});

test('a date has the name of its month, because its digits may mean two dates', () => {
    const [filter] = activeFilters(withTyped(ALL, 'StudyDate', '2025-12-17'));
    assert.equal(filter?.value, '17 Dec 2025');
});

test('a text that is not understood is shown as it is typed', () => {
    const [filter] = activeFilters(withTyped(ALL, 'StudyDate', 'soon or late'));
    assert.deepEqual([filter?.value, filter?.isUnderstood], ['soon or late', false]);
});

test('removing one after the other, in any order, leaves all studies', () => {
    let query = EVERY;
    for (let left = activeFilters(query); left.length > 0; left = activeFilters(query)) {
        query = left[left.length % 2 ? 0 : left.length - 1]?.without ?? ALL;
        assert.equal(activeFilters(query).length, left.length - 1);
    }
    assert.ok(isSame(query, ALL));
});
