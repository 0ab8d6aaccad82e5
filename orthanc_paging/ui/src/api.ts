/** The requests to Orthanc and to orthanc-paging. No other module makes any. All addresses are relative, for proxies. */

/** The root of Orthanc's REST API. The page is at `paging/ui/` below it, with or without the last slash. */
export const ROOT = new URL(location.pathname.replace(/paging\/ui(\/(index\.html)?)?$/, ''), location.href);

const TOTAL = 'X-Total-Count';

/** A study as the list shows it: its ID, and the requested fields by keyword. */
export type Study = Readonly<Record<string, string>> & { readonly ID: string };

export interface Page {
    readonly studies: readonly Study[];
    /** How many studies match, on all pages. */
    readonly total: number;
    /** How many studies precede the page; null unless the page was requested around a study. */
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

/** Orthanc responds, but has not listed all studies yet, or does not know the computed tags yet. */
export class NotReady extends Error {
    constructor(readonly progress: Progress | null) {
        super('not ready');
    }
}

/** Orthanc does not respond, or the response is unusable. */
export class NoConnection extends Error {}

/** The user is not logged in any more, or may not see studies. */
export class NotAllowed extends Error {}

/** The study does not exist, or does not match. */
export class Gone extends Error {}

/** The server refused the request: which parameter is wrong, and what it expected. */
export class Refused extends Error {
    constructor(
        readonly parameter: string,
        readonly expected: string,
        detail: string,
    ) {
        super(detail);
    }
}

/** The most studies in one response (`Paging.MaxLimit`); infinite until the server refuses a `limit`. */
let most = Infinity;

/**
 * Fetch the page of a `limit`, and of an `offset` or `around` a study.
 *
 * Several requests are made if the server limits them. Raises the errors above.
 */
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
    const response = await request(`sort-studies?${parameters}`, signal ? { signal } : {});
    const offset = response.headers.get('X-Offset');
    return {
        studies: (await contentOf(response)) as Study[],
        total: Number(response.headers.get(TOTAL)),
        offset: offset === null ? null : Number(offset),
    };
}

/** Fetch all studies that match, as a CSV file for a spreadsheet. Raises the errors above. */
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
        const response = await tableOf(slice(parameters, at, most));
        total = Number(response.headers.get(TOTAL));
        parts.push(at === 0 ? await response.blob() : withoutNames(await response.text()));
    }
    return new Blob(parts, { type: 'text/csv' });
}

/** Fetch a table that begins with a byte order mark: without it, Excel misreads letters that are not ASCII. */
async function tableOf(parameters: URLSearchParams): Promise<Response> {
    return request(`sort-studies?${parameters}&bom=1`, { headers: { Accept: 'text/csv' } });
}

/** Return a table without its first line, which names the columns. */
function withoutNames(table: string): string {
    return table.slice(table.indexOf('\n') + 1);
}

function slice(parameters: URLSearchParams, offset: number, limit: number): URLSearchParams {
    const others = new URLSearchParams(parameters);
    others.set('offset', String(offset));
    others.set('limit', String(limit));
    return others;
}

/** Record the most studies of one request, if an error is about that. Raise every other error again. */
function learnMost(error: unknown): void {
    const found = error instanceof Refused && error.parameter === 'limit' ? /\d+$/.exec(error.expected) : null;
    if (found === null) {
        throw error;
    }
    most = Number(found[0]);
}

/** Fetch the most frequent values of a field among the studies that match. */
export async function facets(field: string, parameters: URLSearchParams): Promise<readonly Facet[]> {
    const others = new URLSearchParams(parameters);
    others.set('field', field);
    return ((await json(`paging/facets?${others}`)) as { Values: Facet[] }).Values;
}

/** Fetch how many studies are listed; null if all of them are. */
export async function progress(): Promise<Progress | null> {
    const status = (await json('paging/status')) as { State: string; Progress: Progress };
    return status.State === 'ready' ? null : status.Progress;
}

/**
 * Fetch the study with an ID from the index, if it matches. If it has not changed, this costs one response 304.
 *
 * Raises `Gone` if it does not match, and the other errors above.
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

/** Fetch the series of a study from Orthanc's own route. */
export async function seriesOf(id: string, signal: AbortSignal): Promise<readonly Resource[]> {
    return (await json(`studies/${encodeURIComponent(id)}/series`, signal)) as Resource[];
}

/** Fetch the names of the installed plugins. */
export async function plugins(): Promise<readonly string[]> {
    return (await json('plugins')) as string[];
}

async function json(path: string, signal?: AbortSignal): Promise<unknown> {
    return contentOf(await request(path, signal ? { signal } : {}));
}

/** Return the JSON of a response. Raises `NoConnection` if it is cut off, or no JSON, such as the page of a login. */
async function contentOf(response: Response): Promise<unknown> {
    return response.json().catch(failed);
}

/** Raise an aborted request as it is, and every other failure as `NoConnection`. */
function failed(error: unknown): never {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new NoConnection();
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(path, ROOT), init).catch(failed);
    if (response.ok) {
        return response;
    }
    throw await errorOf(response);
}

interface Problem {
    readonly detail?: string;
    readonly expected?: string;
    readonly parameter?: string;
    readonly progress?: Progress;
}

async function errorOf(response: Response): Promise<Error> {
    const problem = (await response.json().catch(() => ({}))) as Problem;
    switch (response.status) {
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
