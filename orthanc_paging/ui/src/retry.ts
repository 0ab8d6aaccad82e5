/** Repeats a request after a failure: at the next look, then less and less often. */

/** Looks from one attempt to the next at most. At one look each 1.5 s, these are 12 s. */
const MOST_LOOKS = 8;

export class Retry {
    /** Why the last attempt failed; null if it did not. */
    error: unknown = null;

    private failures = 0;
    private looks = 0;

    /** Make an attempt, unless the last one failed too few looks ago. Raises nothing: see `error`. */
    async run(attempt: () => Promise<void>): Promise<void> {
        if (this.looks > 0) {
            this.looks -= 1;
            return;
        }
        try {
            await attempt();
            this.error = null;
            this.failures = 0;
        } catch (error) {
            this.error = error;
            this.looks = Math.min(2 ** this.failures, MOST_LOOKS) - 1;
            this.failures += 1;
        }
    }

    /** Make the next attempt at the next look. */
    reset(): void {
        this.failures = 0;
        this.looks = 0;
    }
}
