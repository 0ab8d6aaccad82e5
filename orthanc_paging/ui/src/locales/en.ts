/** English, and the type of the words of each language. */

import type { Keyword, Kind } from '../columns';
import type { Period } from '../typing/relative';

export interface Words {
    readonly title: string;
    readonly columns: Readonly<Record<Keyword, string>>;
    readonly studies: readonly [string, string];
    readonly position: string;
    readonly newStudies: readonly [string, string];
    readonly search: string;
    readonly searchHint: string;
    /** The words of the grid itself, by its own names. */
    readonly grid: Readonly<Record<string, string>>;
    readonly periods: Readonly<Record<Period, string>>;
    readonly period: string;
    readonly modalities: string;
    readonly labels: string;
    readonly clearAll: string;
    readonly activeFilters: string;
    readonly removeFilter: string;
    readonly staleList: string;
    readonly chooseColumns: string;
    readonly moveLeft: string;
    readonly moveRight: string;
    readonly resetColumns: string;
    readonly exportTable: string;
    readonly exporting: string;
    readonly help: string;
    readonly keys: readonly (readonly [string, string])[];
    readonly close: string;
    readonly details: string;
    readonly series: string;
    readonly instances: readonly [string, string];
    readonly viewers: Readonly<Record<'stone' | 'ohif' | 'volview' | 'explorer2' | 'explorer' | 'archive', string>>;
    readonly loading: string;
    readonly listing: string;
    readonly computing: string;
    readonly empty: string;
    readonly emptyHint: string;
    readonly noMatch: string;
    readonly noMatchHint: string;
    readonly noConnection: string;
    readonly notAllowed: string;
    readonly logIn: string;
    readonly failed: string;
    readonly gone: string;
    readonly notListed: string;
    readonly notLoaded: string;
    readonly outdated: string;
    readonly noSeries: string;
    readonly noViewers: string;
    readonly refused: string;
    readonly mistyped: string;
    readonly sourceCode: string;
    /** The licences of the packages of others that are in the page. */
    readonly licences: string;
    readonly typing: TypingWords;
    /** Examples of what is understood under a header of each kind. */
    readonly understood: Readonly<Record<Kind, string>>;
    /** Stands for a missing value. */
    readonly missing: string;
}

/** The words that people type for dates and sexes. The page itself writes the first of each. */
export interface TypingWords {
    /** By the names of `relative.ts`. */
    readonly relative: Readonly<Record<string, readonly string[]>>;
    /** The last so many days, weeks, months or years. */
    readonly last: readonly string[];
    readonly units: Readonly<Record<'days' | 'weeks' | 'months' | 'years', readonly string[]>>;
    readonly since: readonly string[];
    readonly until: readonly string[];
    readonly after: readonly string[];
    readonly before: readonly string[];
    /** Before the first part of a range, and before the second. */
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly sexes: Readonly<Record<'F' | 'M' | 'O', readonly string[]>>;
}

