// What the journals of all processes hold, the sinks beside them, and whether it agrees with what the server executed.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEvent, readEvents } from '../../../gateway/audit/index.ts';
import { saidText } from '../../../gateway/server/audit/said-text.ts';
import { textOf } from '../../audit/events/support.ts';
import type { PolicyStage } from '../../server/policy-stage.ts';
import { check } from '../scenario.ts';
import type { NumberedWork } from './numbered-work.ts';
import { numbersIn } from './server-log.ts';

export type Journalled = Readonly<{
  /** All events, by id, with their hashes. */
  hashes: ReadonlyMap<string, string>;
  /** How many there are of each type. */
  types: ReadonlyMap<string, number>;
  /** Intents of each number. */
  intents: ReadonlyMap<number, number>;
  refusals: ReadonlyMap<number, number>;
  /** What intents say that have no number. */
  unnumbered: readonly string[];
  /** States of outcomes, by statement; several where there should be one. */
  outcomes: ReadonlyMap<string, readonly string[]>;
  statements: readonly string[];
  last: readonly AuditEvent[];
}>;

/** Of the journals of all processes. */
export async function readJournals(dataDir: string): Promise<Journalled> {
  const reading = new Reading();
  for (const folder of await chainsIn(dataDir))
    for await (const { event } of readEvents(folder)) reading.see(event);
  return reading.journalled;
}

/** Of what a sink was sent. */
export function readLines(lines: readonly string[]): Journalled {
  const reading = new Reading();
  for (const line of lines) reading.see(JSON.parse(line) as AuditEvent);
  return reading.journalled;
}

class Reading {
  readonly #hashes = new Map<string, string>();
  readonly #types = new Map<string, number>();
  readonly #intents = new Map<number, number>();
  readonly #refusals = new Map<number, number>();
  readonly #outcomes = new Map<string, string[]>();
  readonly #statements: string[] = [];
  readonly #unnumbered: string[] = [];
  readonly #last = new Map<string, AuditEvent>();

