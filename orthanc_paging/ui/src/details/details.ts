/** Beside the list: one study, its series, and what opens it. All that is shown belongs to that study, always. */

import { Gone, NotAllowed, NotReady, plugins, Refused, type Resource, ROOT, type Study, seriesOf, study } from '../api';
import { COLUMNS, type Keyword } from '../columns';
import { element, stated } from '../dom';
import { count, shown } from '../format';
import { Retry } from '../retry';
import { filled, plural, words } from '../words';

type Viewer = keyof typeof words.viewers;

/** Where each viewer opens a study, below Orthanc's own address, and the plugin that it is of. */
const VIEWERS: readonly {
    readonly viewer: Viewer;
    readonly plugin: string | null;
    readonly address: (id: string, uid: string) => string;
}[] = [
    { viewer: 'stone', plugin: 'stone-webviewer', address: (_, uid) => `stone-webviewer/index.html?study=${uid}` },
    {
        viewer: 'ohif',
        plugin: 'ohif',
        address: (id, uid) =>
            stated('ohif-data-source') === 'dicom-web'
                ? `ohif/viewer?StudyInstanceUIDs=${uid}`
                : `ohif/viewer?url=../studies/${id}/ohif-dicom-json`,
    },
    {
        viewer: 'volview',
        plugin: 'volview',
        address: (id) => `volview/index.html?names=[archive.zip]&urls=[../studies/${id}/archive]`,
    },
    {
        viewer: 'explorer2',
        plugin: 'orthanc-explorer-2',
        address: (_, uid) => `ui/app/#/filtered-studies?StudyInstanceUID=${uid}&expand=study`,
    },
    { viewer: 'explorer', plugin: null, address: (id) => `app/explorer.html#study?uuid=${id}` },
    { viewer: 'archive', plugin: null, address: (id) => `studies/${id}/archive` },
];

const SERIES_TITLE = ['SeriesNumber', 'Modality', 'SeriesDescription'];

/** What only a row has, and not the study itself: left out here, where the series are listed. */
const COUNTED: readonly Keyword[] = [
    'ModalitiesInStudy',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
];

const NO_FILTER = new URLSearchParams();

/** What the details need from the list, and report to it. */
export interface Surroundings {
    /** Nobody wants to see a study any more. */
    closed(): void;
    /** The parameters of the present list; null if it has no filter. */
    filters(): URLSearchParams | null;
    /** How many studies the list has; null if that is unknown. */
    total(): number | null;
}

type Values = Readonly<Record<string, string>>;

/** All that is known of one study. Each study that is opened gets its own: what comes late belongs to no other. */
class Opened {
    readonly requests = new AbortController();
    study: Resource | null = null;
    series: readonly Resource[] | null = null;
    /** The study when its series were requested, as JSON; null if that did not succeed yet. */
    seriesOf: string | null = null;
    isListed = true;
    isLooking = false;

    readonly retry = new Retry();
    readonly retrySeries = new Retry();
    private listedUnder = '';

    constructor(
        readonly id: string,
        private readonly row: Study | null,
    ) {}

    get isGone(): boolean {
        return this.retry.error instanceof Gone;
    }

    /** The study as JSON, by which a change of it is seen; '' if it is not known yet. */
    get content(): string {
        return this.study ? JSON.stringify(this.study) : '';
    }

    /** The values by keyword: those of the row until the study itself is known. */
    values(): Values {
        const { study: one, row } = this;
        if (one === null) {
            const known = Object.entries(row ?? {}).filter(([keyword]) => !COUNTED.some((other) => other === keyword));
            return Object.fromEntries(known.filter(([keyword]) => keyword !== 'ID'));
        }
        const more = { Labels: (one.Labels ?? []).join('\\'), LastUpdate: one.LastUpdate ?? '' };
        return { ...one.PatientMainDicomTags, ...one.MainDicomTags, ...more };
    }

    async load(): Promise<void> {
        await this.retry.run(async () => {
            this.study = await study(this.id, NO_FILTER, this.requests.signal);
        });
    }

    /** Fetch the series if the study has changed since they were fetched. */
    async loadSeries(): Promise<void> {
        const content = this.content;
        if (!this.isGone && this.seriesOf !== content) {
            await this.retrySeries.run(async () => {
                this.series = await seriesOf(this.id, this.requests.signal);
                this.seriesOf = content;
            });
        }
    }

    /** Ask whether the study is in the list, if the study, the filters or the list have changed since. */
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

export class Details {
    readonly host = element('aside', {
        className: 'details',
        hidden: true,
        tabIndex: -1,
        attributes: { 'aria-label': words.details },
    });

    private opened: Opened | null = null;
    private installed: readonly string[] | null = null;
    private retryViewers = new Retry();
    private drawn = '';

    private readonly title = element('h2', { dir: 'auto' });
    private readonly sentences = element('div', { className: 'sentences', attributes: { role: 'status' } });
    private readonly body = element('div');

    constructor(private readonly around: Surroundings) {
        const close = element('button', {
            type: 'button',
            className: 'close',
            textContent: '×',
            attributes: { 'aria-label': words.close },
        });
        close.addEventListener('click', () => this.around.closed());
        this.host.append(element('header', {}, this.title, close), this.sentences, this.body);
    }

    /** The ID of the study that is shown; null if there is none. */
    get shown(): string | null {
        return this.opened?.id ?? null;
    }

    /** Show a study, at first what its row has, or none. Nothing of the study before it stays. */
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

    /** Look at once, also for what failed before. */
    refresh(): void {
        this.opened?.retry.reset();
        this.opened?.retrySeries.reset();
        this.retryViewers.reset();
        void this.look();
    }

