/** What the details say of the open study: that it is gone, not in the list, not loaded, or incomplete. */

import { Gone, NotAllowed, NotReady, Refused } from '../api';
import { filled, words } from '../words';

/** What the sentences depend on. Each error is null if the last request succeeded. */
export interface Situation {
    readonly isListed: boolean;
    /** Whether any value of the study is known. */
    readonly hasValues: boolean;
    /** Whether the study itself has come, and not its row alone. */
    readonly hasStudy: boolean;
    readonly error: unknown;
    readonly seriesError: unknown;
    readonly viewersError: unknown;
}

/** Return the sentences, the most important first. */
export function sentencesOf(situation: Situation): readonly string[] {
    const { isListed, hasValues, hasStudy, error, seriesError, viewersError } = situation;
    if (error instanceof Gone) {
        return [words.gone];
    }
    const sentences = isListed ? [] : [words.notListed];
    if (error !== null) {
        return [...sentences, `${hasStudy ? words.outdated : words.notLoaded} ${reasonOf(error)}`];
    }
    if (!hasValues) {
        sentences.push(words.loading);
    }
    if (seriesError !== null) {
        sentences.push(`${words.noSeries} ${reasonOf(seriesError)}`);
    }
    if (viewersError !== null) {
        sentences.push(`${words.noViewers} ${reasonOf(viewersError)}`);
    }
    return sentences;
}

/** Return why something could not be loaded, and what to do. */
export function reasonOf(error: unknown): string {
    if (error instanceof NotAllowed) {
        return `${words.refused} ${words.logIn}`;
    }
    if (error instanceof NotReady) {
        return words.loading;
    }
    if (error instanceof Gone) {
        return words.gone;
    }
    return error instanceof Refused ? filled(words.failed, { why: error.message }) : words.noConnection;
}
