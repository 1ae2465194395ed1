// What stopped an attack, as its client sees it, and what may stop attacks of its kind: a crash or a blanket refusal proves nothing.
import type { BackendMessage } from '../support/raw-client.ts';
import type { Attack } from './catalogue.ts';
import { rightForAttack, rightForCategory, rightForSuperuser } from './right-reasons.ts';

/**
 * Rules of the policy by their names; `gateway 22023` and `server 42883` for an error of the gateway's or the server's own,
 * by its SQLSTATE; `withheld 22P02` for an error of the server's whose words were withheld; `masked` for rows in which
 * something is; `answered` for others; `silent`.
 */
export function reasonsOf(messages: readonly BackendMessage[]): readonly string[] {
  const reasons = new Set(messages.flatMap(reasonsIn));
  if (reasons.size === 0) return [messages.some(isRow) ? 'answered' : 'silent'];
  return [...reasons];
}

/** Undefined: one of the reasons is right for the attack, and none of them is wrong for every attack. */
export function wrongReason(
  { id, category, upstream_role }: Attack,
  reasons: readonly string[],
): string | undefined {
  const blanket = reasons.find((reason) => neverRight.some((pattern) => pattern.test(reason)));
  if (blanket !== undefined) return `${blanket} would stop anything`;
  const named = rightForAttack[id] ?? rightForCategory[category];
  if (named === undefined) return `nobody has said what may stop ${category}`;
  const right = upstream_role === 'gw_super' ? [...named, ...rightForSuperuser] : named;
  const isRight = reasons.some((reason) => right.some((pattern) => matches(pattern, reason)));
  return isRight ? undefined : `${reasons.join(', ')}, where ${right.join(', ')} would be right`;
}

/** Who has no role, a policy that says nothing, faults of the gateway's own, and an upstream that is gone. */
const neverRight = [
  /^access\./,
  /^default\./,
  /^gateway (XX|08006|57|58|53)/,
  /^server (XX|57P)/,
  /^withheld (XX|57P)/,
];

/** A pattern that ends in `*` stands for all that begin so. */
const matches = (pattern: string, reason: string): boolean =>
  pattern.endsWith('*') ? reason.startsWith(pattern.slice(0, -1)) : reason === pattern;

function reasonsIn(message: BackendMessage): readonly string[] {
  if (message.type === 'E') return reasonsOfError(message.fields);
  return isMasked(message) ? ['masked'] : [];
}

function reasonsOfError(fields: BackendMessage['fields']): readonly string[] {
  const { M: words = '', C: code = '', R: routine } = fields;
  const [, rule] = /policy rule "([^"]+)"/.exec(words) ?? [];
  const [, others = ''] = /\(Refused as well by ([^)]+)\.\)/.exec(words) ?? [];
  if (rule !== undefined) return [rule, ...others.split(/, | and /).filter((name) => name !== '')];
  if (words.endsWith('the words of the database are withheld')) return [`withheld ${code}`];
  // Only the server says where in its own source an error was raised.
  return [`${routine === undefined ? 'gateway' : 'server'} ${code}`];
}

/** A mask that a type doesn't fit makes NULL of its values, and a document's own null of documents. */
function isMasked(message: BackendMessage): boolean {
  if (message.type === 'D' && message.values.some((value) => value === null || value.equals(jsonNull)))
    return true;
  return isRow(message) && message.body.includes('[redacted]');
}

const jsonNull = Buffer.from('null');
const isRow = ({ type }: BackendMessage): boolean => type === 'D' || type === 'd';
