/** A naive model of how the server matches a parameter (see the REST reference). */

import type { Kind } from '../src/columns';

const BETWEEN = '\\';

/** Whether a parameter matches a study whose attribute has a value, as Orthanc stores it. */
export function matches(kind: Kind, name: string, parameter: string, stored: string): boolean {
    if (name.endsWith('~')) {
        const text = folded(stored);
        const words = parameter.split(/[\s",;()[\]{}<>^=|\\•·・、،؛]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
        if (words.length === 0 || words.length > 16 || words.some((word) => [...word].length > 128)) {
            throw new Error('a request that finds all studies, or is refused');
        }
        return words.every((word) => text.includes(folded(word)));
    }
    if (parameter.startsWith('"') && parameter.endsWith('"')) {
        return folded(parameter.slice(1, -1)) === folded(stored);
    }
    const items = parameter.split(BETWEEN);
    switch (kind) {
        case 'date':
            return items.some((item) => isWithin(item, stored.replaceAll('.', ''), '99999999'));
        case 'time':
            return items.some((item) => isWithin(item, stored.replace(/[:.]/g, ''), '235959999999'));
        case 'moment':
            return items.some((item) => isWithin(item, stored.replace('T', ''), '99991231235959'));
        default:
            return stored.split(BETWEEN).some((value) => items.some((item) => isLike(folded(value), folded(item))));
    }
}

function isWithin(range: string, value: string, latest: string): boolean {
    const [first = '', last = first] = range.split('-');
    const from = first === '' ? '' : first;
    const to = last === '' ? latest : last + latest.slice(last.length);
    return from <= value && value <= to;
}

function isLike(value: string, pattern: string): boolean {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'su').test(value);
}

function folded(text: string): string {
    return text
        .normalize('NFKC')
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
        .trim();
}
