// What a check came to: the same both ways, different through the gateway, or wrong already without it.

import { isDeepStrictEqual } from 'node:util';
import type { Check } from './checklist.ts';
import type { Outcome } from './program.ts';

export type Verdict = Readonly<{
  verdict: 'same' | 'differs' | 'known' | 'fails' | 'skipped';
  /** For people: what was expected and what came. */
  detail?: string;
}>;

const missing: Outcome = { kind: 'failed', got: 'the program ended before this check' };

export function compare(check: Check, direct = missing, gateway = missing): Verdict {
  if (direct.kind === 'skipped') return { verdict: 'skipped', detail: direct.reason };
  if (direct.kind === 'failed') return { verdict: 'fails', detail: `direct: ${show(direct.got)}` };
  // A null is a client's way to say that it can't put the answer into the checklist's words.
  if (check.want !== undefined && direct.got !== null && !isDeepStrictEqual(direct.got, check.want)) {
    return { verdict: 'fails', detail: `direct: ${show(direct.got)}, expected ${show(check.want)}` };
  }
  if (isDeepStrictEqual(direct, gateway)) return { verdict: 'same' };
  if (check.known !== undefined && gateway.kind === 'done') return { verdict: 'known', detail: check.known };
  return { verdict: 'differs', detail: `direct: ${describe(direct)}; gateway: ${describe(gateway)}` };
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return outcome.seen === null ? show(outcome.got) : `${show(outcome.got)}, seen ${show(outcome.seen)}`;
    case 'failed':
      return `failed: ${show(outcome.got)}`;
    case 'skipped':
      return `skipped: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 700 ? `${text.slice(0, 700)}…` : text;
}
