/** What is understood under the headers of times and of the last update. Today is Monday, 30 November 2026. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shown } from '../src/format';
import { described, meaning } from '../src/typing/typed';
import { inZone, linked, local, NOW, sent } from './support';

/** By locale: what is typed, and the times that it means, as a link contains them. */
const TIMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'en-GB': {
        '8': '08:00/08:59',
        '08': '08:00/08:59',
        '10': '10:00/10:59',
        '9:30': '09:30',
        '0930': '09:30',
        '213015': '21:30:15',
        '21:30:15': '21:30:15',
        '9:30 PM': '21:30',
        '9pm': '21:00/21:59',
        '12 AM': '00:00/00:59',
        '12:15 pm': '12:15',
        '21.30': '21:30',
        '21h30': '21:30',
        '9h': '09:00/09:59',
        '21 Uhr': '21:00/21:59',
        '10-12': '10:00/12:59',
        '9:30-11': '09:30/11:59',
        '9:30 to 10:15': '09:30/10:15',
        'since 10': '10:00/..',
        '>9:30': '09:31/..',
        '<9:30': '../09:29',
        '-1200': '../12:00',
        '9:30,21:30': '09:30,21:30',
        '2560': '"2560"',
        '""': '""',
    },
    'en-US': {
        '9:30 PM': '21:30',
        '09:30 PM': '21:30',
        '21:30': '21:30',
        '09:30': '09:30',
        '9:30': '09:30,21:30',
        '8': '08:00/08:59,20:00/20:59',
        '12': '00:00/00:59,12:00/12:59',
        '8:15 AM': '08:15',
        '9-11': '09:00/11:59',
        '10-12': '10:00/12:59',
        '9-11 PM': '21:00/23:59',
        '10 AM - 2 PM': '10:00/14:59',
        '11-2': '11:00/14:59',
    },
    'ja-JP': { '午後9:30': '21:30', '21時30分': '21:30', '９：３０': '09:30' },
    'zh-TW': { '下午09:30': '21:30', '上午9:30': '09:30' },
    'ko-KR': { '오후 9:30': '21:30', '오전 09:30': '09:30', '21시 30분': '21:30' },
    'ar-EG': { '٠٩:٣٠ م': '21:30', '٠٩:٣٠ ص': '09:30', '21:30': '21:30' },
    'es-MX': { '09:30 p.m.': '21:30', '9:30 a. m.': '09:30' },
    'fr-CA': { '21 h 30': '21:30' },
    'fi-FI': { '21.30': '21:30', 'klo 21.30': '21:30' },
};

for (const [tag, texts] of Object.entries(TIMES)) {
    test(`times in ${tag}`, () => {
        for (const [text, times] of Object.entries(texts)) {
            assert.equal(linked('StudyTime', text, tag), times, text);
        }
    });
}

test('what is no time is not understood', () => {
    for (const text of ['25', '9:60', '9:3', 'noon', '13 AM', '9 xm', ':', '11 PM - 10 PM']) {
        assert.equal(linked('StudyTime', text), null, text);
    }
});

test('a time is sent as precisely as it is typed', () => {
    assert.equal(sent('StudyTime', '10'), 'StudyTime=10-10');
    assert.equal(sent('StudyTime', '9:30'), 'StudyTime=0930-0930');
    assert.equal(sent('StudyTime', '9:30', 'en-US'), 'StudyTime=0930-0930\\2130-2130');
    assert.equal(sent('StudyTime', '21:30:15'), 'StudyTime=213015-213015');
    assert.equal(sent('StudyTime', 'since 10'), 'StudyTime=10-');
});

test('a day of the last update is a day of the browser', () => {
    const update = (text: string) => (): string | null => sent('LastUpdate', text);
    assert.equal(inZone('UTC', update('29/11/2026')), 'LastUpdate=20261129000000-20261129235959');
    assert.equal(inZone('Pacific/Auckland', update('29/11/2026')), 'LastUpdate=20261128110000-20261129105959');
    assert.equal(inZone('Etc/GMT+12', update('29/11/2026')), 'LastUpdate=20261129120000-20261130115959');
    assert.equal(inZone('Pacific/Kiritimati', update('today')), 'LastUpdate=20261130100000-20261201095959');
});

