// Email addresses: what is around an @ and looks like a name and a domain.
import type { Span } from './span.ts';

/** RFC 5321, section 4.5.3.1. */
const longestName = 64;
const longestDomain = 255;
const nameCharacter = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domain = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}/u;

export function* findEmails(text: string): Generator<Span> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let from = at;
    while (from > 0 && at - from < longestName && nameCharacter.test(text[from - 1] ?? '')) from -= 1;
    const after = domain.exec(text.slice(at + 1, at + 1 + longestDomain));
    if (from < at && after !== null) yield { from, to: at + 1 + after[0].length };
  }
}
