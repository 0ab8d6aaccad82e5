/** Turns meanings into the parameters of a request, which the server matches as DICOM does (PS3.4 C.2.2.2). */

import type { Column } from '../columns';
import { instantsOf } from './instants';
import type { Meaning, Span } from './meaning';
import { daysOf } from './relative';

const BETWEEN = '\\';

/** Return the name and the value of the parameter of a column. */
export function parameterOf(column: Column, meant: Meaning, now = new Date()): readonly [name: string, value: string] {
    const { keyword, kind } = column;
    switch (meant.type) {
        case 'words':
            return [`${keyword}~`, sent(meant.words.join(' '))];
        case 'part':
            return [keyword, sent(`*${meant.text}*`)];
        case 'start':
            return [keyword, sent(`${meant.text}*`)];
        case 'exact':
            return [keyword, sent(`"${meant.text}"`)];
        case 'missing':
            return keyword === 'Labels' ? ['label!', ''] : [keyword, '""'];
        case 'values':
            return [keyword, sent(meant.values.join(BETWEEN))];
        case 'pattern':
            return [keyword, sent(meant.text)];
        case 'number':
            return [keyword, meant.value];
        case 'relative':
            return [keyword, ranges([(kind === 'moment' ? instantsOf : daysOf)(meant.name, now)])];
        case 'times':
            return [keyword, ranges(meant.spans.map(shortest))];
        default:
            return [keyword, ranges(meant.spans)];
    }
}

/** Return a text without `&`: Orthanc 1.13.0 splits a request at an encoded one. The server reads `＆` as the same sign. */
export function sent(text: string): string {
    return text.replaceAll('&', '＆');
}

/** Return ranges of dates, times or instants as DICOM writes them (PS3.4 C.2.2.2.5). */
export function ranges(spans: readonly Span[]): string {
    return spans.map((span) => span.map((moment) => moment.replace(/[-:TZ]/g, '')).join('-')).join(BETWEEN);
}

/** Return a range of times in its shortest form: `10` is the whole hour, `1030` the whole minute (PS3.4 C.2.2.2.5). */
function shortest([first, last]: Span): Span {
    return [first.replace(/(:00){1,2}$/, ''), last.replace(/(:59){1,2}$/, '')];
}
