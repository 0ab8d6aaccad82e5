/** Beside the list: one study, its series, and what opens it. */

import { Gone, ROOT, type Resource, plugins, seriesOf, study } from './api';
import { element, stated } from './dom';
import { count, shown } from './format';
import { COLUMNS } from './columns';
import { plural, words } from './words';

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

/** What of a study is told first, in this order; Orthanc tells the rest. */
const SERIES_TITLE = ['SeriesNumber', 'Modality', 'SeriesDescription'];

export class Details {
    readonly host = element('aside', {
        className: 'details',
        hidden: true,
        tabIndex: -1,
        attributes: { 'aria-label': words.details },
    });
    /** The ID of the study that is shown; null where none is. */
    shown: string | null = null;

    private told = '';
    private installed: Promise<readonly string[]> | null = null;

    /** `closed` hears that nobody wants to see a study any more. */
    constructor(private readonly closed: () => void) {}

    /** Show a study, or none. */
    async show(id: string | null): Promise<void> {
        if (id === null) {
            this.shown = null;
            this.host.hidden = true;
            this.host.replaceChildren();
            return;
        }
        this.shown = id;
        this.told = '';
        await this.refresh();
    }

    /** Ask again for the study that is shown. Raises what `api` raises. */
    async refresh(): Promise<void> {
        const id = this.shown;
        if (id === null) {
            return;
        }
        try {
            this.installed ??= plugins();
            const [one, series, installed] = await Promise.all([study(id), seriesOf(id), this.installed]);
            const told = JSON.stringify([one, series]);
            if (this.shown === id && told !== this.told) {
                this.told = told;
                this.fill(one, series, installed);
            }
        } catch (error) {
            this.installed = null;
            if (this.shown !== id) {
                return;
            }
            if (!(error instanceof Gone)) {
                throw error;
            }
            this.host.replaceChildren(this.head(words.details), element('p', { textContent: words.gone }));
            this.host.hidden = false;
        }
    }

    private fill(one: Resource, series: readonly Resource[], installed: readonly string[]): void {
        const tags: Readonly<Record<string, string>> = { ...one.PatientMainDicomTags, ...one.MainDicomTags };
        const uid = encodeURIComponent(tags['StudyInstanceUID'] ?? '');
        const links = VIEWERS.filter(({ plugin }) => plugin === null || installed.includes(plugin)).map(
            ({ viewer, address }) =>
                element('a', {
                    className: 'button',
                    href: new URL(address(encodeURIComponent(one.ID), uid), ROOT).href,
                    textContent: words.viewers[viewer],
                    ...(viewer === 'archive' ? {} : { target: '_blank', rel: 'noopener' }),
                }),
        );
        const isFocused = this.host.contains(document.activeElement);
        this.host.replaceChildren(
            this.head(shown('name', tags['PatientName'] ?? '') || words.details),
            element('div', { className: 'viewers' }, ...links),
            element('dl', {}, ...rows(tags, one)),
            element('h3', { textContent: `${words.series} (${count(series.length)})` }),
            element('ol', { className: 'series' }, ...[...series].sort(bySeriesNumber).map(ofSeries)),
        );
        this.host.hidden = false;
        if (isFocused) {
            this.host.focus();
        }
    }

    private head(title: string): HTMLElement {
        const close = element('button', {
            type: 'button',
            className: 'close',
            textContent: '×',
            attributes: { 'aria-label': words.close },
        });
        close.addEventListener('click', () => this.closed());
        return element('header', {}, element('h2', { textContent: title, dir: 'auto' }), close);
    }
}

function rows(tags: Readonly<Record<string, string>>, one: Resource): HTMLElement[] {
    const labels = { Labels: (one.Labels ?? []).join('\\'), LastUpdate: one.LastUpdate ?? '' };
    const values: Readonly<Record<string, string>> = { ...tags, ...labels };
    const known = COLUMNS.filter((column) => values[column.keyword]).map((column) => ({
        title: words.columns[column.keyword],
        text: shown(column.kind, values[column.keyword] ?? ''),
    }));
    const others = Object.keys(tags)
        .filter((keyword) => tags[keyword] && !COLUMNS.some((column) => column.keyword === keyword))
        .map((keyword) => ({ title: keyword, text: shown('text', tags[keyword] ?? '') }));
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
