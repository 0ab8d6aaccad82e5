/** What is understood under the headers of dates. Today is Monday, 30 November 2026. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { shown } from '../src/format';
import { described, meaning, neutral, typable } from '../src/typing/typed';
import { inZone, LOCALES, linked, local, NOW } from './support';

/** By locale: what is typed, and the days that it means, as a link contains them. */
const UNDERSTOOD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'en-GB': {
        '2024': '2024',
        '2025*': '2025',
        '3/2024': '2024-03',
        '2023-11': '2023-11',
        '202311': '2023-11',
        '20251201': '2025-12-01',
        '2025-12-1': '2025-12-01',
        '2025.12.01': '2025-12-01',
        '1/12/2025': '2025-12-01',
        '1.12.2025': '2025-12-01',
        '01 12 2025': '2025-12-01',
        '17/12/25': '2025-12-17',
        '17/12/26': '2026-12-17',
        '17/12/27': '1927-12-17',
        '17/12': '2025-12-17',
        '28.11.': '2026-11-28',
        '30/11': '2026-11-30',
        '29/2': '2024-02-29',
        '28.11.26': '2026-11-28',
        '12/31/2025': '2025-12-31',
        'Dec 2025': '2025-12',
        'dec. 2025': '2025-12',
        'Sept 2025': '2025-09',
        December: '2025-12',
        '17 December 2025': '2025-12-17',
        '17th of December 2025': '2025-12-17',
        'December 17, 2025': '2025-12-17',
        '2025 Dec 17': '2025-12-17',
        '17 Dec 25': '2025-12-17',
        '17 Dec': '2025-12-17',
        '>2024': '2025-01-01/..',
        '> 2024-06-01': '2024-06-02/..',
        'after 2024': '2025-01-01/..',
        '>=2024': '2024-01-01/..',
        '≥2024': '2024-01-01/..',
        'since 2024': '2024-01-01/..',
        'from 1/6/2024': '2024-06-01/..',
        'since yesterday': '2026-11-29/..',
        '1.6.2025 - ': '2025-06-01/..',
        '20251201-': '2025-12-01/..',
        '2025-12-01/..': '2025-12-01/..',
        '2025-12/..': '2025-12-01/..',
        '<2024': '../2023-12-31',
        'before 2024': '../2023-12-31',
        '<=2024': '../2024-12-31',
        'until 2024': '../2024-12-31',
        '-1950': '../1950-12-31',
        '../2025-12-31': '../2025-12-31',
        '2020 - 2021': '2020-01-01/2021-12-31',
        '2024-2025': '2024-01-01/2025-12-31',
        '2024–2025': '2024-01-01/2025-12-31',
        '2024/2025': '2024-01-01/2025-12-31',
        '2024 2025': '2024-01-01/2025-12-31',
        '2024..2025': '2024-01-01/2025-12-31',
        '2024…2025': '2024-01-01/2025-12-31',
        '2024 to 2025': '2024-01-01/2025-12-31',
        'from 2024 to 2025': '2024-01-01/2025-12-31',
        'between 2024 and 2025': '2024-01-01/2025-12-31',
        '2025-12-01-2025-12-30': '2025-12-01/2025-12-30',
        '2025-12-01 2025-12-30': '2025-12-01/2025-12-30',
        '2025-12-01/2025-12-30': '2025-12-01/2025-12-30',
        '2025-12-01 to 2025-12-31': '2025-12',
        '20251201-20251230': '2025-12-01/2025-12-30',
        '1/12/2025-30/12/2025': '2025-12-01/2025-12-30',
        '1/12/2025 – 30/12/2025': '2025-12-01/2025-12-30',
        '17/12-20/12': '2025-12-17/2025-12-20',
        '28.12. - 3.1.': '2025-12-28/2026-01-03',
        '1-15 Dec 2025': '2025-12-01/2025-12-15',
        'Jan-Mar 2025': '2025-01-01/2025-03-31',
        '28 Nov – today': '2026-11-28/2026-11-30',
        today: 'today',
        Yesterday: 'yesterday',
        'this week': 'this-week',
        'last week': 'last-week',
        'this month': 'this-month',
        'previous month': 'last-month',
        'last year': 'last-year',
        'last 30 days': 'last-30-days',
        'past 2 weeks': 'last-2-weeks',
        'last 1 month': 'last-1-months',
        '30 days': 'last-30-days',
        'last-30-days': 'last-30-days',
        heute: 'today',
        'seit 2024': '2024-01-01/..',
        '00000000': '"00000000"',
        '20269999': '"20269999"',
        '""': '""',
    },
    'en-US': {
        '12/17/2025': '2025-12-17',
        '10/11/2026': '2026-10-11',
        '17/12/2025': '2025-12-17',
        '12/25': '2025-12-25',
        'Dec 25': '2025-12-25',
        'December 1, 2025 - December 30, 2025': '2025-12-01/2025-12-30',
    },
    'de-DE': {
        '17.12.25': '2025-12-17',
        '28. November 2026': '2026-11-28',
        'März 2025': '2025-03',
        'Dez 2025': '2025-12',
        'May 2025': '2025-05',
        'ab 2024': '2024-01-01/..',
        'seit dem 1.6.2024': '2024-06-01/..',
        'bis 2024': '../2024-12-31',
        'vor 2024': '../2023-12-31',
        'nach 2024': '2025-01-01/..',
        '1.12.2025 bis 30.12.2025': '2025-12-01/2025-12-30',
        'vom 1.12.2025 bis zum 30.12.2025': '2025-12-01/2025-12-30',
        'zwischen 2024 und 2025': '2024-01-01/2025-12-31',
        '2024 bis heute': '2024-01-01/2026-11-30',
        gestern: 'yesterday',
        'letzte Woche': 'last-week',
        'dieser Monat': 'this-month',
        'letzte 30 Tage': 'last-30-days',
        'in den letzten 3 Monaten': 'last-3-months',
    },
    'fr-FR': {
        '17/12/25': '2025-12-17',
        '1er août 2025': '2025-08-01',
        'aout 2025': '2025-08',
        'déc. 2025': '2025-12',
        'depuis 2024': '2024-01-01/..',
        'à partir du 1/6/2024': '2024-06-01/..',
        'jusqu’à 2024': '../2024-12-31',
        "jusqu'au 31/12/2024": '../2024-12-31',
        'avant 2024': '../2023-12-31',
        'après 2024': '2025-01-01/..',
        'du 1/12/2025 au 30/12/2025': '2025-12-01/2025-12-30',
        '2024 à 2025': '2024-01-01/2025-12-31',
        'entre 2024 et 2025': '2024-01-01/2025-12-31',
        'aujourd’hui': 'today',
        "aujourd'hui": 'today',
        hier: 'yesterday',
        'la semaine dernière': 'last-week',
        'ce mois-ci': 'this-month',
        'les 30 derniers jours': 'last-30-days',
        '2 dernières semaines': 'last-2-weeks',
    },
    'es-ES': {
        '17/12/25': '2025-12-17',
        '17 de diciembre de 2025': '2025-12-17',
        'ene 2025': '2025-01',
        'desde 2024': '2024-01-01/..',
        'hasta 2024': '../2024-12-31',
        'antes de 2024': '../2023-12-31',
        'después de 2024': '2025-01-01/..',
        'del 1/12/2025 al 30/12/2025': '2025-12-01/2025-12-30',
        '2024 a 2025': '2024-01-01/2025-12-31',
        'entre 2024 y 2025': '2024-01-01/2025-12-31',
        hoy: 'today',
        ayer: 'yesterday',
        'la semana pasada': 'last-week',
        'este mes': 'this-month',
        'últimos 30 días': 'last-30-days',
        'ultimas 2 semanas': 'last-2-weeks',
    },
    'it-IT': { '28/11/2026': '2026-11-28', '10/11/2026': '2026-11-10', 'ottobre 2026': '2026-10', ieri: 'yesterday' },
    'ja-JP': {
        '2026/11/10': '2026-11-10',
        '2026年11月10日': '2026-11-10',
        '26/11/10': '2026-11-10',
        '11/10': '2026-11-10',
        昨日: 'yesterday',
    },
    'pt-BR': { '10/11/2026': '2026-11-10', '8 de nov. de 2026': '2026-11-08', hoje: 'today' },
    'nl-NL': { '10-11-2026': '2026-11-10', 'mrt 2026': '2026-03', '1-12-2025 - 30-12-2025': '2025-12-01/2025-12-30' },
    'ar-EG': {
        '١٠‏/١١‏/٢٠٢٦': '2026-11-10',
        '10/11/2026': '2026-11-10',
        '٨ نوفمبر ٢٠٢٦': '2026-11-08',
        أمس: 'yesterday',
    },
    'ko-KR': { '2026. 11. 10.': '2026-11-10', '2026년 11월 10일': '2026-11-10' },
    'fa-IR': { '۲۰۲۶/۱۱/۱۰': '2026-11-10' },
};

