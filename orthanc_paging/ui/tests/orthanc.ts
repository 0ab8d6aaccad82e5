/** An Orthanc for unit tests: it responds as a test says, and keeps what was requested. */

export class FakeOrthanc {
    /** The addresses of the requests, below the root of Orthanc. */
    readonly requests: string[] = [];
    readonly headers: Headers[] = [];

    /** Respond to each request, by its address below the root of Orthanc, from now on. */
    constructor(respond: (path: string) => Response | Promise<Response>) {
        globalThis.fetch = async (address, init) => {
            const path = decodeURIComponent(String(address).replace('https://pacs.example/orthanc/', ''));
            this.requests.push(path);
            this.headers.push(new Headers(init?.headers));
            return respond(path);
        };
    }
}

/** Return a response with JSON. */
export function json(content: unknown, headers: Readonly<Record<string, string>> = {}): Response {
    return new Response(JSON.stringify(content), { headers });
}

/** Return an error response with the members of its problem details (RFC 9457). */
export function problem(status: number, members: Readonly<Record<string, unknown>> = {}): Response {
    return new Response(JSON.stringify(members), { status });
}

/** Return studies with the IDs `first`, `first + 1` and so on. */
export function studies(first: number, number: number): readonly { readonly ID: string }[] {
    return Array.from({ length: number }, (_, at) => ({ ID: String(first + at) }));
}
