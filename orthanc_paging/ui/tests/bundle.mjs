// Bundles TypeScript of this folder for Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const TESTS = dirname(fileURLToPath(import.meta.url));

/** Bundles files, has their bundles used, and removes them. */
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
            // The language of the page is that of the browser, and Node is none. Tests of locales name theirs.
            banner: { js: "Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en-GB'] } });" },
        });
        await use(names.map((name) => join(folder, name.replace(/\.ts$/, '.mjs'))));
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