const NOT_UNDERSTOOD = [
    '20',
    '202',
    '31.2.2024',
    '2024-13-01',
    '2024-02-30',
    '17/13',
    '0/1/2024',
    'once',
    '2025 - 2024',
    '-',
    '..',
    'since',
    '1/2/3/4',
    '1 to',
    `${'1 '.repeat(5000)}2025`,
];

for (const [tag, texts] of Object.entries(UNDERSTOOD)) {
    test(`dates in ${tag}`, () => {
        for (const [text, days] of Object.entries(texts)) {
            assert.equal(linked('StudyDate', text, tag), days, text);
        }
    });
}

test('what is no date is not understood', () => {
    for (const text of NOT_UNDERSTOOD) {
        assert.equal(linked('StudyDate', text), null, text);
    }
});

test('a month that two have in common is not understood', () => {
    assert.equal(linked('StudyDate', 'jui 2025', 'fr-FR'), null);
    assert.equal(linked('StudyDate', 'juil 2025', 'fr-FR'), '2025-07');
});

test('days seen from today', () => {
    const days: Readonly<Record<string, string>> = {
        today: '30 Nov 2026',
        yesterday: '29 Nov 2026',
        'this-week': '30 Nov – 6 Dec 2026',
        'last-week': '23 – 29 Nov 2026',
        'this-month': '1 – 30 Nov 2026',
        'last-month': '1 – 31 Oct 2026',
        'this-year': '1 Jan – 31 Dec 2026',
        'last-year': '1 Jan – 31 Dec 2025',
        'last-30-days': '1 – 30 Nov 2026',
        'last-2-weeks': '17 – 30 Nov 2026',
        'last-3-months': '31 Aug – 30 Nov 2026',
        'last-1-years': '1 Dec 2025 – 30 Nov 2026',
    };
    for (const [name, range] of Object.entries(days)) {
        const text = described('date', { type: 'relative', name }, local('en-GB'), NOW).replaceAll('\u2009', ' ');
        assert.match(text, new RegExp(`\\(${range}\\)$`), name);
    }
});

