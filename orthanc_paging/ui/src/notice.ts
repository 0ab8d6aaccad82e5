/** What the page has to say beside its list: how far the server is, what went wrong, and what to do. */

import { Gone, NoConnection, NotAllowed, NotReady, type Progress, Refused } from './api';
import { element } from './dom';
import { count } from './format';
import { filled, words } from './words';

export class Notice {
    readonly host = element('div', { className: 'notice', hidden: true, attributes: { role: 'status' } });

    clear(): void {
        this.host.hidden = true;
        this.host.replaceChildren();
    }

    /** Say something, and what to do about it. */
    say(what: string, hint = '', ...more: readonly Node[]): void {
        const parts = [
            element('strong', { textContent: what }),
            ...(hint ? [element('span', { textContent: hint })] : []),
        ];
        this.host.replaceChildren(...parts, ...more);
        this.host.hidden = false;
    }

    /** Say why there is no list. */
    explain(error: unknown): void {
        if (error instanceof NotReady) {
            this.sayProgress(error.progress);
        } else if (error instanceof NotAllowed) {
            this.say(words.notAllowed, words.logIn);
        } else if (error instanceof NoConnection) {
            this.say(words.noConnection);
        } else if (error instanceof Gone) {
            this.say(words.gone);
        } else if (error instanceof Refused) {
            this.say(filled(words.failed, { why: error.message }));
        }
    }

    private sayProgress(progress: Progress | null): void {
        if (!progress || progress.Listed >= progress.Total) {
            this.say(words.computing);
            return;
        }
        const told = { listed: count(progress.Listed), total: count(progress.Total) };
        const bar = element('progress', {
            max: progress.Total,
            value: progress.Listed,
            attributes: { 'aria-label': words.loading },
        });
        this.say(filled(words.listing, told), '', bar);
    }
}
