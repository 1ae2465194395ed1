// Reads what a gateway of the tests has recorded.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEvent, readEvents } from '../../../gateway/audit/index.ts';

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
    if (entry.isDirectory())
      for await (const { event } of readEvents(join(folder, entry.name))) events.push(event);
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
