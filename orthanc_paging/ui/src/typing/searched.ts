/** The days among the words of the search box. They mean the same day to the server and in links. */

import { dayScale, shownDay } from './dates';
import { HERE, type Local } from './local';
import { plain } from './plain';

/** Return the words with each day as `2025-12-01`. */
export function withIsoDates(words: string, local: Local = HERE, now = new Date()): string {
    return replaced(words, (word) => {
        if (!/^\d{1,4}([./-])\d{1,2}\1\d{1,4}$/.test(word) || !/\d{4}/.test(word)) {
            return null;
        }
        const [span] = dayScale(local, now).read(word, null);
        return span?.[0] ?? null;
    });
}

/** Return the words with each day as the locale writes it. */
export function withLocalDates(words: string, local: Local = HERE): string {
    return replaced(words, (word) => (/^\d{4}-\d{2}-\d{2}$/.test(word) ? shownDay(word, local) : null));
}

function replaced(words: string, other: (word: string) => string | null): string {
    return words.trim().replace(/\S+/g, (word) => other(plain(word)) ?? word);
}
