// What people write into free text and shouldn't have: found, and replaced by a word that says what it was.
import type { Findable } from '../rule.ts';
import { findCards } from './card.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findPhones } from './phone.ts';
import { findSecrets } from './secret.ts';
import type { Span } from './span.ts';
import { findSsns } from './ssn.ts';

const finders: Readonly<Record<Findable, (text: string) => Iterable<Span>>> = {
  ssn: findSsns,
  card: findCards,
  email: findEmails,
  phone: findPhones,
  iban: findIbans,
  secret: findSecrets,
};

type Found = Span & Readonly<{ kind: Findable }>;

/** Where two overlap, all that either covers is replaced. */
export function findSensitive(text: string, kinds: readonly Findable[], replacement?: string): string {
  const found: Found[] = [];
  for (const kind of kinds) {
    for (const span of finders[kind](text)) found.push({ ...span, kind });
  }
  if (found.length === 0) return text;
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  let out = '';
  let written = 0;
  for (const { from, to, kind } of found) {
    if (from >= written) out += text.slice(written, from) + (replacement ?? `[${kind}]`);
    written = Math.max(written, to);
  }
  return out + text.slice(written);
}
