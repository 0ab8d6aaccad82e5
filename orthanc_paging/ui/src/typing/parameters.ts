/** From what is typed under a header to DICOM attribute matching (PS3.4 C.2.2.2), as the server takes it. */

import type { Column } from '../columns';
import { instantsOf } from './instants';
import type { Meaning, Span } from './meaning';
import { daysOf } from './relative';

const BETWEEN = '\\';

/** The name and the value of the request's parameter. */
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

/** Orthanc 1.13.0 splits a request at an encoded `&`. The server reads its wide form as the same sign. */
export function sent(text: string): string {
    return text.replaceAll('&', '＆');
}

/** Ranges of dates, times or instants (PS3.4 C.2.2.2.5). */
export function ranges(spans: readonly Span[]): string {
    return spans.map((span) => span.map((moment) => moment.replace(/[-:TZ]/g, '')).join('-')).join(BETWEEN);
}

/** A time without seconds is its whole minute, and one without minutes its whole hour (PS3.4 C.2.2.2.5). */
function shortest([first, last]: Span): Span {
    return [first.replace(/(:00){1,2}$/, ''), last.replace(/(:59){1,2}$/, '')];
}
