/** What the list shows can be typed, and finds its row: in ten locales and five time zones. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { several, shown } from '../src/format';
import { meaning, neutral, parameterOf, typable } from '../src/typing/typed';
import { matches } from './server';
import { column, inZone, LOCALES, local, NOW, ZONES } from './support';
import { VALUES } from './values';

const anyLocale = fc.constantFrom(...LOCALES);
const RUNS = { numRuns: 1000 };

for (const [keyword, values] of VALUES) {
    const { kind } = column(keyword);
    test(`${keyword} as it is shown finds its row, also by a link and by the box of another person`, () => {
        fc.assert(
            fc.property(values, anyLocale, fc.constantFrom(...ZONES), anyLocale, (value, tag, zone, other) => {
                const text = inZone(zone, () => shown(kind, value, local(tag)));
                const finds = (typed: string, here: string): boolean => {
                    const meant = meaning(kind, typed, local(here), NOW);
                    assert.ok(meant, `${typed} is not understood in ${here}`);
                    return matches(kind, ...parameterOf(column(keyword), meant, NOW), value);
                };
                inZone(zone, () => assert.ok(finds(text, tag), text));
                const link = inZone(zone, () => neutral(meaning(kind, text, local(tag), NOW) ?? assert.fail(text)));
                inZone('Asia/Tokyo', () => {
                    assert.ok(finds(link, 'en-GB'), link);
                    const meant = meaning(kind, link, local('en-GB'), NOW) ?? assert.fail(link);
                    const box = typable(kind, meant, local(other));
                    assert.ok(finds(box, other), box);
                });
            }),
            RUNS,
        );
    });
}

test('a value of a wrong form is shown as it is, and finds its row if it is digits or in quotes', () => {
    for (const [keyword, value, text] of [
        ['StudyDate', '00000000', '00000000'],
        ['StudyDate', '20269999', '20269999'],
        ['PatientBirthDate', 'once', '"once"'],
        ['StudyTime', '2560', '2560'],
        ['StudyTime', 'noon', '"noon"'],
    ] as const) {
        const { kind } = column(keyword);
        assert.equal(shown(kind, value), value);
        const meant = meaning(kind, text) ?? assert.fail(text);
        assert.ok(matches(kind, ...parameterOf(column(keyword), meant), value), text);
    }
});

test('names are shown in the order in which people write them', () => {
    assert.equal(shown('name', 'DOE^JANE^MARY^DR'), 'DOE, JANE MARY (DR)');
    assert.equal(shown('name', 'HONG^GILDONG=洪^吉洞=홍^길동'), 'HONG, GILDONG · 洪 吉洞 · 홍 길동');
    assert.equal(shown('name', '^^^^'), '');
    assert.equal(shown('name', 'A^B\\C^D'), 'A, B; C, D');
});

test('a long value is cut between signs', () => {
    assert.equal(shown('text', '😀'.repeat(300)), `${'😀'.repeat(150)}…`);
    assert.equal(shown('text', `a${'😀'.repeat(300)}`), `a${'😀'.repeat(149)}…`);
});

test('dates are of the Gregorian calendar in locales that have another', () => {
    assert.equal(shown('date', '20261128', local('fa-IR')), '۲۰۲۶/۱۱/۲۸');
    assert.equal(shown('date', '20261128', local('th-TH')), '28/11/2026');
    assert.equal(shown('date', '00500101', local('en-GB')), '0050-01-01');
});

test('several values are those between backslashes', () => {
    assert.deepEqual(several('CT\\\\SR\\ '), ['CT', 'SR']);
});
