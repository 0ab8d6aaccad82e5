/** All that is known of the study that is open. Each open study gets its own: a late response belongs to no other. */

import { Gone, type Resource, type Study, seriesOf, study } from '../api';
import { Retry } from '../retry';
import { type Values, valuesOfRow, valuesOfStudy } from './facts';

const NO_FILTER = new URLSearchParams();

export class Opened {
    readonly requests = new AbortController();
    study: Resource | null = null;
    series: readonly Resource[] | null = null;
    /** Whether the study is in the list. */
    isListed = true;
    isLooking = false;

    readonly retry = new Retry();
    readonly retrySeries = new Retry();
    /** The content of the study when its series were requested; null until they come. */
    private seriesContent: string | null = null;
    /** The filters, the total and the content with which `isListed` was found. */
    private listedUnder = '';

    constructor(
        readonly id: string,
        private readonly row: Study | null,
    ) {}

    get isGone(): boolean {
        return this.retry.error instanceof Gone;
    }

    /** The study as JSON, which differs after each change; '' if the study is not known yet. */
    get content(): string {
        return this.study ? JSON.stringify(this.study) : '';
    }

    /** Return the values by keyword: those of the row until the study itself comes. */
    values(): Values {
        if (this.study) {
            return valuesOfStudy(this.study);
        }
        return this.row ? valuesOfRow(this.row) : {};
    }

    /** Fetch the study. Raises nothing: see `retry`. */
    async load(): Promise<void> {
        await this.retry.run(async () => {
            this.study = await study(this.id, NO_FILTER, this.requests.signal);
        });
    }

    /** Fetch the series if the study has changed since they were fetched. Raises nothing: see `retrySeries`. */
    async loadSeries(): Promise<void> {
        const { content } = this;
        if (!this.isGone && this.seriesContent !== content) {
            await this.retrySeries.run(async () => {
                this.series = await seriesOf(this.id, this.requests.signal);
                this.seriesContent = content;
            });
        }
    }

    /** Find out whether the study is in the list, if the study, the filters or the total have changed. */
    async findInList(filters: URLSearchParams | null, total: number | null): Promise<void> {
        const under = `${filters} ${total} ${this.content}`;
        if (filters === null || this.isGone) {
            this.isListed = true;
        } else if (under !== this.listedUnder) {
            this.isListed = await study(this.id, filters, this.requests.signal).then(
                () => true,
                (error: unknown) => !(error instanceof Gone),
            );
        }
        this.listedUnder = under;
    }
}
