// docs/bundles.md is true: its example makes a bundle that its configuration takes, and it names every code.
import { execFile } from 'node:child_process';
import { cp, glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureOpa } from '../../../gateway/bin/opa.mjs';
import { openBundle } from '../../../gateway/policy/index.ts';
import { limits } from './opened.ts';

const root = resolve(import.meta.dirname, '../../..');
const text = await readFile(join(root, 'docs/bundles.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text)?.[1] ?? '';

test('the example builds the shipped policies into a bundle that the example configuration takes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-docs-'));
  try {
    await cp(join(root, 'policies'), join(folder, 'policies'), { recursive: true });
    const path = `${dirname(resolve(root, await ensureOpa()))}${delimiter}${process.env.PATH}`;
    await promisify(execFile)('sh', ['-e', '-c', block('sh')], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      timeout: 120_000,
    });
    const [entry] = parse(block('yaml')).policy.bundles;
    const bundle = await openBundle(await readFile(join(folder, 'bundle.tar.gz')), {
      name: entry.name,
      signing: { ...entry.signing, key: join(folder, entry.signing.key) },
      limits,
    });
    expect(bundle).toMatchObject({ revision: '2026-05-04', roots: [''] });
    expect(bundle.entrypoints).toHaveLength(4);
    expect(bundle.data).toHaveProperty('access');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('every code is in the table, and none that does not exist', async () => {
  const codes = new Set<string>();
  for await (const file of glob('gateway/policy/{bundle,source,store,supply}/*.ts', { cwd: root })) {
    const source = await readFile(join(root, file), 'utf8');
    const thrown =
      /(?:BundleRefused|SourceFailure)\(\s*(?:path === '\.manifest' \? )?'(\w+)'(?: : '(\w+)')?/g;
    for (const [, ...found] of [
      ...source.matchAll(thrown),
      ...source.matchAll(/(?:\bcode: |[[])'([a-z]+_?[a-z_]*)', ?'it /g),
      ...source.matchAll(/\bcode: '([a-z_]+)'/g),
    ]) {
      for (const code of found) if (code !== undefined) codes.add(code);
    }
  }
  const table = text.slice(text.indexOf('| code |'));
  const documented = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code),
  );
  expect(documented.toSorted()).toEqual([...codes].toSorted());
});
