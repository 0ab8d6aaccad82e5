/** What the details show and say of a study. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gone, NoConnection, NotAllowed, NotReady, Refused, type Resource } from '../src/api';
import { factOfSeries, factsOf, sortedSeries, valuesOfRow, valuesOfStudy } from '../src/details/facts';
import { reasonOf, type Situation, sentencesOf } from '../src/details/sentences';
import { VIEWERS, viewersWith } from '../src/details/viewers';

const STUDY: Resource = {
    ID: 'one',
    PatientMainDicomTags: { PatientName: 'DOE^JANE', PatientID: '4711' },
    MainDicomTags: { StudyDate: '20261130', StudyInstanceUID: '1.2.3' },
    Labels: ['urgent', 'done'],
    LastUpdate: '20261130T120000',
};

function series(number: string, ...others: readonly string[]): Resource {
    const [Modality = '', SeriesDescription = ''] = others;
    return { ID: number, MainDicomTags: { SeriesNumber: number, Modality, SeriesDescription }, Instances: ['a', 'b'] };
}

test('the values of a study are those of its patient, its own, its labels and its last update', () => {
    assert.deepEqual(valuesOfStudy(STUDY), {
        PatientName: 'DOE^JANE',
        PatientID: '4711',
        StudyDate: '20261130',
        StudyInstanceUID: '1.2.3',
        Labels: 'urgent\\done',
        LastUpdate: '20261130T120000',
    });
    assert.deepEqual(valuesOfStudy({ ID: 'two', MainDicomTags: {} }), { Labels: '', LastUpdate: '' });
});

test('of a row, the ID and the counts are left out, because the study itself has none', () => {
    const row = { ID: 'one', PatientID: '4711', ModalitiesInStudy: 'CT', NumberOfStudyRelatedSeries: '2' };
    assert.deepEqual(valuesOfRow(row), { PatientID: '4711' });
});

test('facts with a column come first, in the order of the columns; missing values have none', () => {
    assert.deepEqual(
        factsOf({ StudyInstanceUID: '1.2.3', StudyDate: '20261130', PatientName: 'DOE^JANE', Labels: '' }),
        [
            { title: 'Patient', text: 'DOE, JANE' },
            { title: 'Date', text: '30/11/2026' },
            { title: 'StudyInstanceUID', text: '1.2.3' },
        ],
    );
});

test('series are sorted by number, those without one first', () => {
    const sorted = sortedSeries([series('10'), series('9'), series('')]);
    assert.deepEqual(
        sorted.map(({ ID }) => ID),
        ['', '9', '10'],
    );
});

test('a series has its number, modality and description as title, and its instances', () => {
    assert.deepEqual(factOfSeries(series('2', 'CT', 'Thorax')), { title: '2 · CT · Thorax', text: '2 instances' });
    assert.deepEqual(factOfSeries({ ID: 'x', MainDicomTags: { Modality: 'SR' } }), {
        title: 'SR',
        text: '0 instances',
    });
});

const CALM: Situation = {
    isListed: true,
    hasValues: true,
    hasStudy: true,
    error: null,
    seriesError: null,
    viewersError: null,
};

test('of a study that is listed and loaded there is nothing to say', () => {
    assert.deepEqual(sentencesOf(CALM), []);
});

test('a deleted study is only that', () => {
    const error = new Gone();
    assert.deepEqual(sentencesOf({ ...CALM, isListed: false, error, seriesError: error }), [
        'This study does not exist any more.',
    ]);
});

test('what could not be loaded is said with the reason', () => {
    const failed = { ...CALM, error: new NoConnection(), isListed: false };
    assert.deepEqual(sentencesOf(failed), [
        'This study is not in the list under the present filters.',
        'This may be out of date. Orthanc does not respond. Trying again …',
    ]);
    assert.match(sentencesOf({ ...failed, hasStudy: false })[1] ?? '', /^This study could not be loaded\. /);
    assert.deepEqual(sentencesOf({ ...CALM, seriesError: new NotAllowed(), viewersError: new NotAllowed() }), [
        'The series could not be loaded. You may not see this, or you are not logged in any more. Reload the page to log in.',
        'The viewers could not be loaded. You may not see this, or you are not logged in any more. Reload the page to log in.',
    ]);
});

test('until a value comes, the study is loading', () => {
    assert.deepEqual(sentencesOf({ ...CALM, hasValues: false, hasStudy: false }), ['Loading …']);
});

test('each error has its reason', () => {
    assert.equal(reasonOf(new NotReady(null)), 'Loading …');
    assert.equal(reasonOf(new Gone()), 'This study does not exist any more.');
    assert.equal(reasonOf(new Refused('limit', '', 'Too many.')), 'The request failed: Too many.');
});

test('viewers are those whose plugins are installed, and what Orthanc itself has', () => {
    const names = (...plugins: string[]): string[] => viewersWith(plugins).map(({ name }) => name);
    assert.deepEqual(names(), ['explorer', 'archive']);
    assert.deepEqual(names('ohif', 'dicom-web'), ['ohif', 'explorer', 'archive']);
});

test('OHIF opens a study by the data source that its plugin is set to', () => {
    const [ohif] = VIEWERS.filter(({ name }) => name === 'ohif');
    assert.equal(ohif?.address('one', '1.2.3', 'dicom-web'), 'ohif/viewer?StudyInstanceUIDs=1.2.3');
    assert.equal(ohif?.address('one', '1.2.3', 'dicom-json'), 'ohif/viewer?url=../studies/one/ohif-dicom-json');
});
