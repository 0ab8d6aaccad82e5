/** What the list shows can be typed, and finds its row: in ten locales and five time zones. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import type { Keyword } from '../src/columns';
import { several, shown } from '../src/format';
import { meaning, neutral, parameterOf, typable } from '../src/typed';
import { matches } from './server';
import { LOCALES, NOW, ZONES, column, inZone, local } from './support';

const RUNS = { numRuns: 1000 };

/** A text that finds nothing by itself is none that anybody copies from a row. */
const hasLetter = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const letters = fc.constantFrom(...'aZéÉñßøŁžÅıI山田太郎홍길동洪吉洞ﾔｱ가ΕλΩшЩליلىहि-\'.,;·()[]/& 0123456789&+#%_~😀');
const part = fc.array(letters, { minLength: 1, maxLength: 9 }).map((all) => all.join('').trim()).filter(hasLetter);
const component = fc.oneof(fc.constant(''), part);
const group = fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('^'));
const name = fc.array(group, { minLength: 1, maxLength: 3 }).map((groups) => groups.join('=')).filter(hasLetter);
const names = fc.array(name, { minLength: 1, maxLength: 2 }).map((all) => all.join('\\'));
const texts = fc.array(part, { minLength: 1, maxLength: 60 }).map((all) => all.join(' '));
const signs = fc.constantFrom('😀', '(+)', '&', '...');

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const day = fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((at) => at.toISOString().replace(/^\+00/, '').slice(0, 10));
const date = fc.tuple(day, fc.constantFrom('', '.')).map(([iso, between]) => iso.replaceAll('-', between));
const time = fc
    .tuple(fc.nat(23), fc.nat(59), fc.option(fc.nat(59)), fc.constantFrom('', '.5', '.123456'))
    .map(([hour, minute, second, fraction]) =>
        second === null ? padded(hour, 2) + padded(minute, 2) : padded(hour, 2) + padded(minute, 2) + padded(second, 2) + fraction,
    );

/** Within some hours of when the clocks of New York are changed, every second time. */
const instant = fc
    .oneof(
        fc.date({ min: new Date('2009-01-01T00:00:00Z'), max: new Date('2049-12-31T00:00:00Z'), noInvalidDate: true }).map(Number),
        fc.tuple(fc.constantFrom(Date.UTC(2026, 10, 1, 6), Date.UTC(2026, 2, 8, 7)), fc.integer({ min: -90_000, max: 90_000 })).map(
            ([at, seconds]) => at + seconds * 1000,
        ),
    )
    .map((at) => new Date(at).toISOString().replace(/\.\d+Z$/, '').replace(/[-:]/g, ''));

const MODALITIES = ['CT', 'MR', 'SR', 'US', 'PT', 'XA', 'SEG', 'RTDOSE'];

const VALUES: readonly (readonly [Keyword, fc.Arbitrary<string>])[] = [
    ['PatientName', names],
    ['ReferringPhysicianName', names],
    ['StudyDescription', fc.oneof({ weight: 9, arbitrary: texts }, signs)],
    ['InstitutionName', fc.array(texts, { minLength: 1, maxLength: 3 }).map((all) => all.join('\\'))],
    ['PatientID', part],
    ['AccessionNumber', fc.stringMatching(/^[A-Z0-9][A-Z0-9./ -]{0,14}[A-Z0-9]$/)],
    ['PatientBirthDate', date],
    ['StudyDate', date],
    ['StudyTime', time],
    ['LastUpdate', instant],
    ['PatientSex', fc.constantFrom('F', 'M', 'O')],
    ['ModalitiesInStudy', fc.uniqueArray(fc.constantFrom(...MODALITIES), { minLength: 1 }).map((all) => all.join('\\'))],
    ['NumberOfStudyRelatedSeries', fc.nat(99_999_999).map(String)],
    ['NumberOfStudyRelatedInstances', fc.nat(99_999_999).map(String)],
    ['Labels', fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 4 }).map((all) => all.join('\\'))],
];

for (const [keyword, values] of VALUES) {
    const { kind } = column(keyword);
    test(`${keyword} as it is shown finds its row, also by a link and by the box of another person`, () => {
        fc.assert(
            fc.property(values, fc.constantFrom(...LOCALES), fc.constantFrom(...ZONES), fc.constantFrom(...LOCALES), (value, tag, zone, other) => {
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
