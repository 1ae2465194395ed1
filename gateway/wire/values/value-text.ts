// A value of a result as text, as psql shows it, whichever format the client had asked for.
import { moments } from './moments.ts';
import {
  arrayElements,
  arrayText,
  multirangeText,
  rangeElements,
  rangeText,
  recordText,
  vectorText,
} from './nested.ts';
import { numbers } from './numbers.ts';
import { others } from './others.ts';

const BINARY = 1;

/** By the type's object id: `src/include/catalog/pg_type.dat`, whose numbers never change. */
const readers: ReadonlyMap<number, (bytes: Buffer) => string> = new Map([
  ...numbers,
  ...moments,
  ...others,
  ...[...arrayElements].map((oid) => [oid, (bytes: Buffer) => arrayText(bytes, binaryText)] as const),
  ...[...rangeElements.ranges].map(
    ([oid, element]) => [oid, (bytes: Buffer) => rangeText(bytes, element, binaryText)] as const,
  ),
  ...[...rangeElements.multiranges].map(
    ([oid, element]) => [oid, (bytes: Buffer) => multirangeText(bytes, element, binaryText)] as const,
  ),
  // int2vector and oidvector; record.
  ...[22, 30].map((oid) => [oid, (bytes: Buffer) => vectorText(bytes, binaryText)] as const),
  [2249, (bytes: Buffer) => recordText(bytes, binaryText)],
]);

export function valueText(bytes: Buffer, typeOid: number, format: number): string {
  return format === BINARY ? binaryText(bytes, typeOid) : bytes.toString();
}

/** What isn't known, or isn't what its type says, is shown as it is. */
export function binaryText(bytes: Buffer, typeOid: number): string {
  const read = readers.get(typeOid);
  if (read === undefined) return hexText(bytes);
  try {
    return read(bytes);
  } catch {
    return hexText(bytes);
  }
}

const hexText = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
