/** The query of the page: one filter for each field, and links that mean the same to everybody. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
    ALL,
    filterOf,
    fromLink,
    isSame,
    mistyped,
    type Query,
    toLink,
    withChips,
    withoutField,
    withPeriod,
    withTyped,
} from '../src/query';
import { inZone, NOW } from './support';

function filters(query: Query): string {
    return decodeURIComponent(filterOf(query, NOW).toString());
}

function link(query: Query): string {
    return decodeURIComponent(toLink(query).toString());
}

function of(text: string): Query {
    return fromLink(new URLSearchParams(text));
}

test('a period replaces a date that is typed, and a date that is typed replaces a period', () => {
    const typed = withTyped(ALL, 'StudyDate', '2020-');
    const period = withPeriod(typed, 'month');
    assert.equal(filters(typed), 'StudyDate=20200101-');
    assert.equal(filters(period), 'StudyDate=20261101-20261130');
    assert.deepEqual(period.typed, {});
    assert.deepEqual(withTyped(period, 'StudyDate', '2020-'), typed);
    assert.equal(
        filters(withPeriod(withTyped(ALL, 'PatientSex', 'F'), 'today')),
        'PatientSex=F*&StudyDate=20261130-20261130',
    );
});

test('modalities that are chosen replace those that are typed, and the other way round', () => {
    const chosen = withChips(ALL, 'modalities', ['CT']);
    const typed = withTyped(chosen, 'ModalitiesInStudy', 'MR');
    assert.equal(filters(chosen), 'ModalitiesInStudy=CT');
    assert.equal(filters(typed), 'ModalitiesInStudy=MR*');
    assert.deepEqual(typed.modalities, []);
    assert.deepEqual(withChips(typed, 'modalities', ['CT']), chosen);
});

test('labels that are chosen replace those that are typed, and the other way round', () => {
    const chosen = withChips(ALL, 'labels', ['urgent', 'done']);
    const typed = withTyped(chosen, 'Labels', '""');
    assert.equal(filters(chosen), 'label=urgent\\done');
    assert.equal(filters(typed), 'label!=');
    assert.deepEqual(withChips(typed, 'labels', ['urgent', 'done']), chosen);
});

test('what is taken away replaces nothing', () => {
    const typed = withTyped(ALL, 'StudyDate', '2020');
    assert.deepEqual(withPeriod(typed, ''), typed);
    assert.deepEqual(withTyped(withPeriod(ALL, 'today'), 'StudyDate', ' ').period, 'today');
    assert.deepEqual(withChips(withTyped(ALL, 'Labels', 'a'), 'labels', []).typed.Labels?.text, 'a');
    assert.deepEqual(withTyped(typed, 'StudyDate', ''), ALL);
});

test('what is not understood is no filter, and is named', () => {
    const query = withTyped(withTyped(ALL, 'StudyDate', '31.2.2024'), 'PatientID', 'A');
    assert.deepEqual(mistyped(query), ['StudyDate']);
    assert.equal(filters(query), 'PatientID=*A*');
    assert.equal(link(query), 'StudyDate=31.2.2024&PatientID=A');
    assert.deepEqual(mistyped(of('StudyDate=31.2.2024')), ['StudyDate']);
});

test('a link contains days of the calendar, whatever is typed', () => {
    for (const [text, days] of Object.entries({
        '1/12/2025-': '2025-12-01/..',
        '1.12.2025 – 30.12.2025': '2025-12-01/2025-12-30',
        'Dec 2025': '2025-12',
        '17/12': '2025-12-17',
        'letzte 30 Tage': 'last-30-days',
    })) {
        const query = withTyped(ALL, 'StudyDate', text);
        if (text !== '17/12') {
            assert.equal(link(query), `StudyDate=${days}`);
        }
        assert.equal(filters(of(link(query))), filters(query));
        assert.ok(isSame(of(link(query)), query));
    }
});

test('a link with the last update means the same instants in all time zones', () => {
    const sent = inZone('Pacific/Auckland', () => link(withTyped(ALL, 'LastUpdate', '29/11/2026')));
    assert.equal(sent, 'LastUpdate=2026-11-28T11:00Z/2026-11-29T10:59Z');
    for (const zone of ['UTC', 'Pacific/Auckland', 'America/New_York']) {
        assert.equal(
            inZone(zone, () => filters(of(sent))),
            'LastUpdate=20261128110000-20261129105959',
        );
    }
    assert.equal(
        inZone('Pacific/Auckland', () => of(sent).typed.LastUpdate?.text),
        '29/11/2026',
    );
});

test('a link from before is understood if it means the same to everybody', () => {
    for (const [text, filter] of Object.entries({
        '31/12/2025': 'StudyDate=20251231-20251231',
        '12/31/2025': 'StudyDate=20251231-20251231',
        '2025-12-01 - ': 'StudyDate=20251201-',
        '20251201': 'StudyDate=20251201-20251201',
        '3/2024': 'StudyDate=20240301-20240331',
        '2024': 'StudyDate=20240101-20241231',
        '11/11/2025': 'StudyDate=20251111-20251111',
    })) {
        assert.equal(filters(of(`StudyDate=${text}`)), filter, text);
    }
    for (const text of ['01/12/2025', '01/12/2025-', '17/12', '01/12/25']) {
        assert.deepEqual(mistyped(of(`StudyDate=${text}`)), ['StudyDate'], text);
        assert.equal(of(`StudyDate=${text}`).typed.StudyDate?.text, text);
    }
});

test('the box shows the form of the browser', () => {
    assert.equal(of('StudyDate=2025-12-01/2025-12-30').typed.StudyDate?.text, '01/12/2025 – 30/12/2025');
    assert.equal(of('StudyDate=last-30-days').typed.StudyDate?.text, 'last 30 days');
    assert.equal(of('StudyTime=09:30,21:30').typed.StudyTime?.text, '09:30; 21:30');
    assert.equal(of('q=knee 2025-12-01').words, 'knee 01/12/2025');
});

test('a link with two filters for a field has the one that was meant before', () => {
    assert.equal(link(of('StudyDate=2020&period=month')), 'period=month');
    assert.equal(link(of('ModalitiesInStudy=MR&modality=CT')), 'modality=CT');
});

test('the words of a search are sent with ISO dates, and without a sign that Orthanc splits at', () => {
    const query = { ...ALL, words: ' Head&Neck 1/12/2025 ' };
    assert.equal(filters(query), 'q=Head＆Neck+2025-12-01');
    assert.equal(link(query), 'q=Head&Neck+2025-12-01');
});

test('the chips of a field are counted without its filters, also those that are typed', () => {
    const typed = withTyped(withTyped(ALL, 'ModalitiesInStudy', 'MR'), 'PatientSex', 'F');
    assert.equal(filters(withoutField(typed, 'modalities')), 'PatientSex=F*');
    assert.equal(filters(withoutField(withChips(typed, 'modalities', ['CT']), 'modalities')), 'PatientSex=F*');
    assert.equal(filters(withoutField(withTyped(ALL, 'Labels', 'a'), 'labels')), '');
});
