// Runs the unit tests of this folder by Node's own test runner.
// An argument chooses those whose names contain it: npm test -- dates
import { readdir } from 'node:fs/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { TESTS, withBundles } from './bundle.mjs';

const chosen = process.argv[2] ?? '';
const names = (await readdir(TESTS)).filter((name) => name.endsWith('.test.ts') && name.includes(chosen));
if (names.length === 0) throw new Error(`no test in ${TESTS} has "${chosen}" in its name`);

await withBundles(names, async (files) => {
    const results = run({ files, concurrency: 2 });
    results.on('test:fail', () => {
        process.exitCode = 1;
    });
    for await (const chunk of results.compose(spec)) process.stdout.write(chunk);
});
