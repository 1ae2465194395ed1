// Sinks deliver at least once, and exports overlap: an event that is there twice has happened once.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';

let stage: Stage;
let folder: string;
let text: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-copies-'));
  stage = makeStage();
  const journal = await stage.open();
  for (const who of ['human:ada', 'human:bob', 'human:ada'])
    tell(journal, { who, session: who, text: 'SELECT ssn', columns: ['public.customers.ssn'] });
  await journal.close();
  const file = join(folder, 'export');
  expect(
    (await runCli(['audit', 'export', '--audit', stage.folder, '-o', file, '--format', 'jsonl'])).code,
  ).toBe(0);
  text = await readFile(file, 'utf8');
});
afterAll(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (place: string, ...words: string[]) =>
  JSON.parse(
    (await runCli(['audit', 'query', '--audit', place, '--json', ...words])).stdout,
  ) as readonly object[];

test.each([
  { name: 'one behind the other', files: (whole: string) => [whole + whole] },
  { name: 'line by line', files: (whole: string) => [whole.replace(/(.*\n)/g, '$1$1')] },
  { name: 'in another order', files: (whole: string) => [whole + whole.split('\n').reverse().join('\n')] },
  { name: 'in two files', files: (whole: string) => [whole, whole] },
])('copies $name count once', async ({ name, files }) => {
  const place = await mkdtemp(join(folder, `${name.replaceAll(' ', '-')}-`));
  for (const [at, each] of files(text).entries()) await writeFile(join(place, `${at}.jsonl`), each);
  for (const words of [
    ['--column', 'public.customers.ssn'],
    ['--by', 'type'],
    ['--session', 'human:ada'],
  ])
    expect(await ask(place, ...words)).toEqual(await ask(stage.folder, ...words));
});
