// What many events have in common, written once: its canonical JSON, and the hash that stands for it in each of them.
import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

export type Subject = Readonly<{ json: string; hash: string }>;

/**
 * Costs some microseconds: make it once for what a session or a decision repeats, and keep it.
 *
 * @example subjectOf({ statement: 'SELECT 1', rule: 'default' }).hash
 */
export function subjectOf(value: object): Subject {
  const json = canonicalJson(value);
  return { json, hash: hashOf(json) };
}

/** SHA-256 as events carry it: 43 characters of base64url. */
export const hashOf = (text: string | Buffer): string => hash('sha256', text, 'base64url');
