/** The columns of the list: their DICOM keywords, kinds of values, and first widths. */

/** The kind of a value: it decides how the value is shown, and what can be typed to find it. */
export type Kind = 'name' | 'id' | 'code' | 'text' | 'date' | 'time' | 'moment' | 'number' | 'values';

export interface Column {
    /** The DICOM keyword, as the server knows it. */
    readonly keyword: Keyword;
    readonly kind: Kind;
    /** Pixels. */
    readonly width: number;
    /** Whether the column is hidden at first. */
    readonly hidden?: true;
    /** Whether the server computes the value. An administrator may switch that off. */
    readonly computed?: true;
}

export type Keyword =
    | 'PatientName'
    | 'PatientID'
    | 'PatientBirthDate'
    | 'PatientSex'
    | 'StudyDate'
    | 'StudyTime'
    | 'ModalitiesInStudy'
    | 'StudyDescription'
    | 'AccessionNumber'
    | 'ReferringPhysicianName'
    | 'InstitutionName'
    | 'NumberOfStudyRelatedSeries'
    | 'NumberOfStudyRelatedInstances'
    | 'Labels'
    | 'LastUpdate';

export const COLUMNS: readonly Column[] = [
    { keyword: 'PatientName', kind: 'name', width: 210 },
    { keyword: 'PatientID', kind: 'id', width: 120 },
    { keyword: 'PatientBirthDate', kind: 'date', width: 120 },
    { keyword: 'PatientSex', kind: 'code', width: 90 },
    { keyword: 'StudyDate', kind: 'date', width: 115 },
    { keyword: 'StudyTime', kind: 'time', width: 115 },
    { keyword: 'ModalitiesInStudy', kind: 'values', width: 115, computed: true },
    { keyword: 'StudyDescription', kind: 'text', width: 230 },
    { keyword: 'AccessionNumber', kind: 'id', width: 135 },
    { keyword: 'ReferringPhysicianName', kind: 'name', width: 180 },
    { keyword: 'InstitutionName', kind: 'text', width: 180 },
    { keyword: 'NumberOfStudyRelatedSeries', kind: 'number', width: 80 },
    { keyword: 'NumberOfStudyRelatedInstances', kind: 'number', width: 100, computed: true },
    { keyword: 'Labels', kind: 'values', width: 130 },
    { keyword: 'LastUpdate', kind: 'moment', width: 165, hidden: true },
];