test('a day on which the clock is changed has 23 or 25 hours', () => {
    const update = (text: string) => (): string | null => sent('LastUpdate', text);
    assert.equal(inZone('America/New_York', update('2026-03-08')), 'LastUpdate=20260308050000-20260309035959');
    assert.equal(inZone('America/New_York', update('2026-11-01')), 'LastUpdate=20261101040000-20261102045959');
    assert.equal(inZone('America/New_York', update('2026-11')), 'LastUpdate=20261101040000-20261201045959');
});

test('a time that the clock shows twice is both', () => {
    const twice = (): string | null => sent('LastUpdate', '01/11/2026, 01:30');
    const both = 'LastUpdate=20261101053000-20261101053059\\20261101063000-20261101063059';
    assert.equal(inZone('America/New_York', twice), both);
    assert.equal(
        inZone('America/New_York', () => shown('moment', '20261101T053014')),
        '01/11/2026, 01:30',
    );
    assert.equal(
        inZone('America/New_York', () => shown('moment', '20261101T063014')),
        '01/11/2026, 01:30',
    );
});

test('the forms of a last update', () => {
    const forms: Readonly<Record<string, string>> = {
        '28/11/2026, 11:50': '2026-11-28T11:50Z',
        '28/11/2026 11:50': '2026-11-28T11:50Z',
        '28 Nov 2026 at 11:50': '2026-11-28T11:50Z',
        '11:50 28/11/2026': '2026-11-28T11:50Z',
        '28/11/2026 11': '2026-11-28T11:00Z/2026-11-28T11:59Z',
        '20261128T115014': '2026-11-28T11:50:14Z',
        '2026-11-28T11:50:14': '2026-11-28T11:50:14Z',
        '2026-11-28T11:50Z': '2026-11-28T11:50Z',
        '28/11/2026, 11:50 – 28/11/2026, 12:30': '2026-11-28T11:50Z/2026-11-28T12:30Z',
        '>28/11/2026': '2026-11-29T00:00Z/..',
        'until 28/11/2026, 11:50': '../2026-11-28T11:50Z',
        'last 7 days': 'last-7-days',
    };
    inZone('UTC', () => {
        for (const [text, instants] of Object.entries(forms)) {
            assert.equal(linked('LastUpdate', text), instants, text);
        }
        assert.equal(linked('LastUpdate', '11/28/2026, 09:30 PM', 'en-US'), '2026-11-28T21:30Z');
        assert.equal(linked('LastUpdate', '2026/11/28 21:30', 'ja-JP'), '2026-11-28T21:30Z');
        assert.equal(linked('LastUpdate', '٢٨‏/١١‏/٢٠٢٦، ٠٩:٣٠ م', 'ar-EG'), '2026-11-28T21:30Z');
        assert.equal(linked('LastUpdate', '21:30 28/11/2026', 'vi-VN'), '2026-11-28T21:30Z');
        assert.equal(linked('LastUpdate', '28.11.2026 klo 21.30', 'fi-FI'), '2026-11-28T21:30Z');
        assert.equal(linked('LastUpdate', 'noon'), null);
    });
});

test('instants are described as the days that they are here', () => {
    const text = (): string => {
        const meant = meaning('moment', '2026-11-28T11:00Z/2026-11-29T10:59Z', local('en-GB'), NOW);
        return meant ? described('moment', meant, local('en-GB'), NOW) : '';
    };
    assert.equal(inZone('Pacific/Auckland', text), '29 Nov 2026');
    assert.equal(inZone('UTC', text), '28 Nov 2026, 11:00 – 29 Nov 2026, 10:59');
});
