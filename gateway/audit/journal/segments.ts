// The files of a chain: each is named after the first event in it, so that any event is found by its number.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const pattern = /^(\d{12,})\.jsonl$/;

export const segmentFile = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(12, '0')}.jsonl`);

/** Numbers of the segments that there are, oldest first. */
export function segmentsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
