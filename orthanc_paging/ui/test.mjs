// Runs the unit tests in tests/: bundles each for Node, and gives them to Node's own test runner.
// An argument chooses those whose names contain it: npm test -- dates
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const TESTS = join(HERE, 'tests');
const chosen = process.argv[2] ?? '';

const names = (await readdir(TESTS)).filter((name) => name.endsWith('.test.ts') && name.includes(chosen));
if (names.length === 0) throw new Error(`no test in ${TESTS} has "${chosen}" in its name`);
const folder = await mkdtemp(join(tmpdir(), 'orthanc-paging-ui-'));
try {
  await build({
    absWorkingDir: HERE,
    entryPoints: names.map((name) => join(TESTS, name)),
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
  const results = run({ files: names.map((name) => join(folder, name.replace(/\.ts$/, '.mjs'))), concurrency: 2 });
  results.on('test:fail', () => {
    process.exitCode = 1;
  });
  for await (const chunk of results.compose(spec)) process.stdout.write(chunk);
} finally {
  await rm(folder, { recursive: true, force: true });
}
