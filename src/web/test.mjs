// test.mjs -- bundles the tests in tests/web and runs them with node's own runner, as TAP.

import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.env.SONIQ_ROOT ?? resolve(here, '../..');
const tests = join(root, 'tests/web');
const files = readdirSync(tests).filter((name) => name.endsWith('.test.ts'));
const outdir = mkdtempSync(join(here, 'test-'));

try {
  buildSync({
    entryPoints: files.map((name) => join(tests, name)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    sourcemap: 'inline',
    alias: { page: here },
    nodePaths: [resolve(here, '../node_modules')],
    logLevel: 'warning',
  });
  const bundles = files.map((name) => join(outdir, name.replace(/ts$/, 'mjs')));
  const args = ['--enable-source-maps', '--test', '--test-reporter=tap', ...bundles];
  const run = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
