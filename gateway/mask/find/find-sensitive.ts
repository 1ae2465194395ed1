// What people write into free text and shouldn't have: found, and replaced by a word that says what it was.
import type { Findable } from '../rule.ts';
import { findCards } from './card.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findPhones } from './phone.ts';
import { withPlainCharacters } from './plain-characters.ts';
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

/** Most texts have no number that is long enough to be one of these. */
const numbers: ReadonlySet<Findable> = new Set(['ssn', 'card', 'phone', 'iban']);
const fewestDigits = 7;
/** a@b.de */
const shortest = 6;

type Found = Span & Readonly<{ kind: Findable }>;

/** Where two overlap, all that either covers is replaced. */
export function findSensitive(text: string, kinds: readonly Findable[], replacement?: string): string {
  if (text.length < shortest) return text;
  const found: Found[] = [];
  const plain = withPlainCharacters(text);
  const hasNumbers = hasLongNumber(plain);
  for (const kind of kinds) {
    if (numbers.has(kind) && !hasNumbers) continue;
    for (const span of finders[kind](plain)) found.push({ ...span, kind });
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

function hasLongNumber(text: string): boolean {
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39 && ++digits === fewestDigits) return true;
  }
  return false;
}
