// The property: whatever is done around a labelled value, the label is on what comes out, or its use is told.
import fc from 'fast-check';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import type { RawClient } from '../../support/raw-client.ts';
import { frontend } from '../../support/raw-client.ts';
import { Counter, type Finding, type PartResult } from '../findings.ts';
import type { FactsReader } from '../reader.ts';
import { type Built, build, plans } from './statement.ts';

export const label = 'secret';
/** Labels for the tables of schema.sql. */
export const labelled = {
  columns: {
    'public.people.secret': [label],
    'public.measured.secret': [label],
    'public.made.secret': [label],
  },
  functions: {},
};

export type PropertyOptions = Readonly<{ runs: number; seed: number; most: number }>;

const part = 'labels kept';
const MOST_FAILURES = 25;

export async function checkLabelsKept(
  client: RawClient,
  reader: FactsReader,
  { runs, seed, most }: PropertyOptions,
): Promise<PartResult> {
  const counter = new Counter();
  const failures: Finding[] = [];
  let serial = 0;
  // Parts that together lose the label: the search goes on for others.
  const culprits: (readonly string[])[] = [];
  const property = fc.asyncProperty(plans(reader.catalog.majorVersion, most), async (plan) => {
    const built = build(plan, `made_${serial++}`);
    if (culprits.some((parts) => parts.every((name) => built.parts.includes(name)))) return;
    const problem = await tryOne(client, reader, built, counter);
    if (problem !== undefined) throw new Error(problem);
  });
  for (let round = 0; round < MOST_FAILURES; round++) {
    const result = await fc.check(property, { numRuns: runs, seed });
    if (!result.failed || result.counterexample === null) break;
    const built = build(result.counterexample[0], 'view');
    const what = result.errorInstance instanceof Error ? result.errorInstance.message : 'failed';
    failures.push({
      part,
      what: `${what} (${built.parts.join(' > ')})`,
      text: [...built.setup, built.sql].join('; '),
    });
    culprits.push(built.parts);
  }
  return {
    part: `${part}, PostgreSQL ${reader.catalog.majorVersion}`,
    counts: counter.counts,
    failures,
    notes: [],
  };
}

/** Undefined when the label is kept, or when the server doesn't take the statement at all. */
async function tryOne(
  client: RawClient,
  reader: FactsReader,
  built: Built,
  counter: Counter,
): Promise<string | undefined> {
  for (const statement of built.setup) {
    const messages = await client.query(statement);
    if (messages.some(({ type }) => type === 'E')) {
      counter.add('not valid SQL');
      return undefined;
    }
  }
  if (built.setup.length > 0) await reader.refresh();
  if (!(await isValid(client, built.sql))) {
    counter.add('not valid SQL');
    return undefined;
  }
  const answer = await reader.read(built.sql);
  if (answer.kind === 'error')
    return `the resolver refuses what the server takes: ${answer.sqlstate} ${answer.message}`;
  if (answer.kind === 'unknown') return answer.reason.because;
  const [facts] = answer.statements;
  if (facts === undefined) return 'there are no facts';
  const problem = problemWith(facts, built);
  counter.add(problem === undefined ? (facts.opaque.length > 0 ? 'kept, and opaque' : 'kept') : 'lost');
  return problem;
}

/** Executed in a transaction that is rolled back: what only runs when it is executed counts too. */
async function isValid(client: RawClient, sql: string): Promise<boolean> {
  await client.rows('BEGIN');
  const messages = await client.query(sql);
  const copying = messages.some(({ type }) => type === 'G');
  if (copying) client.send(frontend.copyFail('nothing to copy'));
  await client.rows('ROLLBACK');
  return !messages.some(({ type }) => type === 'E');
}

function problemWith(facts: StatementFacts, { shows }: Built): string | undefined {
  const used = new Set(
    facts.columns
      .filter(({ labels }) => labels.includes(label))
      .flatMap(({ used, usedInside }) => [...used, ...usedInside]),
  );
  if (used.size === 0) return 'no labelled column is among the columns';
  const shown = facts.outputs.some(({ labels }) => labels.includes(label));
  switch (shows) {
    case 'output':
      return shown ? undefined : 'no output carries the label';
    case 'write_source':
      return used.has('write_source') ? undefined : `the labelled column is ${[...used]}, not write_source`;
    case 'predicate':
      return used.has('predicate') || used.has('join')
        ? undefined
        : `the labelled column is ${[...used]}, not predicate`;
    case 'named':
      return undefined;
    case 'used':
      return [...used].some((use) => use !== 'read') ? undefined : 'the labelled column is only read';
    default:
      return shows satisfies never;
  }
}
