// Whether a text is something sensitive as a whole, or holds something: for who has to know and replaces nothing.
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

/** The text is one of these, from its first character to its last. */
export function isWholly(text: string, kind: Findable): boolean {
  for (const { from, to } of finders[kind](text)) if (from === 0 && to === text.length) return true;
  return false;
}

/** Somewhere in the text is one of these. */
export function holdsSensitive(text: string, kinds: readonly Findable[]): boolean {
  return kinds.some((kind) => {
    for (const _ of finders[kind](text)) return true;
    return false;
  });
}
