// What a verification finds wrong with the events of a file.
import { createReadStream } from 'node:fs';
import { readEventLines } from '../../../gateway/audit/index.ts';

/** Of each event; undefined where there is nothing. A line that is no event is a flaw. */
export async function readEvidence(file: string): Promise<readonly unknown[]> {
  const flaws: unknown[] = [];
  for await (const one of readEventLines(createReadStream(file)))
    flaws.push('unreadable' in one ? one.unreadable : one.flaw);
  return flaws;
}
