/** Looks for changes while the tab is shown. */

/** Milliseconds from the end of one look to the next. */
const EVERY = 1500;

/** Calls `look` again and again, one call after the other, while the tab is shown. */
export class Live {
    private timer = 0;
    private isLooking = false;

    constructor(private readonly look: () => Promise<void>) {
        document.addEventListener('visibilitychange', () => this.set());
        this.set();
    }

    private async now(): Promise<void> {
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
