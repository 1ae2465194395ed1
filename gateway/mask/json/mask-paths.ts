// Puts null where paths lead, and copies everything else.
import type { PathTree } from './paths.ts';
import { endOfString, endOfValue, NotJson, openArray, openObject, readString, skipSpace } from './scan.ts';

const nullText = Buffer.from('null');
const comma = 0x2c;
const colon = 0x3a;
const closing = { [openObject]: 0x7d, [openArray]: 0x5d } as const;

/** null for what isn't JSON. It goes no deeper than the paths do. */
export function maskPaths(document: Buffer, paths: PathTree): Buffer | null {
  const masked: [from: number, to: number][] = [];
  try {
    const end = walk(document, skipSpace(document, 0), [paths], masked);
    if (skipSpace(document, end) !== document.length) return null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
  const out: Buffer[] = [];
  let written = 0;
  for (const [from, to] of masked) {
    out.push(document.subarray(written, from), nullText);
    written = to;
  }
  out.push(document.subarray(written));
  return Buffer.concat(out);
}

type Masked = [from: number, to: number][];

/** Gives the offset after the value. */
function walk(text: Buffer, from: number, paths: readonly PathTree[], masked: Masked): number {
  if (paths.length === 0) return endOfValue(text, from);
  if (paths.some((path) => path.masked)) {
    const end = endOfValue(text, from);
    masked.push([from, end]);
    return end;
  }
  const first = text[from];
  if (first !== openObject && first !== openArray) return endOfValue(text, from);
  const close = closing[first];
  let at = skipSpace(text, from + 1);
  if (text[at] === close) return at + 1;
  for (let index = 0; ; index++) {
    let key = String(index);
    if (first === openObject) {
      const end = endOfString(text, at);
      key = readString(text, at, end);
      at = skipSpace(text, end);
      if (text[at] !== colon) throw new NotJson();
      at = skipSpace(text, at + 1);
    }
    at = skipSpace(text, walk(text, at, inside(paths, key), masked));
    if (text[at] === close) return at + 1;
    if (text[at] !== comma) throw new NotJson();
    at = skipSpace(text, at + 1);
  }
}

const nowhere: readonly PathTree[] = [];

function inside(paths: readonly PathTree[], key: string): readonly PathTree[] {
  let found: PathTree[] | undefined;
  for (const { keys, every } of paths) {
    const named = keys.size === 0 ? undefined : keys.get(key);
    if (named !== undefined) found = [...(found ?? nowhere), named];
    if (every !== undefined) found = [...(found ?? nowhere), every];
  }
  return found ?? nowhere;
}
