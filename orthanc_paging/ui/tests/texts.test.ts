/** What is understood under the headers of names, texts, identifiers, codes, several values and numbers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plain, quoted } from '../src/typing/plain';
import { withIsoDates, withLocalDates } from '../src/typing/searched';
import { described, type Meaning, understood } from '../src/typing/typed';
import { LANGUAGES } from '../src/words';
import { linked, local, NOW, sent } from './support';

test('a name is found by its words, as people write them', () => {
    for (const text of [
        'Smith, John (DR)',
        'Smith John DR',
        'Smith^John^^DR',
        ' Smith;John  · DR…',
        'Smith、[John] (DR)',
        'Smith, "John" <DR>',
    ]) {
        assert.equal(sent('PatientName', text), 'PatientName~=Smith John DR', text);
    }
    assert.equal(sent('ReferringPhysicianName', 'müller'), 'ReferringPhysicianName~=müller');
    assert.equal(sent('PatientName', '山田　太郎'), 'PatientName~=山田 太郎');
    assert.equal(sent('PatientName', "O'Brien"), "PatientName~=O'Brien");
});

test('a text is found by its words', () => {
    assert.equal(sent('StudyDescription', 'chest  ct'), 'StudyDescription~=chest ct');
    assert.equal(sent('InstitutionName', 'Head&Neck'), 'InstitutionName~=Head＆Neck');
});

test('signs without a letter or a digit are no words, with which all studies would be found', () => {
    assert.equal(sent('PatientName', '('), 'PatientName=*(*');
    assert.equal(sent('StudyDescription', '😀'), 'StudyDescription=*😀*');
    assert.equal(sent('StudyDescription', 'knee + hip'), 'StudyDescription~=knee hip');
});

test('of many words the longest are sent, as many as the server takes', () => {
    const text = 'a bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq qq';
    assert.equal(sent('StudyDescription', text), `StudyDescription~=${text.slice(2, -3)}`);
    assert.equal(sent('StudyDescription', 'x'.repeat(300)), `StudyDescription~=${'x'.repeat(128)}`);
});

test('wildcards and lists are matched as DICOM does', () => {
    assert.equal(sent('PatientName', 'smith, j*'), 'PatientName=smith^j*');
    assert.equal(sent('StudyDescription', '*knee?'), 'StudyDescription=*knee?');
    assert.equal(sent('PatientID', 'A\\B'), 'PatientID=A\\B');
});

test('a text in quotes is matched whole, and empty quotes find a missing value', () => {
    assert.equal(sent('PatientID', '"4711"'), 'PatientID="4711"');
    assert.equal(sent('PatientID', '„4711“'), 'PatientID="4711"');
    assert.equal(sent('PatientID', '«4711»'), 'PatientID="4711"');
    assert.equal(sent('PatientName', '"Smith^John"'), 'PatientName="Smith^John"');
    assert.equal(sent('StudyDate', '"00000000"'), 'StudyDate="00000000"');
    for (const keyword of ['PatientName', 'PatientID', 'StudyDate', 'StudyTime', 'PatientSex', 'LastUpdate'] as const) {
        assert.equal(sent(keyword, '""'), `${keyword}=""`);
    }
    assert.equal(sent('Labels', '""'), 'label!=');
});

test('an identifier is found by a part of it', () => {
    assert.equal(sent('PatientID', '45'), 'PatientID=*45*');
    assert.equal(sent('AccessionNumber', 'A 1'), 'AccessionNumber=*A 1*');
});

test('a sex is found by its code or a word of any language of the page', () => {
    const words = {
        F: ['f', 'F', 'fem', 'female', 'weiblich', 'Frau', 'féminin', 'femme', 'mujer'],
        M: ['m', 'male', 'männlich', 'hombre'],
        O: ['o', 'other', 'divers'],
    };
    for (const [code, texts] of Object.entries(words)) {
        for (const text of texts) {
            assert.equal(sent('PatientSex', text), `PatientSex=${code}*`, text);
        }
    }
    assert.equal(sent('PatientSex', 'x'), 'PatientSex=x*');
});

test('one modality may be cut short, of several each is whole', () => {
    assert.equal(sent('ModalitiesInStudy', 'C'), 'ModalitiesInStudy=C*');
    for (const text of ['CT,SR', 'CT SR', 'CT, SR', 'CT; SR', 'CT/SR', 'CT\\SR']) {
        assert.equal(sent('ModalitiesInStudy', text), 'ModalitiesInStudy=CT\\SR', text);
    }
});

test('a number may be grouped', () => {
    for (const text of ['1234', '1,234', '1.234', '1 234', "1'234", '1’234', '1\u202f234', '١٬٢٣٤', '１２３４']) {
        assert.equal(sent('NumberOfStudyRelatedInstances', text), 'NumberOfStudyRelatedInstances=1234', text);
    }
    assert.equal(sent('NumberOfStudyRelatedInstances', '12,34,567'), 'NumberOfStudyRelatedInstances=1234567');
    for (const text of ['many', '1.5', '1,23', '-1']) {
        assert.equal(sent('NumberOfStudyRelatedInstances', text), null, text);
    }
});

test('nothing is nothing', () => {
    assert.equal(sent('PatientName', '  '), null);
    assert.equal(sent('ModalitiesInStudy', ','), null);
});

test('a link contains what is typed in a form that is read again as the same', () => {
    for (const [keyword, text] of [
        ['PatientName', 'Smith, John'],
        ['PatientName', 'smith^j*'],
        ['PatientID', '"4711"'],
        ['PatientID', '45'],
        ['PatientSex', 'weiblich'],
        ['ModalitiesInStudy', 'CT, SR'],
        ['ModalitiesInStudy', 'C'],
        ['NumberOfStudyRelatedSeries', '1,234'],
        ['StudyDate', '""'],
    ] as const) {
        assert.equal(sent(keyword, linked(keyword, text) ?? ''), sent(keyword, text), text);
    }
});

test('a chip says what is meant', () => {
    const texts: readonly (readonly [Meaning, string])[] = [
        [{ type: 'missing' }, 'no value'],
        [{ type: 'exact', text: '4711' }, '"4711"'],
        [{ type: 'words', words: ['smith', 'j'] }, 'smith j'],
        [{ type: 'values', values: ['CT', 'SR'] }, 'CT, SR'],
        [{ type: 'days', spans: [['2025-12-01', '2025-12-01']] }, '1 Dec 2025'],
        [{ type: 'days', spans: [['2025-12-01', '']] }, 'since 1 Dec 2025'],
        [{ type: 'times', spans: [['09:30:00', '09:30:59']] }, '09:30'],
    ];
    for (const [meant, text] of texts) {
        assert.equal(described('text', meant, local('en-GB'), NOW), text);
    }
    assert.equal(described('code', { type: 'start', text: 'F' }), 'female');
});

test('what is understood is said by examples that are understood', () => {
    assert.match(understood('date'), /01\/12\/2025 – 31\/12\/2025/);
    assert.match(understood('time'), /09:30 – 21:30/);
    assert.equal(linked('StudyDate', '01/12/2025 – 30/12/2025'), '2025-12-01/2025-12-30');
    for (const kind of ['name', 'id', 'code', 'text', 'date', 'time', 'moment', 'number', 'values'] as const) {
        assert.doesNotMatch(understood(kind), /[{}]/);
    }
});

test('the examples in each language are understood', () => {
    const examples = {
        en: ['since 2024', '>2024', 'last 30 days'],
        de: ['seit 2024', '>2024', 'letzte 30 Tage'],
        fr: ['depuis 2024', '>2024', '30 derniers jours'],
        es: ['desde 2024', '>2024', 'últimos 30 días'],
    };
    for (const [language, texts] of Object.entries(examples)) {
        const sentence = LANGUAGES[language]?.understood.date ?? '';
        for (const text of texts) {
            assert.ok(sentence.includes(text), `${text} in: ${sentence}`);
            assert.notEqual(linked('StudyDate', text), null, text);
        }
    }
});

test('what each language says of days seen from today is understood as the same days', () => {
    for (const { typing } of Object.values(LANGUAGES)) {
        for (const [name, texts] of Object.entries(typing.relative)) {
            for (const text of texts) {
                assert.equal(linked('StudyDate', text), name, text);
            }
        }
        for (const template of typing.last) {
            for (const [unit, texts] of Object.entries(typing.units)) {
                for (const text of texts) {
                    const typed = template.replace('{n}', '3').replace('{unit}', text);
                    assert.equal(linked('StudyDate', typed), `last-3-${unit}`, typed);
                }
            }
        }
    }
});

test('days among the words of a search are the same days everywhere', () => {
    assert.equal(withIsoDates('abdomen 10/11/2026', local('en-GB'), NOW), 'abdomen 2026-11-10');
    assert.equal(withIsoDates('abdomen 10/11/2026', local('en-US'), NOW), 'abdomen 2026-10-11');
    assert.equal(withIsoDates('٢٨‏/١١‏/٢٠٢٦', local('ar-EG'), NOW), '2026-11-28');
    const others = '1.2.840 4711 2026-11-10 31/2/2026 smith';
    assert.equal(withIsoDates(` ${others}`, local('de-DE'), NOW), others);
    assert.equal(withLocalDates('abdomen 2026-11-10', local('de-DE')), 'abdomen 10.11.2026');
});

test('text is compared without case, accents, forms of digits and invisible marks', () => {
    assert.equal(plain('  AOÛT\u200f ２０２５ '), 'aout 2025');
    assert.equal(plain('٠١٢٣٤٥٦٧٨٩ ०९ ۵'), '0123456789 09 5');
    assert.equal(plain('오후'), '오후');
    assert.equal(quoted('“a”'), 'a');
    assert.equal(quoted('"a'), null);
    assert.equal(quoted('"'), null);
});
