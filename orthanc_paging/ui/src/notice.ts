/** What the page says in the place of its list, or below it: results, progress, and what went wrong. */

import { Gone, NoConnection, NotAllowed, NotReady, type Progress, Refused } from './api';
import { COLUMNS } from './columns';
import { element } from './dom';
import { count } from './format';
import { hasFilter, mistyped, type Query } from './query';
import { understood } from './typing/typed';
import { filled, words } from './words';

/** A sentence, and what the reader can do. */
export interface Message {
    readonly what: string;
    readonly hint: string;
}

export class Notice {
    readonly host = element('div', { className: 'notice', hidden: true, attributes: { role: 'status' } });

    clear(): void {
        this.host.hidden = true;
        this.host.replaceChildren();
    }

    /** Say what there is to say of a list of `total` studies: see `resultMessage`. */
    sayResult(wanted: Query, listed: Query, total: number): void {
        const message = resultMessage(wanted, listed, total);
        if (message) {
            this.say(message);
        } else {
            this.clear();
        }
    }

    /** Say why a request failed. */
    explain(error: unknown): void {
        const message = errorMessage(error);
        if (message) {
            this.say(message, ...(error instanceof NotReady ? progressBar(error.progress) : []));
        }
    }

    private say({ what, hint }: Message, ...more: readonly Node[]): void {
        const parts = [
            element('strong', { textContent: what }),
            ...(hint ? [element('span', { textContent: hint })] : []),
        ];
        this.host.replaceChildren(...parts, ...more);
        this.host.hidden = false;
    }
}

/**
 * Return what there is to say of a list of `total` studies; null if the rows say it.
 *
 * `wanted` is the query as it is typed. The list shows `listed` as long as a part of `wanted` is not understood.
 */
export function resultMessage(wanted: Query, listed: Query, total: number): Message | null {
    const wrong = COLUMNS.filter((column) => mistyped(wanted).includes(column.keyword));
    if (wrong.length > 0) {
        const columns = wrong.map((column) => words.columns[column.keyword]).join(', ');
        const examples = [...new Set(wrong.map((column) => understood(column.kind)))];
        return { what: filled(words.mistyped, { columns }), hint: [...examples, words.staleList].join(' ') };
    }
    if (total > 0) {
        return null;
    }
    return hasFilter(listed)
        ? { what: words.noMatch, hint: words.noMatchHint }
        : { what: words.empty, hint: words.emptyHint };
}

/** Return why a request failed, and what to do; null if the error is none of `api.ts`. */
export function errorMessage(error: unknown): Message | null {
    if (error instanceof NotReady) {
        return { what: progressText(error.progress), hint: '' };
    }
    if (error instanceof NotAllowed) {
        return { what: words.notAllowed, hint: words.logIn };
    }
    if (error instanceof NoConnection) {
        return { what: words.noConnection, hint: '' };
    }
    if (error instanceof Gone) {
        return { what: words.gone, hint: '' };
    }
    return error instanceof Refused ? { what: filled(words.failed, { why: error.message }), hint: '' } : null;
}

function progressText(progress: Progress | null): string {
    if (!isListing(progress)) {
        return words.computing;
    }
    return filled(words.listing, { listed: count(progress.Listed), total: count(progress.Total) });
}

function progressBar(progress: Progress | null): readonly Node[] {
    if (!isListing(progress)) {
        return [];
    }
    const attributes = { 'aria-label': words.loading };
    return [element('progress', { max: progress.Total, value: progress.Listed, attributes })];
}

/** Whether studies are still being listed. If not, the computed tags are not known yet. */
function isListing(progress: Progress | null): progress is Progress {
    return progress !== null && progress.Listed < progress.Total;
}
