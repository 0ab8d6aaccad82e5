// Bundles src/ into built/. Each name but index.html contains a hash of the content. A .gz is beside each file.
// The same sources and the same Node give the same bytes. built/ is always complete.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = join(HERE, 'src');
const BUILT = join(HERE, 'built');
const UNFINISHED = join(HERE, 'built.unfinished');
const ENTRIES = ['main.ts', 'page.css'];

/** Bundles the entries. Returns their names in built/, and the packages whose code is in the bundle. */
async function bundle() {
    const { metafile } = await build({
        absWorkingDir: HERE,
        entryPoints: ENTRIES.map((name) => `src/${name}`),
        outdir: UNFINISHED,
        entryNames: '[name]-[hash]',
        chunkNames: '[name]-[hash]',
        bundle: true,
        splitting: true,
        format: 'esm',
        target: 'es2022',
        minify: true,
        metafile: true,
        logLevel: 'warning',
    });
    const outputs = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
    const names = new Map(outputs.map(([path, output]) => [basename(output.entryPoint), basename(path)]));
    const packages = Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
    return { names, packages: [...new Set(packages)].filter((name) => name !== undefined).sort() };
}

/** Writes index.html with the names of the bundled files instead of those of their sources. */
async function writeIndex(names) {
    let html = await readFile(join(SOURCES, 'index.html'), 'utf8');
    for (const source of ENTRIES) {
        if (!html.includes(`"${source}"`)) throw new Error(`src/index.html does not name "${source}"`);
        html = html.replaceAll(`"${source}"`, `"${names.get(source)}"`);
    }
    await writeFile(join(UNFINISHED, 'index.html'), html);
}

/** Writes the licences of packages, as they require. */
async function writeLicences(packages) {
    const texts = packages.map(async (name) => {
        const folder = join(HERE, 'node_modules', name);
        const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
        const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
        if (!file) throw new Error(`${name} has no licence`);
        return `${name} ${version}\n\n${await readFile(join(folder, file), 'utf8')}`;
    });
    await writeFile(join(UNFINISHED, 'licences.txt'), (await Promise.all(texts)).join('\n\n'));
}

async function compressAll() {
    for (const name of await readdir(UNFINISHED)) {
        const path = join(UNFINISHED, name);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
    }
}

await rm(UNFINISHED, { recursive: true, force: true });
await mkdir(UNFINISHED);
const { names, packages } = await bundle();
await writeIndex(names);
await writeLicences(packages);
await compressAll();
await rm(BUILT, { recursive: true, force: true });
await rename(UNFINISHED, BUILT);
