// The statements that the project itself has written down, each sent for analysis, none executed.
import { readFileSync } from 'node:fs';
import { parameters, schema, statementsFor } from '../../sql/analyzed/statements.ts';
import { corpus } from '../../sql/syntax/corpus.ts';
import type { Postgres } from '../../support/postgres.ts';
import { frontend } from '../../support/raw-frontend.ts';
import { openDatabase } from '../connect.ts';
import { Resolvers } from '../tap/resolvers.ts';
import { startTap } from '../tap/tap.ts';
import type { Collect } from './entry.ts';
import { observeSession } from './observer.ts';

export const shapesSchema = read('decision-support-schema.sql');
/** Each after a line that says what it is the shape of. */
export const shapes: readonly string[] = read('decision-support.sql')
  .split(/\n\n/)
  .map((paragraph) => paragraph.replace(/^--.*$/gm, '').trim())
  .filter((text) => text !== '');
export const analyzedSchema = schema;

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

type Text = Readonly<{ text: string; parameterTypes: readonly number[] }>;

/** `databases` have the schemas of their statements. */
export async function sendTexts(
  server: Postgres,
  databases: Readonly<{ shapes: string; analyzed: string }>,
  collect: Collect,
): Promise<void> {
  const plain = (text: string): Text => ({ text, parameterTypes: [] });
  await send(server, databases.shapes, 'decision support', shapes.map(plain), collect);
  const parameterTypes = await typesOf(server, databases.analyzed, parameters);
  const analyzed = statementsFor(server.version).map((text) => ({ text, parameterTypes }));
  await send(server, databases.analyzed, 'analyzed', analyzed, collect);
  const syntax = corpus.map(({ sql }) => plain(sql));
  await send(server, databases.analyzed, 'syntax', syntax, collect);
}

async function send(
  server: Postgres,
  database: string,
  source: string,
  texts: readonly Text[],
  collect: Collect,
): Promise<void> {
  const resolvers = new Resolvers(server);
  const tap = await startTap(server, () =>
    observeSession({ source, group: 'statements', database }, resolvers, collect),
  );
  const client = await openDatabase(tap, server.superuser, database);
  try {
    for (const { text, parameterTypes } of texts) {
      client.send(frontend.parse(text, '', parameterTypes), frontend.describeStatement(), frontend.sync());
      await client.until('Z');
    }
  } finally {
    await client.end();
    await tap.stop();
    await resolvers.close();
  }
}

async function typesOf(server: Postgres, database: string, list: string): Promise<readonly number[]> {
  const client = await openDatabase(server, server.superuser, database);
  try {
    const names = list.split(', ').map((name, at) => `$${at + 1}::${name}`);
    client.send(frontend.parse(`SELECT ${names.join(', ')}`), frontend.describeStatement(), frontend.sync());
    const described = (await client.until('Z')).find(({ type }) => type === 't');
    if (described === undefined) throw new Error('the types of the parameters are not there');
    const { body } = described;
    return names.map((_, at) => body.readUInt32BE(2 + 4 * at));
  } finally {
    await client.end();
  }
}