    /** Fetch what has changed of the study, and what is still missing. Raises nothing. */
    async look(): Promise<void> {
        const one = this.opened;
        if (one === null || one.isLooking) {
            return;
        }
        one.isLooking = true;
        await Promise.all([this.lookAtStudy(one), this.lookForViewers()]);
        one.isLooking = false;
    }

    private async lookAtStudy(one: Opened): Promise<void> {
        const wasBroken = one.retry.error !== null;
        await one.load();
        if (wasBroken && one.retry.error === null) {
            one.retrySeries.reset();
        }
        this.draw();
        await Promise.all([one.loadSeries(), one.findInList(this.around.filters(), this.around.total())]);
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
        const one = this.opened;
        const values = one === null || one.isGone ? {} : one.values();
        const sentences = one === null ? [] : this.sentencesOf(one);
        const body = one === null || one.isGone ? [] : this.bodyOf(one, values);
        const drawn = [one?.id, this.nameOf(one), ...sentences, ...body.map((part) => part.outerHTML)].join('\n');
        if (drawn === this.drawn) {
            return;
        }
        this.drawn = drawn;
        this.title.textContent = this.nameOf(one);
        this.sentences.replaceChildren(...sentences.map((sentence) => element('p', { textContent: sentence })));
        this.fill(body);
    }

    /** The name of the patient, which stays if the study is deleted. */
    private nameOf(one: Opened | null): string {
        return shown('name', one?.values()['PatientName'] ?? '') || words.details;
    }

    /** What has to be said of the study: that it is not there, not in the list, not loaded, or not whole. */
    private sentencesOf(one: Opened): readonly string[] {
        const { error } = one.retry;
        if (one.isGone) {
            return [words.gone];
        }
        const sentences = one.isListed ? [] : [words.notListed];
        if (error !== null) {
            return [...sentences, `${one.study ? words.outdated : words.notLoaded} ${why(error)}`];
        }
        if (Object.keys(one.values()).length === 0) {
            sentences.push(words.loading);
        }
        if (one.retrySeries.error !== null) {
            sentences.push(`${words.noSeries} ${why(one.retrySeries.error)}`);
        }
        if (this.retryViewers.error !== null) {
            sentences.push(`${words.noViewers} ${why(this.retryViewers.error)}`);
        }
        return sentences;
    }

    /** The viewers that are offered: none until it is known which there are, so that none moves. */
    private viewersOf(one: Opened | null): typeof VIEWERS {
        const isKnown = (one?.study ?? one?.retry.error) && (this.installed ?? this.retryViewers.error);
        const installed = one?.study ? this.installed : null;
        return isKnown ? VIEWERS.filter(({ plugin }) => plugin === null || installed?.includes(plugin)) : [];
    }

    private bodyOf(one: Opened, values: Values): readonly HTMLElement[] {
        const { series } = one;
        const isComing = series === null && one.retrySeries.error === null && Object.keys(values).length > 0;
        return [
            element(
                'div',
                { className: 'viewers' },
                ...this.viewersOf(one).map((viewer) => link(viewer, one.id, values)),
            ),
            element('dl', {}, ...rows(values)),
            ...(series
                ? [
                      element('h3', { textContent: `${words.series} (${count(series.length)})` }),
                      element('ol', { className: 'series' }, ...[...series].sort(bySeriesNumber).map(ofSeries)),
                  ]
                : []),
            ...(isComing
                ? [element('h3', { textContent: words.series }), element('p', { textContent: words.loading })]
                : []),
        ];
    }

    /** Put other elements into the body; the focus stays on the link where it was. */
    private fill(elements: readonly HTMLElement[]): void {
        const focused = this.body.querySelector<HTMLElement>(':focus')?.dataset['viewer'];
        this.body.replaceChildren(...elements);
        if (focused !== undefined) {
            (this.body.querySelector<HTMLElement>(`[data-viewer=${focused}]`) ?? this.host).focus();
        }
    }
}

/** Why something is not there, and what to do about it. */
function why(error: unknown): string {
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

function link({ viewer, address }: (typeof VIEWERS)[number], id: string, values: Values): HTMLElement {
    const uid = encodeURIComponent(values['StudyInstanceUID'] ?? '');
    const made = element('a', {
        className: 'button',
        href: new URL(address(encodeURIComponent(id), uid), ROOT).href,
        textContent: words.viewers[viewer],
        ...(viewer === 'archive' ? {} : { target: '_blank', rel: 'noopener' }),
    });
    made.dataset['viewer'] = viewer;
    return made;
}

function rows(values: Values): HTMLElement[] {
    const known = COLUMNS.filter((column) => values[column.keyword]).map((column) => ({
        title: words.columns[column.keyword],
        text: shown(column.kind, values[column.keyword] ?? ''),
    }));
    const others = Object.keys(values)
        .filter((keyword) => values[keyword] && !COLUMNS.some((column) => column.keyword === keyword))
        .map((keyword) => ({ title: keyword, text: shown('text', values[keyword] ?? '') }));
    return [...known, ...others].flatMap(({ title, text }) => [
        element('dt', { textContent: title }),
        element('dd', { textContent: text, dir: 'auto' }),
    ]);
}

function ofSeries(series: Resource): HTMLElement {
    const title = SERIES_TITLE.map((keyword) => shown('text', series.MainDicomTags[keyword] ?? ''));
    const number = series.Instances?.length ?? 0;
    const instances = plural(words.instances, number, count(number));
    return element(
        'li',
        {},
        element('span', { textContent: title.filter((part) => part !== '').join(' · '), dir: 'auto' }),
        element('span', { className: 'number', textContent: instances }),
    );
}

function bySeriesNumber(one: Resource, other: Resource): number {
    return Number(one.MainDicomTags['SeriesNumber'] ?? 0) - Number(other.MainDicomTags['SeriesNumber'] ?? 0);
}
