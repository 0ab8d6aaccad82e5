/** The only door to Orthanc: its REST API, and that of orthanc-paging. All addresses are relative, for proxies. */

/** Where Orthanc's REST API begins: the page is at `paging/ui/` below it, with or without the slash at the end. */
export const ROOT = new URL(location.pathname.replace(/paging\/ui(\/(index\.html)?)?$/, ''), location.href);

const TOTAL = 'X-Total-Count';

/** A study as the list shows it: its ID and, by keyword, the fields that were asked for. */
export type Study = Readonly<Record<string, string>> & { readonly ID: string };

export interface Page {
    readonly studies: readonly Study[];
    /** How many studies match, on all pages. */
    readonly total: number;
    /** How many come before the first of the page; known where the page was asked for around a study. */
    readonly offset: number | null;
}

export interface Facet {
    readonly Value: string;
    readonly Count: number;
}

export interface Progress {
    readonly Listed: number;
    readonly Total: number;
}

/** A study or a series in Orthanc's own form. */
export interface Resource {
    readonly ID: string;
    readonly MainDicomTags: Readonly<Record<string, string>>;
    readonly PatientMainDicomTags?: Readonly<Record<string, string>>;
    readonly Labels?: readonly string[];
    readonly Instances?: readonly string[];
    readonly LastUpdate?: string;
}

/** Orthanc answers, and the studies are not all listed yet. */
export class NotReady extends Error {
    constructor(readonly progress: Progress | null) {
        super('not ready');
    }
}

/** Nothing answers, or not in a way that can be used. */
export class NoConnection extends Error {}

/** Nobody is logged in any more, or may not see studies. */
export class NotAllowed extends Error {}

/** There is no such study, or not among those that match. */
export class Gone extends Error {}

/** What was asked for makes no sense to the server: by which parameter, and what it expected. */
export class Refused extends Error {
    constructor(
        readonly parameter: string,
        readonly expected: string,
        detail: string,
    ) {
        super(detail);
    }
}

/** How many studies the server gives in one answer at most, as far as it has told (`Paging.MaxLimit`). */
let most = Infinity;

/** The page of some studies, with a `limit`, and an `offset` or `around` one. Raises the errors above. */
export async function page(parameters: URLSearchParams, signal?: AbortSignal): Promise<Page> {
    const limit = Number(parameters.get('limit'));
    if (limit <= most) {
        try {
            return await onePage(parameters, signal);
        } catch (error) {
            learnMost(error);
        }
    }
    const offset = Number(parameters.get('offset'));
    const parts: Page[] = [];
    for (let at = 0; at < limit; at += most) {
        parts.push(await onePage(slice(parameters, offset + at, Math.min(most, limit - at)), signal));
    }
    const [first] = parts as [Page, ...Page[]];
    return { ...first, studies: parts.flatMap((part) => part.studies) };
}

async function onePage(parameters: URLSearchParams, signal?: AbortSignal): Promise<Page> {
    const answer = await request(`sort-studies?${parameters}`, signal ? { signal } : {});
    const offset = answer.headers.get('X-Offset');
    return {
        studies: (await contentOf(answer)) as Study[],
        total: Number(answer.headers.get(TOTAL)),
        offset: offset === null ? null : Number(offset),
    };
}

/** The same studies, all of them, as a file for a spreadsheet. */
export async function table(parameters: URLSearchParams): Promise<Blob> {
    if (most === Infinity) {
        try {
            return await (await tableOf(parameters)).blob();
        } catch (error) {
            learnMost(error);
        }
    }
    const parts: BlobPart[] = [];
    for (let total = Infinity, at = 0; at < total; at += most) {
        const answer = await tableOf(slice(parameters, at, most));
        total = Number(answer.headers.get(TOTAL));
        parts.push(at === 0 ? await answer.blob() : withoutNames(await answer.text()));
    }
    return new Blob(parts, { type: 'text/csv' });
}

/** A table that begins with a byte order mark: without it, Excel misreads letters that are not ASCII. */
async function tableOf(parameters: URLSearchParams): Promise<Response> {
    return request(`sort-studies?${parameters}&bom=1`, { headers: { Accept: 'text/csv' } });
}

function withoutNames(table: string): string {
    return table.slice(table.indexOf('\n') + 1);
}

function slice(parameters: URLSearchParams, offset: number, limit: number): URLSearchParams {
    const others = new URLSearchParams(parameters);
    others.set('offset', String(offset));
    others.set('limit', String(limit));
    return others;
}

/** Take note of how many studies may be asked for, where a refusal tells it; raise it again where not. */
function learnMost(error: unknown): void {
    const told = error instanceof Refused && error.parameter === 'limit' ? /\d+$/.exec(error.expected) : null;
    if (told === null) {
        throw error;
    }
    most = Number(told[0]);
}

/** The most frequent values of a field among the studies that match. */
export async function facets(field: string, parameters: URLSearchParams): Promise<readonly Facet[]> {
    const asked = new URLSearchParams(parameters);
    asked.set('field', field);
    return ((await json(`paging/facets?${asked}`)) as { Values: Facet[] }).Values;
}

/** How far the listing is; null when it is over. */
export async function progress(): Promise<Progress | null> {
    const told = (await json('paging/status')) as { State: string; Progress: Progress };
    return told.State === 'ready' ? null : told.Progress;
}

/**
 * The study with an ID among those that match, from the index: a 304 if it has not changed.
 *
 * Raises `Gone` if it is not among them, and the other errors above.
 */
export async function study(id: string, filters: URLSearchParams, signal: AbortSignal): Promise<Resource> {
    const parameters = new URLSearchParams(filters);
    parameters.set('around', id);
    parameters.set('limit', '1');
    try {
        const [one] = (await json(`sort-studies?${parameters}`, signal)) as [Resource];
        return one;
    } catch (error) {
        throw error instanceof Refused && error.parameter === 'around' ? new Gone() : error;
    }
}

/** The series of a study, from Orthanc's own route. */
export async function seriesOf(id: string, signal: AbortSignal): Promise<readonly Resource[]> {
    return (await json(`studies/${encodeURIComponent(id)}/series`, signal)) as Resource[];
}

/** The names of the plugins that this Orthanc has. */
export async function plugins(): Promise<readonly string[]> {
    return (await json('plugins')) as string[];
}

async function json(path: string, signal?: AbortSignal): Promise<unknown> {
    return contentOf(await request(path, signal ? { signal } : {}));
}

/** The JSON of a response. Raises `NoConnection` if it is cut off, or something else, such as the page of a login. */
async function contentOf(answer: Response): Promise<unknown> {
    return answer.json().catch(failed);
}

function failed(error: unknown): never {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new NoConnection();
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(new URL(path, ROOT), init).catch(failed);
    if (answer.ok) {
        return answer;
    }
    throw await errorOf(answer);
}

interface Problem {
    readonly detail?: string;
    readonly expected?: string;
    readonly parameter?: string;
    readonly progress?: Progress;
}

async function errorOf(answer: Response): Promise<Error> {
    const problem = (await answer.json().catch(() => ({}))) as Problem;
    switch (answer.status) {
        case 400:
            return new Refused(problem.parameter ?? '', problem.expected ?? '', problem.detail ?? '');
        case 401:
        case 403:
            return new NotAllowed();
        case 404:
            return new Gone();
        case 503:
            return new NotReady(problem.progress ?? null);
        default:
            return new NoConnection();
    }
}