export const en: Words = {
    title: 'Studies',
    columns: {
        PatientName: 'Patient',
        PatientID: 'Patient ID',
        PatientBirthDate: 'Born',
        PatientSex: 'Sex',
        StudyDate: 'Date',
        StudyTime: 'Time',
        ModalitiesInStudy: 'Modalities',
        StudyDescription: 'Description',
        AccessionNumber: 'Accession no.',
        ReferringPhysicianName: 'Referring physician',
        InstitutionName: 'Institution',
        NumberOfStudyRelatedSeries: 'Series',
        NumberOfStudyRelatedInstances: 'Instances',
        Labels: 'Labels',
        LastUpdate: 'Last update',
    },
    studies: ['{count} study', '{count} studies'],
    position: '{first}–{last} of {total}',
    newStudies: ['{count} new study', '{count} new studies'],
    search: 'Search',
    searchHint: 'Name, ID, description, physician, date, modality',
    grid: {
        ariaFilterInput: 'Filter',
        ariaSortableColumn: 'Press Enter to sort',
        ariaColumnFiltered: 'Filtered',
    },
    periods: { today: 'Today', yesterday: 'Yesterday', week: '7 days', month: '30 days', year: 'Year' },
    period: 'Study date',
    modalities: 'Modalities',
    labels: 'Labels',
    clearAll: 'Clear all',
    activeFilters: 'Active filters',
    removeFilter: 'Remove filter: {filter}',
    staleList: 'The list still shows the result from before.',
    chooseColumns: 'Columns',
    moveLeft: 'Move left: {column}',
    moveRight: 'Move right: {column}',
    resetColumns: 'Reset',
    exportTable: 'Export as CSV',
    exporting: 'Exporting …',
    help: 'Keys',
    keys: [
        ['/', 'Search'],
        ['↑ ↓ ← →', 'Move in the list'],
        ['Enter', 'Open the study; on a header: sort by it'],
        ['Shift + Enter', 'On a header: sort by it too'],
        ['Page ↑, Page ↓, Home, End', 'Move by a page; to the first or last study'],
        ['Alt + ← →', 'On a header: make the column narrower or wider'],
        ['Escape', 'Close, or clear the search'],
        ['?', 'Show these keys'],
    ],
    close: 'Close',
    details: 'Study',
    series: 'Series',
    instances: ['{count} instance', '{count} instances'],
    viewers: {
        stone: 'Stone viewer',
        ohif: 'OHIF',
        volview: 'VolView',
        explorer2: 'Orthanc Explorer 2',
        explorer: 'Orthanc Explorer',
        archive: 'Download (DICOM)',
    },
    loading: 'Loading …',
    listing: 'Orthanc lists the studies: {listed} of {total}.',
    computing: 'Orthanc still counts the modalities and instances. Sorting and filtering by them will work soon.',
    empty: 'There is no study yet.',
    emptyHint: 'Send a study to this Orthanc by DICOM, or upload one in Orthanc Explorer. It appears here by itself.',
    noMatch: 'No study matches.',
    noMatchHint: 'Remove a filter, or clear all filters.',
    noConnection: 'Orthanc does not respond. Trying again …',
    notAllowed: 'You are not logged in any more, or you may not see the studies.',
    logIn: 'Reload the page to log in.',
    failed: 'The request failed: {why}',
    gone: 'This study does not exist any more.',
    notListed: 'This study is not in the list under the present filters.',
    notLoaded: 'This study could not be loaded.',
    outdated: 'This may be out of date.',
    noSeries: 'The series could not be loaded.',
    noViewers: 'The viewers could not be loaded.',
    refused: 'You may not see this, or you are not logged in any more.',
    mistyped: 'Not understood: {columns}',
    sourceCode: 'Source code',
    licences: 'Licences of the packages',
    typing: {
        relative: {
            today: ['today'],
            yesterday: ['yesterday'],
            'this-week': ['this week'],
            'last-week': ['last week', 'previous week'],
            'this-month': ['this month'],
            'last-month': ['last month', 'previous month'],
            'this-year': ['this year'],
            'last-year': ['last year', 'previous year'],
        },
        last: ['last {n} {unit}', 'the last {n} {unit}', 'past {n} {unit}', 'the past {n} {unit}'],
        units: {
            days: ['days', 'day'],
            weeks: ['weeks', 'week'],
            months: ['months', 'month'],
            years: ['years', 'year'],
        },
        since: ['since', 'from', 'as of', 'starting'],
        until: ['until', 'till', 'up to', 'to'],
        after: ['after'],
        before: ['before'],
        from: ['from', 'between'],
        to: ['to', 'until', 'till', 'through', 'and'],
        sexes: { F: ['female', 'woman'], M: ['male', 'man'], O: ['other'] },
    },
    understood: {
        name: 'Parts of the name, in any order: smith j. * and ? stand for other letters. "" finds a missing name.',
        text: 'Words, in any order: chest ct. * and ? stand for other letters. "" finds a missing text.',
        id: 'A part of the value: 4711. The whole value, in quotes: "4711". "" finds a missing value.',
        code: 'F, M or O, or a word: female. "" finds a missing value.',
        values: 'One or more values: CT, MR. "" finds a missing value.',
        number: 'A whole number: 3.',
        date: 'A day ({day}), a month (2025-12) or a year; {day} – {later}; since 2024; >2024; last 30 days. "" finds a missing date.',
        time: 'A time ({time}) or an hour; {time} – {laterTime}; since {time}. "" finds a missing time.',
        moment: 'A day ({day}) with or without a time ({time}); {day} – {later}; since {day}; today; last 7 days.',
    },
    missing: 'no value',
};
