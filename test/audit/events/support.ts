// Reads what a gateway of the tests has recorded.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventHash } from '../../../gateway/audit/event/line.ts';
import { hashOf } from '../../../gateway/audit/event/subject.ts';
import { type AuditEvent, readEvents } from '../../../gateway/audit/index.ts';
import { statementsBody } from '../lines-of-events.ts';

export type Outcome = Readonly<{
  state: string;
  rows: number;
  bytes: number;
  affected: number;
  sqlstate?: string;
  tag?: string;
  masked?: Readonly<{ cells: number; columns: readonly string[] }>;
  milliseconds: number;
}>;

/** Of all chains below the folder of the data, each in its order. */
export async function recordedIn(dataDir: string): Promise<AuditEvent[]> {
  const folder = join(dataDir, 'audit');
  const events: AuditEvent[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) events.push(...(await eventsOf(join(folder, entry.name))));
  return events;
}

async function eventsOf(chain: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  let line: AuditEvent[] = [];
  for await (const { event } of readEvents(chain)) {
    line.push(event);
    const { count = 1 } = (event.sealed ?? {}) as { count?: number };
    if (line.length < count) continue;
    // What is put together by hand is spelt as a verification spells it again.
    const hash = event.sealed === undefined ? eventHash(event) : hashOf(statementsBody(line));
    if (hash !== event.hash) throw new Error(`not canonical: ${JSON.stringify(line)}`);
    events.push(...line);
    line = [];
  }
  return events;
}

/** What it says of itself, or of its statement. */
export function textOf({ text, subjects }: AuditEvent): string {
  return String(text ?? subjects?.statement?.text ?? '');
}

export const outcomeOf = ({ outcome }: AuditEvent): Outcome => outcome as Outcome;

/** An intent and its outcome, a refusal: one line each, in the order of the journal. */
export function storyOf(events: readonly AuditEvent[]): string[] {
  const outcomes = new Map(
    events.filter(({ type }) => type === 'statement.outcome').map((event) => [event.statement, event]),
  );
  return events.flatMap((event) => {
    const { type, path, statement, refusal } = event;
    if (type === 'statement.refused') return [`${path} refused ${(refusal as { code: string }).code}`];
    if (type !== 'statement.intent') return [];
    const ended = outcomes.get(statement);
    if (ended === undefined) return [`${path} ...`];
    const { state, tag, rows, affected, sqlstate, masked } = outcomeOf(ended);
    const words = [
      path,
      state,
      ...(tag === undefined ? [] : [`"${tag}"`]),
      `${rows} rows`,
      ...(affected === 0 ? [] : [`${affected} affected`]),
      ...(masked === undefined ? [] : [`${masked.cells} masked`]),
      ...(sqlstate === undefined ? [] : [sqlstate]),
    ];
    return [words.join(' ')];
  });
}

/** Why events aren't as the schema has them. */
export async function problemsOf(events: readonly AuditEvent[]): Promise<string[]> {
  const file = new URL('../../../schemas/audit-event.schema.json', import.meta.url);
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(await readFile(file, 'utf8')),
  );
  const isValid = (event: unknown): boolean => validate(event);
  return events.flatMap((event) =>
    isValid(event)
      ? []
      : [`${event.type} ${JSON.stringify(validate.errors?.[0])} in ${JSON.stringify(event).slice(0, 500)}`],
  );
}
