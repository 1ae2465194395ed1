// What a whole text changes of its session, statement by statement; short texts that come again are read once.
import { SyntaxRefusal } from '../sql/index.ts';
import { anything, type Change, changesOf, namesAnother } from './changes.ts';
import { ParsedText } from './parsed-text.ts';
import type { TextTraits } from './text-traits.ts';

export type TextChanges = Readonly<{
  /** Of each statement, in order; undefined where nothing is known of them. */
  statements: readonly (readonly Change[])[] | undefined;
  /** What follows waits until the server has acknowledged it: always, or when the transaction's end changes something. */
  unsettles: 'never' | 'at_end' | 'always';
  /** Some statement runs what another name stands for (EXECUTE, FETCH). */
  namesAnother: boolean;
}>;

/** A longer text isn't read for this alone, since that would keep other sessions waiting. */
const READ_CHARACTERS_MAX = 64 * 1024;
const KEPT_CHARACTERS_MAX = 256;
const KEPT_TEXTS_MAX = 512;

export const ordinaryChanges: TextChanges = { statements: [[]], unsettles: 'never', namesAnother: false };
export const unknownChanges: TextChanges = { statements: undefined, unsettles: 'always', namesAnother: true };

/** BEGIN and COMMIT, and what a driver sends to each new connection. */
const kept = new Map<string, TextChanges>();

export function textChanges(text: string, traits: TextTraits, parsed?: ParsedText): TextChanges {
  if (traits.ordinary) return ordinaryChanges;
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (text.length > READ_CHARACTERS_MAX && parsed?.isRead !== true) return unknownChanges;
  const changes = read(parsed ?? new ParsedText(text));
  if (text.length <= KEPT_CHARACTERS_MAX) keep(text, changes);
  return changes;
}

function read(parsed: ParsedText): TextChanges {
  const statements = parsed.read();
  // The server's grammar may be another version's.
  if (statements instanceof SyntaxRefusal) return unknownChanges;
  const changes = statements.map((statement) => changesOf(statement, parsed.text));
  return {
    statements: changes,
    unsettles: unsettling(changes.flat()),
    namesAnother: statements.some(namesAnother),
  };
}

function unsettling(changes: readonly Change[]): TextChanges['unsettles'] {
  // What is heard of a channel is heard later.
  const telling = changes.filter(({ change }) => change !== 'listen');
  if (telling.some(({ change }) => change !== 'transaction')) return 'always';
  const starts = telling.every((change) => 'action' in change && starting.has(change.action));
  return starts ? 'never' : 'at_end';
}

const starting: ReadonlySet<string> = new Set(['begin', 'savepoint']);

function keep(text: string, changes: TextChanges): void {
  if (kept.size >= KEPT_TEXTS_MAX) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  kept.set(text, changes);
}

/** In a place where nothing is known of the statement. */
export const unknownChange: readonly Change[] = [anything];
