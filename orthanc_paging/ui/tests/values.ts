/** Values that studies may have, for the tests of what the list shows. */

import fc from 'fast-check';

import type { Keyword } from '../src/columns';

/** Whether a text has a letter or a digit: without one, a search by it alone finds nothing. */
const hasLetter = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const letters = fc.constantFrom(..."aZéÉñßøŁžÅıI山田太郎홍길동洪吉洞ﾔｱ가ΕλΩшЩליلىहि-'.,;·()[]/& 0123456789&+#%_~😀");
const part = fc
    .array(letters, { minLength: 1, maxLength: 9 })
    .map((all) => all.join('').trim())
    .filter(hasLetter);
const component = fc.oneof(fc.constant(''), part);
const group = fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('^'));
const name = fc
    .array(group, { minLength: 1, maxLength: 3 })
    .map((groups) => groups.join('='))
    .filter(hasLetter);
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
        [padded(hour, 2), padded(minute, 2), ...(second === null ? [] : [padded(second, 2), fraction])].join(''),
    );

const anyInstant = fc
    .date({ min: new Date('2009-01-01T00:00:00Z'), max: new Date('2049-12-31T00:00:00Z'), noInvalidDate: true })
    .map(Number);
/** The instants at which the clocks of New York change. */
const change = fc.constantFrom(Date.UTC(2026, 10, 1, 6), Date.UTC(2026, 2, 8, 7));
/** An instant; every second one is within a day of such a change. */
const instant = fc
    .oneof(
        anyInstant,
        fc.tuple(change, fc.integer({ min: -90_000, max: 90_000 })).map(([at, seconds]) => at + seconds * 1000),
    )
    .map((at) =>
        new Date(at)
            .toISOString()
            .replace(/\.\d+Z$/, '')
            .replace(/[-:]/g, ''),
    );

function several(values: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc.uniqueArray(values, { minLength: 1, maxLength: 5 }).map((all) => all.join('\\'));
}

/** Values of the attributes of the columns, as Orthanc stores them. */
export const VALUES: readonly (readonly [Keyword, fc.Arbitrary<string>])[] = [
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
    ['ModalitiesInStudy', several(fc.constantFrom('CT', 'MR', 'SR', 'US', 'PT', 'XA', 'SEG', 'RTDOSE'))],
    ['NumberOfStudyRelatedSeries', fc.nat(99_999_999).map(String)],
    ['NumberOfStudyRelatedInstances', fc.nat(99_999_999).map(String)],
    ['Labels', several(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/))],
];