  see(event: AuditEvent): void {
    const { type, chain, seq, statement = '' } = event;
    this.#hashes.set(`${chain}/${seq}`, event.hash);
    this.#last.set(chain, event);
    count(this.#types, type);
    if (type === 'statement.intent') {
      this.#statements.push(statement);
      const numbers = numbersIn(textOf(event));
      for (const n of numbers) count(this.#intents, n);
      if (numbers.length === 0) this.#unnumbered.push(textOf(event));
    }
    if (type === 'statement.refused') for (const n of numbersIn(textOf(event))) count(this.#refusals, n);
    if (type === 'statement.outcome')
      this.#outcomes.set(statement, [...(this.#outcomes.get(statement) ?? []), stateOf(event)]);
  }

  get journalled(): Journalled {
    return {
      ...{ hashes: this.#hashes, types: this.#types, intents: this.#intents, refusals: this.#refusals },
      ...{
        outcomes: this.#outcomes,
        statements: this.#statements,
        unnumbered: this.#unnumbered,
        last: [...this.#last.values()],
      },
    };
  }
}

/** Of whole chains, each in a folder of its own. */
export async function chainsIn(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, 'audit');
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

/** Whether each chain but these has its last event. */
export async function areEnded(dataDir: string, but: readonly string[]): Promise<boolean> {
  for (const folder of await chainsIn(dataDir)) {
    const segments = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
    const text = segments.length === 0 ? '' : await readFile(join(folder, segments.at(-1) ?? ''), 'utf8');
    const last = text.split('\n').at(-2) ?? '';
    const isOpen = but.some((chain) => last.includes(`"chain":"${chain}"`));
    if (last !== '' && !isOpen && !last.includes('"closed":true')) return false;
  }
  return true;
}

/** Events in the PostgreSQL sink, by id, with their hashes. */
export async function readDatabase({
  policy,
}: Readonly<{ policy: PolicyStage }>): Promise<ReadonlyMap<string, string>> {
  const admin = await policy.admin('audit');
  const rows = await admin.rows(
    `SELECT chain || '/' || seq, event ->> 'hash' FROM portcullis_audit.events`,
    60_000,
  );
  admin.destroy();
  const hashes = new Map(rows.map(([id, hash]) => [id ?? '', hash ?? '']));
  check(hashes.size === rows.length, () => `${rows.length - hashes.size} events are twice in the database`);
  return hashes;
}

/** Every event of the journal, and nothing else, as it is there. */
export function checkSame(what: string, there: ReadonlyMap<string, string>, journal: Journalled): void {
  const missing = [...journal.hashes].filter(([id, hash]) => there.get(id) !== hash).map(([id]) => id);
  check(
    missing.length === 0,
    () => `${what} lacks ${missing.length} of ${journal.hashes.size} events, the first: ${missing[0]}`,
  );
  const foreign = [...there.keys()].filter((id) => !journal.hashes.has(id));
  check(foreign.length === 0, () => `${what} has ${foreign.length} more, the first: ${foreign[0]}`);
}

/** What ran has its intent, what was refused did not run, and no statement was begun more often than it was sent. */
export function checkAgainstServer(
  journal: Journalled,
  executed: ReadonlyMap<number, number>,
  work: Pick<NumberedWork, 'sent'>,
): void {
  const begun = new BegunTimes(journal);
  for (const [n, { text, most }] of work.sent) {
    const times = executed.get(n) ?? 0;
    const intents = begun.of(n, text, times);
    check(
      times <= intents,
      () => `statement ${n}, "${text}", was executed ${times} times, and has ${intents} intents`,
    );
    check(
      intents <= most,
      () => `statement ${n}, "${text}", was sent ${most} times, and has ${intents} intents`,
    );
  }
  for (const n of executed.keys()) check(work.sent.has(n), `nobody sent statement ${n}`);
  check(begun.left <= unsure(work, executed), () => `${begun.left} intents are of nothing that was sent`);
  for (const [n, refusals] of journal.refusals) {
    check(refusals === 1, () => `statement ${n} was refused ${refusals} times`);
    check(!executed.has(n), () => `statement ${n} was refused, and executed`);
  }
}

/** Statements that were sent, and that the server never got. */
function unsure({ sent }: Pick<NumberedWork, 'sent'>, executed: ReadonlyMap<number, number>): number {
  return Array.from(sent, ([n, { most }]) => most - (executed.get(n) ?? 0)).reduce(
    (sum, one) => sum + one,
    0,
  );
}

/** Intents of each number, and of those that were recorded without: before a gateway knows the tables, it keeps no comment. */
class BegunTimes {
  readonly #journal: Journalled;
  readonly #unnumbered = new Map<string, number>();

  constructor(journal: Journalled) {
    this.#journal = journal;
    for (const text of journal.unnumbered) count(this.#unnumbered, text);
  }

  of(n: number, text: string, atLeast: number): number {
    const numbered = this.#journal.intents.get(n) ?? 0;
    const said = saidText(text, 'labelled').text;
    const there = this.#unnumbered.get(said) ?? 0;
    const taken = Math.min(there, Math.max(0, atLeast - numbered));
    this.#unnumbered.set(said, there - taken);
    return numbered + taken;
  }

  get left(): number {
    return [...this.#unnumbered.values()].reduce((sum, one) => sum + one, 0);
  }
}

/** Each intent has one outcome. Gives how many of them are not known. */
export function checkOutcomes({ statements, outcomes }: Journalled): number {
  check(new Set(statements).size === statements.length, 'two intents have one id');
  let unknown = 0;
  for (const statement of statements) {
    const states = outcomes.get(statement) ?? [];
    check(states.length === 1, () => `the intent ${statement} has the outcomes [${states}]`);
    if (states[0] === 'unknown') unknown += 1;
  }
  const left = outcomes.size - statements.length;
  check(left === 0, () => `${left} outcomes have no intent`);
  return unknown;
}

const stateOf = ({ outcome }: AuditEvent): string => (outcome as { state: string }).state;

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
