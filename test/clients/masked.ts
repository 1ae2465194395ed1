// Masked values in each driver's own format: what it reads through masks is what it reads where they are stored so.

import { isDeepStrictEqual } from 'node:util';
import type { Client } from './clients.ts';
import type { Verdict } from './compare.ts';
import { type Outcome, runProgram } from './program.ts';
import type { Target } from './targets.ts';

/** Casts dates and arrays to text, and what is computed from a masked value is redacted. */
const castingClients: ReadonlySet<string> = new Set(['postgres-js']);

/** By the checks that read every type: what they have sent back isn't compared, as it isn't what is stored. */
const checks = { types_text: 'masked_text', types_binary: 'masked_binary' } as const;

export const maskedChecks = [
  { name: 'masked_text', about: '16 types masked, and read as text' },
  { name: 'masked_binary', about: 'the same in binary' },
] as const;

export async function tryMasked(
  client: Client,
  { stored, masked }: Readonly<{ stored: Target; masked: Target }>,
): Promise<ReadonlyMap<string, Verdict>> {
  const names = Object.keys(checks);
  if (castingClients.has(client.name)) {
    const skipped: Verdict = { verdict: 'skipped', detail: 'it reads some types by a cast' };
    return new Map(maskedChecks.map(({ name }) => [name, skipped]));
  }
  const [want, got] = [await runProgram(client, stored, names), await runProgram(client, masked, names)];
  return new Map(
    Object.entries(checks).map(([check, name]) => [
      name,
      compareSeen(want.outcomes.get(check), got.outcomes.get(check)),
    ]),
  );
}

function compareSeen(stored: Outcome | undefined, masked: Outcome | undefined): Verdict {
  if (stored?.kind === 'skipped') return { verdict: 'skipped', detail: stored.reason };
  if (stored?.kind !== 'done') return { verdict: 'fails', detail: `stored: ${JSON.stringify(stored)}` };
  if (stored.seen === null) return { verdict: 'skipped', detail: 'the client shows no values' };
  const seen = masked?.kind === 'done' ? masked.seen : masked;
  if (isDeepStrictEqual(stored.seen, seen)) return { verdict: 'same' };
  return {
    verdict: 'differs',
    detail: `stored: ${JSON.stringify(stored.seen)}; masked: ${JSON.stringify(seen)}`,
  };
}
