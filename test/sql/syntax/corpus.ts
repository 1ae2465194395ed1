// The corpus: statements of every type of the grammar, each with what it is.

import { readFileSync } from 'node:fs';

export type Sample = Readonly<{ sql: string; kind: string; tag: string; readOnly: boolean }>;

export const corpus: readonly Sample[] = read();

function read(): Sample[] {
  const samples: Sample[] = [];
  let heading: Omit<Sample, 'sql'> | undefined;
  for (const line of readFileSync(new URL('corpus.sql', import.meta.url), 'utf8').split('\n')) {
    const [, kind, tag, access] = /^-- (\w+) \| (.+) \| (reads|writes)$/.exec(line) ?? [];
    if (kind !== undefined && tag !== undefined) heading = { kind, tag, readOnly: access === 'reads' };
    else if (line !== '' && !line.startsWith('--') && heading) samples.push({ sql: line, ...heading });
  }
  return samples;
}
