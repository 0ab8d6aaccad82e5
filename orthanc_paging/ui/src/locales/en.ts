/** English, and what each language has to say. */

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
    /** The words of the grid's own, by its names for them. */
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
    readonly typing: TypingWords;
    /** What is understood under a header of each kind, by example. */
    readonly understood: Readonly<Record<Kind, string>>;
    /** Stands for a missing value, such as no date. */
    readonly missing: string;
}

/** The words that people type for dates and sexes. The page writes the first of each. */
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
    staleList: 'The list still shows what was found before.',
    chooseColumns: 'Columns',
    moveLeft: 'Move left: {column}',
    moveRight: 'Move right: {column}',
    resetColumns: 'As at first',
    exportTable: 'Export as CSV',
    exporting: 'Exporting …',
    help: 'Keys',
    keys: [
        ['/', 'Search'],
        ['↑ ↓ ← →', 'Move in the list'],
        ['Enter', 'Open the study; on a header, sort by it'],
        ['Shift + Enter', 'On a header, sort by it too'],
        ['Page ↑, Page ↓, Home, End', 'Move far'],
        ['Alt + ← →', 'On a header, make it narrower or wider'],
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
    listing: 'The studies are being listed: {listed} of {total}.',
    computing: 'Modalities and numbers of instances are still being counted; sorting and filtering by them works soon.',
    empty: 'There is no study yet.',
    emptyHint: 'Send one to this Orthanc by DICOM, or upload one in Orthanc Explorer: it shows here by itself.',
    noMatch: 'No study matches.',
    noMatchHint: 'Take a filter away, or clear all.',
    noConnection: 'Orthanc does not answer. Trying again …',
    notAllowed: 'You are not logged in any more, or may not see the studies.',
    logIn: 'Load the page again to log in.',
    failed: 'That did not work: {why}',
    gone: 'This study is not there any more.',
    notListed: 'This study is not in the list under the present filters.',
    notLoaded: 'This study could not be loaded.',
    outdated: 'This may be out of date.',
    noSeries: 'The series could not be loaded.',
    noViewers: 'The viewers could not be loaded.',
    refused: 'You may not see it, or are not logged in any more.',
    mistyped: 'Not understood: {columns}',
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
        name: 'Parts of the name, in any order: smith j. * and ? stand for other letters; "" for no name.',
        text: 'Words, in any order: chest ct. * and ? stand for other letters; "" for no text.',
        id: 'A part of it: 4711. In quotes, all of it: "4711". "" for none.',
        code: 'F, M or O, or a word: female. "" for none.',
        values: 'One or more: CT, MR. "" for none.',
        number: 'A whole number: 3.',
        date: 'A day ({day}), a month (2025-12) or a year; {day} – {later}; since 2024; >2024; last 30 days. "" for no date.',
        time: 'A time ({time}) or an hour; {time} – {laterTime}; since {time}. "" for no time.',
        moment: 'A day ({day}) with or without a time ({time}); {day} – {later}; since {day}; today; last 7 days.',
    },
    missing: 'no value',
};
