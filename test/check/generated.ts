// Every generated file, compared with what would be generated now.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { capabilities } from './capabilities.ts';
import { documents } from './documents.ts';
import type { Generated } from './generated-file.ts';
import { type Verdict, verdictOf } from './part.ts';
import { schemaTypes } from './schema-types.ts';

const all: readonly Generated[] = [...schemaTypes, ...documents, capabilities];

export async function generated(): Promise<Verdict> {
  const stale = await findStale();
  return verdictOf(stale.map(({ file }) => `${fileURLToPath(file)} is out of date: run npm run generate`));
}

/** Brings every file up to date and names those that changed. */
export async function generateAll(): Promise<string[]> {
  const stale = await findStale();
  await Promise.all(stale.map(({ file, text }) => writeFile(file, text)));
  return stale.map(({ file }) => fileURLToPath(file));
}

async function findStale(): Promise<{ file: URL; text: string }[]> {
  const files = await Promise.all(
    all.map(async ({ file, generate }) => {
      const current = await readFile(file, 'utf8').catch(() => '');
      return { file, current, text: await generate(current) };
    }),
  );
  return files.filter(({ current, text }) => current !== text);
}
