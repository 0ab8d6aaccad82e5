// Bundles TypeScript files of this folder for Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const TESTS = dirname(fileURLToPath(import.meta.url));

/** What Node lacks of a browser: its language, and the address of the page behind a proxy. Tests of locales name theirs. */
const BROWSER = `
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en-GB'] } });
globalThis.location = new URL('https://pacs.example/orthanc/paging/ui/');
`;

/** Bundles files, calls `use` with the paths of the bundles, and removes them. */
export async function withBundles(names, use) {
    const folder = await mkdtemp(join(tmpdir(), 'orthanc-paging-ui-'));
    try {
        await build({
            absWorkingDir: TESTS,
            entryPoints: names,
            outdir: folder,
            outExtension: { '.js': '.mjs' },
            bundle: true,
            platform: 'node',
            format: 'esm',
            sourcemap: 'inline',
            logLevel: 'warning',
            banner: { js: BROWSER },
        });
        await use(names.map((name) => join(folder, name.replace(/\.ts$/, '.mjs'))));
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
