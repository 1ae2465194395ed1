// The beginning of a line of several events, as a process that was killed has left it: the events that are whole in it were
// written before what they tell of, and count.
import { lineEnd, readLine } from './line.ts';
import {
  checkOfOwn,
  isEntry,
  ownTextOfEntry,
  readStatements,
  type StatementsLine,
  statementsType,
} from './statements-line.ts';
import { hashOf } from './subject.ts';

export type UnsealedLine = Readonly<{
  /** As it will be once it is sealed behind them. */
  line: StatementsLine;
  /** Up to the end of its last whole event. */
  bytes: Buffer;
}>;

const start = new RegExp(
  `^\\{"version":1,"chain":"[\\w.-]+","seq":(\\d{1,15}),"previous":"[\\w-]{43}","time":"[^"\\\\]*","type":"${statementsType}","events":\\[`,
);
/** What may stand before an entry. */
const before = /(?:,)?("[\w-]{43}",)?(?=\[)/y;

/** Undefined: there is no whole event in it. */
export function readUnsealed(tail: Buffer): UnsealedLine | undefined {
  const text = tail.toString('utf8');
  const begun = start.exec(text);
  if (begun === null) return undefined;
  let end = begun[0].length;
  let count = 0;
  let named = 0;
  for (;;) {
    before.lastIndex = end;
    const found = before.exec(text);
    if (found === null) break;
    const from = before.lastIndex;
    const to = endOfArray(text, from);
    if (found[1] !== undefined) named += 1;
    if (!isWhole(text.slice(from, to), Number(begun[1]) + count, named)) break;
    count += 1;
    end = to;
  }
  const bytes = tail.subarray(0, Buffer.byteLength(text.slice(0, end)));
  const body = `${text.slice(0, end)}],"count":${count}`;
  const sealed = `${body}${lineEnd(hashOf(body)).trimEnd()}`;
  const head = readLine(sealed);
  const line = head && readStatements(sealed, head);
  return line && { line, bytes };
}

/** The check is written last, and says that nothing is missing. */
function isWhole(text: string, seq: number, named: number): boolean {
  try {
    const entry: unknown = JSON.parse(text);
    return isEntry(entry, false, named) && entry.at(-1) === checkOfOwn(ownTextOfEntry(entry), entry[0], seq);
  } catch {
    return false;
  }
}

/** Behind the bracket that closes it, or where the text ends. */
function endOfArray(text: string, from: number): number {
  let depth = 0;
  let isText = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (isText) {
      if (character === '\\') at += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '[') depth += 1;
    else if (character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
