/** The details beside the list: one study, its series, and the viewers that open it. */

import { plugins, type Resource, ROOT, type Study } from '../api';
import { button, element, stated } from '../dom';
import { count, shown } from '../format';
import { Retry } from '../retry';
import { words } from '../words';
import { factOfSeries, factsOf, sortedSeries, type Values } from './facts';
import { Opened } from './opened';
import { sentencesOf } from './sentences';
import { type Viewer, viewersWith } from './viewers';

/** What the details need of the list, and report. */
export interface Surroundings {
    /** Somebody closed the details. */
    closed(): void;
    /** Return the parameters of the present list; null if it has no filter. */
    filters(): URLSearchParams | null;
    /** Return how many studies the list has; null if that is unknown. */
    total(): number | null;
}

export class Details {
    readonly host = element('aside', {
        className: 'details',
        hidden: true,
        tabIndex: -1,
        attributes: { 'aria-label': words.details },
    });

    private opened: Opened | null = null;
    /** The names of the installed plugins; null until they come. */
    private installed: readonly string[] | null = null;
    private retryViewers = new Retry();
    /** What is drawn, to draw only changes. */
    private drawn = '';

    private readonly title = element('h2', { dir: 'auto' });
    private readonly sentences = element('div', { className: 'sentences', attributes: { role: 'status' } });
    private readonly body = element('div');

    constructor(private readonly around: Surroundings) {
        const close = button('×', () => around.closed());
        close.className = 'close';
        close.setAttribute('aria-label', words.close);
        this.host.append(element('header', {}, this.title, close), this.sentences, this.body);
    }

    /** The ID of the study that is shown; null if there is none. */
    get shown(): string | null {
        return this.opened?.id ?? null;
    }

    /** Show a study, at first the values of its row; or none (null). Nothing of the study before stays. */
    show(id: string | null, row: Study | null): void {
        if (id !== null && id === this.shown) {
            this.refresh();
            return;
        }
        this.opened?.requests.abort();
        this.opened = id === null ? null : new Opened(id, row);
        this.host.hidden = id === null;
        this.host.scrollTop = 0;
        this.retryViewers = new Retry();
        this.draw();
        void this.look();
    }

    /** Fetch at once, also what failed before. */
    refresh(): void {
        this.opened?.retry.reset();
        this.opened?.retrySeries.reset();
        this.retryViewers.reset();
        void this.look();
    }

    /** Fetch what has changed of the study, and what is still missing. Raises nothing. */
    async look(): Promise<void> {
        const { opened } = this;
        if (opened === null || opened.isLooking) {
            return;
        }
        opened.isLooking = true;
        await Promise.all([this.lookAtStudy(opened), this.lookForViewers()]);
        opened.isLooking = false;
    }

    private async lookAtStudy(opened: Opened): Promise<void> {
        const hadError = opened.retry.error !== null;
        await opened.load();
        if (hadError && opened.retry.error === null) {
            opened.retrySeries.reset();
        }
        this.draw();
        await Promise.all([opened.loadSeries(), opened.findInList(this.around.filters(), this.around.total())]);
        this.draw();
    }

    private async lookForViewers(): Promise<void> {
        if (this.installed === null) {
            await this.retryViewers.run(async () => {
                this.installed = await plugins();
            });
            this.draw();
        }
    }

    private draw(): void {
        const { opened } = this;
        const values = opened?.values() ?? {};
        // The name of the patient stays if the study is deleted.
        const title = shown('name', values['PatientName'] ?? '') || words.details;
        const sentences = opened ? this.sentencesOf(opened) : [];
        const body = opened && !opened.isGone ? this.bodyOf(opened, values) : [];
        const drawn = [opened?.id, title, ...sentences, ...body.map((part) => part.outerHTML)].join('\n');
        if (drawn !== this.drawn) {
            this.drawn = drawn;
            this.title.textContent = title;
            this.sentences.replaceChildren(...sentences.map((sentence) => element('p', { textContent: sentence })));
            this.fill(body);
        }
    }

    private sentencesOf(opened: Opened): readonly string[] {
        return sentencesOf({
            isListed: opened.isListed,
            hasValues: Object.keys(opened.values()).length > 0,
            hasStudy: opened.study !== null,
            error: opened.retry.error,
            seriesError: opened.retrySeries.error,
            viewersError: this.retryViewers.error,
        });
    }

    /** Return the viewers to offer: none until all of them are known, so that no link moves. */
    private viewersOf(opened: Opened): readonly Viewer[] {
        const isKnown = (opened.study ?? opened.retry.error) && (this.installed ?? this.retryViewers.error);
        return isKnown ? viewersWith((opened.study && this.installed) ?? []) : [];
    }

    private bodyOf(opened: Opened, values: Values): readonly HTMLElement[] {
        const links = this.viewersOf(opened).map((viewer) => link(viewer, opened.id, values));
        const facts = factsOf(values).flatMap(({ title, text }) => [
            element('dt', { textContent: title }),
            element('dd', { textContent: text, dir: 'auto' }),
        ]);
        const isComing = opened.retrySeries.error === null && Object.keys(values).length > 0;
        return [
            element('div', { className: 'viewers' }, ...links),
            element('dl', {}, ...facts),
            ...(opened.series ? seriesList(opened.series) : isComing ? seriesComing() : []),
        ];
    }

    /** Replace the body. The focus stays on its link. */
    private fill(elements: readonly HTMLElement[]): void {
        const focused = this.body.querySelector<HTMLElement>(':focus')?.dataset['viewer'];
        this.body.replaceChildren(...elements);
        if (focused !== undefined) {
            (this.body.querySelector<HTMLElement>(`[data-viewer=${focused}]`) ?? this.host).focus();
        }
    }
}

function link({ name, address }: Viewer, id: string, values: Values): HTMLElement {
    const uid = encodeURIComponent(values['StudyInstanceUID'] ?? '');
    const made = element('a', {
        className: 'button',
        href: new URL(address(encodeURIComponent(id), uid, stated('ohif-data-source')), ROOT).href,
        textContent: words.viewers[name],
        ...(name === 'archive' ? {} : { target: '_blank', rel: 'noopener' }),
    });
    made.dataset['viewer'] = name;
    return made;
}

function seriesList(series: readonly Resource[]): readonly HTMLElement[] {
    const items = sortedSeries(series).map(factOfSeries);
    const rows = items.map(({ title, text }) =>
        element(
            'li',
            {},
            element('span', { textContent: title, dir: 'auto' }),
            element('span', { className: 'number', textContent: text }),
        ),
    );
    return [
        element('h3', { textContent: `${words.series} (${count(series.length)})` }),
        element('ol', { className: 'series' }, ...rows),
    ];
}

function seriesComing(): readonly HTMLElement[] {
    return [element('h3', { textContent: words.series }), element('p', { textContent: words.loading })];
}