test('today is the day of the browser', () => {
    const today = (): string => described('date', { type: 'relative', name: 'today' }, local('en-GB'), NOW);
    assert.equal(inZone('Pacific/Kiritimati', today), 'today (1 Dec 2026)');
    assert.equal(inZone('Etc/GMT+12', today), 'today (30 Nov 2026)');
});

const day = fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10).replace(/^\+00/, ''));

test('a day in any form of any locale is that day', () => {
    fc.assert(
        fc.property(day, fc.constantFrom(...LOCALES), (iso, tag) => {
            const forms = [iso, iso.replaceAll('-', ''), shown('date', iso.replaceAll('-', ''), local(tag))];
            const wordy = described('date', { type: 'days', spans: [[iso, iso]] }, local(tag));
            assert.deepEqual(
                [...forms, wordy].map((text) => linked('StudyDate', text, tag)),
                Array(4).fill(iso),
            );
        }),
    );
});

test('what is typed is written for a link and for a box, and read again as the same', () => {
    const spans = fc.tuple(day, day).map((days) => [...days].sort() as [string, string]);
    const open = fc.oneof(
        spans,
        day.map((one) => [one, ''] as const),
        day.map((one) => ['', one] as const),
    );
    fc.assert(
        fc.property(open, fc.constantFrom(...LOCALES), (span, tag) => {
            const meant = { type: 'days', spans: [span] } as const;
            assert.deepEqual(meaning('date', typable('date', meant, local(tag)), local(tag), NOW), meant);
            assert.deepEqual(meaning('date', neutral(meant), local(tag), NOW), meant);
        }),
    );
});
