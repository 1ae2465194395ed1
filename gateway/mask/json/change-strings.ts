// Changes the texts in a JSON document wherever they stand, keys and the digits of numbers included.
import { endOfScalar, endOfString, NotJson, quote, readString } from './scan.ts';

const nullText = Buffer.from('null');

/** null for what isn't JSON. A number that would change becomes null: what it changes to is no number. */
export function changeStrings(document: Buffer, change: (text: string) => string | undefined): Buffer | null {
  try {
    return changed(document, change);
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

function changed(document: Buffer, change: (text: string) => string | undefined): Buffer | null {
  const out: Buffer[] = [];
  let written = 0;
  for (let at = 0; at < document.length; ) {
    const byte = document[at] ?? 0;
    const isString = byte === quote;
    if (!isString && !isNumberStart(byte)) {
      at += 1;
      continue;
    }
    const end = isString ? endOfString(document, at) : endOfScalar(document, at);
    const text = isString ? readString(document, at, end) : document.toString('latin1', at, end);
    const replaced = change(text);
    if (replaced === undefined) return null;
    if (replaced !== text) {
      out.push(document.subarray(written, at), isString ? Buffer.from(JSON.stringify(replaced)) : nullText);
      written = end;
    }
    at = end;
  }
  out.push(document.subarray(written));
  return Buffer.concat(out);
}

const isNumberStart = (byte: number): boolean => byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
