// Message for message, what came through the gateway against what came directly.
import { agent } from '../scores/score-stage.ts';
import { type BackendMessage, summary } from '../support/raw-client.ts';
import type { HonestItem } from './catalogue.ts';

export type Answers = Readonly<{
  /** Since the login. */
  messages: readonly BackendMessage[];
  parameters: ReadonlyMap<string, string>;
  /** Why the session was over before its steps were. */
  ended: string | undefined;
}>;

/** What was disturbed; undefined: nothing. */
export function disturbance(
  item: HonestItem,
  direct: Answers,
  through: Answers,
  secrets: readonly Buffer[],
): string | undefined {
  const refused = refusalIn(through.messages);
  if (through.ended !== undefined && direct.ended === undefined) return `${through.ended}${refused}`;
  if (item.expect === 'ok') return fails(through) && !fails(direct) ? `it fails${refused}` : undefined;
  const startup = item.compare_startup?.find(
    (name) => direct.parameters.get(name) !== through.parameters.get(name),
  );
  if (startup !== undefined) return `the server's ${startup} is ${through.parameters.get(startup)}`;
  const masked = item.expect === 'masked' ? (item.masked ?? []) : [];
  const difference = firstDifference(direct.messages, through.messages, masked);
  if (difference !== undefined) return `${difference}${refused}`;
  if (item.expect === 'masked' && through.messages.some(({ body }) => hasOneOf(body, secrets)))
    return 'a secret is in the answer';
  return undefined;
}

function firstDifference(
  direct: readonly BackendMessage[],
  through: readonly BackendMessage[],
  masked: readonly string[],
): string | undefined {
  const rows = new MaskedRows(masked);
  for (const [at, wanted] of direct.entries()) {
    const found = through[at];
    if (found === undefined || found.type !== wanted.type)
      return `message ${at}: ${found ?? 'nothing'} in the place of ${wanted} (${shortened(direct, at)})`;
    const difference = differenceBetween(wanted, found, rows);
    if (difference !== undefined) return `message ${at}: ${difference}`;
  }
  if (through.length > direct.length) return `more messages: ${shortened(through, direct.length)}`;
  return undefined;
}

function differenceBetween(
  wanted: BackendMessage,
  found: BackendMessage,
  rows: MaskedRows,
): string | undefined {
  switch (wanted.type) {
    case 'E':
    case 'N':
      // Their texts may differ.
      return wanted.fields.C === found.fields.C ? undefined : `${found} in the place of ${wanted}`;
    case 'S':
      return isSameParameter(wanted, found) ? undefined : `${found} differs`;
    case 'T':
      rows.begin(wanted);
      return withoutTables(wanted).equals(withoutTables(found)) ? undefined : 'the columns differ';
    case 'D':
      return rows.difference(wanted, found);
    case 'd':
      return rows.copyDifference(wanted, found);
    default:
      return wanted.bytes.equals(found.bytes) ? undefined : `${found} differs`;
  }
}

/** Rows of which some columns may hold nothing, or one value that is the same in all rows. */
class MaskedRows {
  readonly #masked: ReadonlySet<string>;
  readonly #values = new Map<string, Buffer>();
  #names: readonly string[] | undefined;

  constructor(masked: readonly string[]) {
    this.#masked = new Set(masked);
  }

  begin(description: BackendMessage): void {
    this.#names = description.columns.map(({ name }) => name);
  }

  difference(wanted: BackendMessage, found: BackendMessage): string | undefined {
    const [direct, through] = [wanted.values, found.values];
    if (direct.length !== through.length) return 'a row of another width';
    for (const [at, value] of direct.entries()) {
      // Who never asked for the names knows them; here any of the masked columns will do.
      const name = this.#names?.[at];
      const isMasked = this.#masked.size > 0 && (name === undefined || this.#masked.has(name));
      const difference = this.#between(value, through[at] ?? null, isMasked, name ?? String(at));
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  /** Lines of COPY, which name no columns: what is masked in them may differ, as fields of lines of the same width. */
  copyDifference(wanted: BackendMessage, found: BackendMessage): string | undefined {
    if (wanted.bytes.equals(found.bytes)) return undefined;
    if (this.#masked.size === 0) return 'the copied data differ';
    const [direct, through] = [wanted, found].map(
      ({ body }) => body.toString('latin1').split(/[\t,]/).length,
    );
    return direct === through ? undefined : 'a copied line of another width';
  }

  #between(
    direct: Buffer | null,
    through: Buffer | null,
    isMasked: boolean,
    name: string,
  ): string | undefined {
    const isSame = direct === null || through === null ? direct === through : direct.equals(through);
    if (!isMasked) return isSame || isNamed(direct, through) ? undefined : `the column ${name} differs`;
    if (through === null) return undefined;
    if (isSame) return this.#names === undefined ? undefined : `the column ${name} is not masked`;
    const before = this.#values.get(name);
    this.#values.set(name, through);
    return before === undefined || before.equals(through) ? undefined : `the column ${name} is not one value`;
  }
}

/** The database knows the session by the principal's name in front of its own, and says so when it is asked. */
function isNamed(direct: Buffer | null, through: Buffer | null): boolean {
  return through !== null && through.toString() === `${agent} ${direct ?? ''}`.trimEnd();
}

function isSameParameter(direct: BackendMessage, through: BackendMessage): boolean {
  const [wanted, found] = [direct.parameter, through.parameter];
  if (wanted.name !== found.name) return false;
  return wanted.value === found.value || isNamed(Buffer.from(wanted.value), Buffer.from(found.value));
}

/** Databases that are made anew may number their tables anew. */
function withoutTables(description: BackendMessage): Buffer {
  const bytes = Buffer.from(description.bytes);
  for (let at = 7, count = bytes.readUInt16BE(5); count > 0; count--) {
    const end = bytes.indexOf(0, at);
    bytes.writeUInt32BE(0, end + 1);
    at = end + 19;
  }
  return bytes;
}

const fails = ({ messages }: Answers): boolean => messages.some(({ type }) => type === 'E');

function refusalIn(messages: readonly BackendMessage[]): string {
  const refusal = messages.find(({ type }) => type === 'E');
  return refusal === undefined ? '' : `: ${refusal.fields.C} ${refusal.fields.M}`;
}

function hasOneOf(body: Buffer, secrets: readonly Buffer[]): boolean {
  return secrets.some((secret) => body.includes(secret));
}

const shortened = (messages: readonly BackendMessage[], at: number): string =>
  summary(messages.slice(Math.max(0, at - 2), at + 3));
