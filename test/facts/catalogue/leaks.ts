// No leak goes unseen: when an attack's answer has a secret, the facts had shown the labelled column in use, or said that they don't know.
import { readFile } from 'node:fs/promises';
import type { FactsAnswer } from '../../../gateway/catalog/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import type { Postgres } from '../../support/postgres.ts';
import { openDatabase } from '../connect.ts';
import { Counter, type Finding, type PartResult } from '../findings.ts';
import { createFactsReader } from '../reader.ts';
import { type Catalogue, type Item, readCatalogue } from './catalogue.ts';
import { type Played, play } from './play.ts';

const part = 'leaks seen';
const template = 'catalogue_seed';
const label = 'secret';

export type CatalogueOptions = Readonly<{
  file: string;
  /** Each played into the template once, in order. */
  seeds: readonly string[];
  /** Labelled beside what the catalogue itself masks. */
  labelled: readonly string[];
}>;

export async function playCatalogue(server: Postgres, options: CatalogueOptions): Promise<PartResult> {
  const catalogue = await readCatalogue(options.file);
  await createTemplate(server, options.seeds);
  const data = { columns: await labelsOf(server, catalogue, options.labelled), functions: {} };
  const counter = new Counter();
  const failures: Finding[] = [];
  const notes: Finding[] = [];
  for (const [at, item] of catalogue.items.entries()) {
    const database = `catalogue_${at}`;
    await freshDatabase(server, database);
    const reader = await createFactsReader(server.connectionString(database), { data });
    try {
      const played = await play(server, database, reader, item);
      const verdict = judge(item, played);
      counter.add(verdict);
      const text = `${item.id} (${item.title}): ${played.seen.map(({ text: sent }) => sent).join('; ')}`;
      if (verdict.startsWith('UNSEEN')) failures.push({ part, what: verdict, text });
      else if (verdict.startsWith('note')) notes.push({ part, what: verdict, text });
    } finally {
      await reader.close();
      await dropDatabase(server, database);
    }
  }
  return { part, counts: counter.counts, failures, notes };
}

function judge(item: Item, { seen, leakedAfter }: Played): string {
  const { leaks_if, must_not_change } = item;
  if (item.profile !== undefined || item.steps.some(({ op }) => op === 'gateway'))
    return 'is about another profile, or about a gateway';
  if (leaks_if !== undefined) {
    if (leakedAfter === undefined) return 'nothing leaked here';
    const before = seen.slice(0, leakedAfter);
    const last = before.at(-1);
    if (last !== undefined && isSeen(last.answer)) return 'the leaking statement is seen';
    if (before.some(({ answer }) => isSeen(answer)))
      return 'note: seen in a statement before the one that leaks';
    return before.some(({ answer }) => isEffect(answer))
      ? 'note: seen as an effect, not by a label'
      : 'UNSEEN leak';
  }
  if (must_not_change !== undefined)
    return seen.some(({ answer }) => isEffect(answer)) ? 'the change is seen' : 'UNSEEN change';
  return 'nothing to judge';
}

const factsIn = (answer: FactsAnswer): readonly StatementFacts[] =>
  answer.kind === 'facts' ? answer.statements : [];

/** Classes of functions that give what their arguments are, and touch nothing. */
const harmless = new Set([
  'pure',
  'whole_value',
  'followed',
  'vouched',
  'clock',
  'random',
  'session',
  'reads_catalog',
]);

/** Refused texts can't leak, and what nobody knows is denied. */
function isSeen(answer: FactsAnswer): boolean {
  if (answer.kind !== 'facts') return true;
  return factsIn(answer).some(
    ({ opaque, columns, outputs }) =>
      opaque.length > 0 ||
      outputs.some(({ labels }) => labels.includes(label)) ||
      columns.some(
        ({ labels, used, usedInside }) =>
          labels.includes(label) && [...used, ...usedInside].some((use) => use !== 'read'),
      ),
  );
}

function isEffect(answer: FactsAnswer): boolean {
  if (answer.kind !== 'facts') return true;
  return factsIn(answer).some(
    ({ opaque, writes, objects, grants, session, functions, readOnly }) =>
      !readOnly ||
      opaque.length + writes.length + objects.length + grants.length + session.length > 0 ||
      functions.some(({ class: reviewed }) => !harmless.has(reviewed)),
  );
}

async function createTemplate(server: Postgres, seeds: readonly string[]): Promise<void> {
  const admin = await openDatabase(server, server.superuser, 'postgres');
  await admin.rows(`CREATE DATABASE ${template}`);
  await admin.end();
  const client = await openDatabase(server, server.superuser, template);
  for (const seed of seeds) await client.rows(await readFile(seed, 'utf8'));
  await client.end();
}

async function freshDatabase(server: Postgres, database: string): Promise<void> {
  const admin = await openDatabase(server, server.superuser, 'postgres');
  try {
    await admin.rows(`CREATE DATABASE ${database} TEMPLATE ${template}`);
    await admin.rows(`GRANT TEMP, CREATE ON DATABASE ${database} TO PUBLIC`);
  } finally {
    await admin.end();
  }
}

/** One with a prepared transaction can't be dropped: it goes with the server. */
async function dropDatabase(server: Postgres, database: string): Promise<void> {
  const admin = await openDatabase(server, server.superuser, 'postgres');
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await admin.end();
}

async function labelsOf(
  server: Postgres,
  { mask, closedSchemas }: Catalogue,
  more: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const client = await openDatabase(server, server.superuser, template);
  const closed = await client.rows(`
    SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname) FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN (${closedSchemas.map((schema) => `'${schema}'`).join(', ') || 'NULL'})
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped`);
  await client.end();
  const names = [...mask, ...more, ...closed.map(([name]) => name ?? '')];
  return Object.fromEntries(names.map((name) => [name, [label]]));
}
