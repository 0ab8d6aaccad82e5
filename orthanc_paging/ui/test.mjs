// Runs the unit tests src/**/*.test.ts: bundles each for Node, and gives them to Node's own test runner.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const chosen = process.argv[2] ?? '';
const names = await readdir(join(HERE, 'src'), { recursive: true });
const tests = names.filter((name) => name.endsWith('.test.ts') && name.includes(chosen));
if (tests.length === 0) throw new Error(`no test in src/ has "${chosen}" in its name`);
const folder = await mkdtemp(join(tmpdir(), 'orthanc-paging-ui-'));
try {
  await build({
    absWorkingDir: HERE,
    entryPoints: tests.map((name) => `src/${name}`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'warning',
    // Node 20 has no navigator. Tests of locales name theirs.
    banner: { js: "globalThis.navigator ??= { languages: ['en-GB'] };" },
  });
  const stream = run({ files: tests.map((name) => join(folder, name.replace(/\.ts$/, '.mjs'))), concurrency: true });
  stream.on('test:fail', () => { process.exitCode = 1; });
  for await (const chunk of stream.compose(spec)) process.stdout.write(chunk);
} finally {
  await rm(folder, { recursive: true, force: true });
}
