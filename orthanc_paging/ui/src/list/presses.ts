/** Which study a click on the list acts on. Rows may move between the moment of aiming and the click. */

import type { Study } from '../api';

/** Milliseconds after rows have moved. Within them a press is meant for the row that was there before. */
const SETTLED = 300;

/** A row as it stands on the screen; pixels from the top of the window. */
export interface OnScreen {
    readonly study: Study;
    readonly top: number;
    readonly bottom: number;
}

export class Presses {
    /** What was on the screen before each of the last changes, oldest first, and when it changed. */
    private before: readonly { readonly at: number; readonly rows: readonly OnScreen[] }[] = [];
    private pressed: OnScreen | null = null;

    /** Record that rows have just changed, and which were on the screen before. */
    changed(rows: readonly OnScreen[], at = performance.now()): void {
        this.before = [...this.before.filter((one) => one.at > at - SETTLED), { at, rows }];
    }

    /** Forget the rows from before: somebody scrolled or sorted, and means the rows that are there now. */
    forget(): void {
        this.before = [];
    }

    /** Record a press on a row, or beside the rows (null). */
    press(
        { clientY, timeStamp }: { readonly clientY: number; readonly timeStamp: number },
        row: OnScreen | null,
    ): void {
        const before = this.before.find((one) => one.at > timeStamp - SETTLED)?.rows ?? [];
        this.pressed = row && (before.find((one) => isAt(one, clientY)) ?? row);
    }

    /** Return the study that a click acts on: the one that was pressed, if the click ends there; else null. */
    release({ clientY }: { readonly clientY: number }, clicked: Study | null): Study | null {
        const { pressed } = this;
        this.pressed = null;
        if (pressed === null) {
            return clicked; // assistive technology clicks without a press
        }
        return isAt(pressed, clientY) ? pressed.study : null;
    }
}

function isAt({ top, bottom }: OnScreen, y: number): boolean {
    return top <= y && y < bottom;
}
