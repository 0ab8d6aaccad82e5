/** What the details show of a study and of its series, as titles and texts. */

import type { Resource, Study } from '../api';
import { COLUMNS, type Keyword } from '../columns';
import { count, shown } from '../format';
import { plural, words } from '../words';

/** The values of a study by DICOM keyword. */
export type Values = Readonly<Record<string, string>>;

export interface Fact {
    readonly title: string;
    readonly text: string;
}

/** Values that a row of the list has, and the study itself has not. The list of series shows them instead. */
const COUNTED: readonly Keyword[] = [
    'ModalitiesInStudy',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
];

/** The values that name a series, in this order. */
const SERIES_TITLE = ['SeriesNumber', 'Modality', 'SeriesDescription'];

/** Return the values of a study in Orthanc's own form. */
export function valuesOfStudy(study: Resource): Values {
    const { PatientMainDicomTags, MainDicomTags, Labels, LastUpdate } = study;
    return {
        ...PatientMainDicomTags,
        ...MainDicomTags,
        Labels: (Labels ?? []).join('\\'),
        LastUpdate: LastUpdate ?? '',
    };
}

/** Return the values of a row of the list that the study itself has too. */
export function valuesOfRow(row: Study): Values {
    const left: readonly string[] = ['ID', ...COUNTED];
    return Object.fromEntries(Object.entries(row).filter(([keyword]) => !left.includes(keyword)));
}

/** Return the facts of a study: first those that have a column, in the order of the columns. Missing ones are left out. */
export function factsOf(values: Values): readonly Fact[] {
    const known = COLUMNS.map(({ keyword, kind }) => ({
        title: words.columns[keyword],
        text: shown(kind, values[keyword] ?? ''),
    }));
    const others = Object.keys(values)
        .filter((keyword) => !COLUMNS.some((column) => column.keyword === keyword))
        .map((keyword) => ({ title: keyword, text: shown('text', values[keyword] ?? '') }));
    return [...known, ...others].filter(({ text }) => text !== '');
}

/** Return the series sorted by their numbers. */
export function sortedSeries(series: readonly Resource[]): readonly Resource[] {
    return [...series].sort((one, other) => seriesNumber(one) - seriesNumber(other));
}

/** Return the title of a series, such as `2 · CT · Thorax`, and its number of instances. */
export function factOfSeries(series: Resource): Fact {
    const parts = SERIES_TITLE.map((keyword) => shown('text', series.MainDicomTags[keyword] ?? ''));
    const number = series.Instances?.length ?? 0;
    return {
        title: parts.filter((part) => part !== '').join(' · '),
        text: plural(words.instances, number, count(number)),
    };
}

function seriesNumber(series: Resource): number {
    return Number(series.MainDicomTags['SeriesNumber'] ?? 0);
}
