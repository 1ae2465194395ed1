// Whether an attack worked, and what stopped it when it didn't.
import type { BackendMessage } from '../support/raw-client.ts';
import type { Attack } from './catalogue.ts';
import { reasonsOf, wrongReason } from './reasons.ts';

export type Verdict = Readonly<{
  verdict: 'stopped' | 'stopped for another reason' | 'leaked' | 'changed' | 'broke the gateway';
  by: readonly string[];
  why: string;
}>;

export type Evidence = Readonly<{
  /** Of all connections, in the order of each. */
  messages: readonly BackendMessage[];
  milliseconds: number;
  /** What `must_not_change` gave afterwards. */
  found: string | null | undefined;
  isAlive: boolean;
  /** The gateway is ours, whose reasons are known. */
  isOurs: boolean;
  fillIn(text: string): string;
}>;

export function judge(attack: Attack, evidence: Evidence): Verdict {
  const by = reasonsOf(evidence.messages);
  const leak = leakIn(attack, evidence);
  if (leak !== undefined) return { verdict: 'leaked', by, why: leak };
  const { must_not_change: wanted } = attack;
  if (wanted !== undefined && evidence.found !== wanted.expected)
    return { verdict: 'changed', by, why: `${wanted.sql} gave ${evidence.found}, not ${wanted.expected}` };
  if (!evidence.isAlive)
    return { verdict: 'broke the gateway', by, why: 'nobody else was served afterwards' };
  const wrong = evidence.isOurs ? wrongReason(attack, by) : undefined;
  return { verdict: wrong === undefined ? 'stopped' : 'stopped for another reason', by, why: wrong ?? '' };
}

function leakIn(
  { leaks_if, leak_oracle }: Attack,
  { messages, milliseconds, fillIn }: Evidence,
): string | undefined {
  if (leak_oracle !== undefined && milliseconds >= leak_oracle.min_elapsed_ms)
    return `it took ${Math.round(milliseconds)} ms`;
  if (leaks_if === undefined) return undefined;
  const pattern = patternOf(fillIn(leaks_if));
  const telling = messages.find(
    (message) => !'RKZ'.includes(message.type) && pattern.test(searched(message)),
  );
  return telling && `${kinds[telling.type] ?? `a message ${telling.type}`} matches ${leaks_if}`;
}

const kinds: Readonly<Record<string, string>> = {
  D: 'a row',
  E: 'an error',
  N: 'a notice',
  T: 'the names of the columns',
  d: 'copied data',
  C: 'a command tag',
};

/** The flags that stand in a pattern itself, as other languages write them, stand beside it here. */
export function patternOf(text: string): RegExp {
  const [, flags = '', rest = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
  return new RegExp(rest, flags);
}

/** A row's values stand on lines of their own. */
export function searched(message: BackendMessage): string {
  if (message.type !== 'D') return message.body.toString('latin1');
  return message.values.map((value) => value?.toString('latin1') ?? '').join('\n');
}
