/** Looks whether what is seen is still so, while the page itself is seen: a 304 of the server, mostly. */

const EVERY = 1500; // milliseconds

/** Calls `look` over and over, one call after the other, as long as the tab is shown. */
export class Live {
    private timer = 0;
    private isLooking = false;

    constructor(private readonly look: () => Promise<void>) {
        document.addEventListener('visibilitychange', () => this.set());
        this.set();
    }

    /** Look at once. */
    async now(): Promise<void> {
        window.clearTimeout(this.timer);
        if (!this.isLooking) {
            this.isLooking = true;
            try {
                await this.look();
            } finally {
                this.isLooking = false;
                this.set();
            }
        }
    }

    private set(): void {
        window.clearTimeout(this.timer);
        if (document.visibilityState === 'visible') {
            this.timer = window.setTimeout(() => void this.now(), EVERY);
        }
    }
}
