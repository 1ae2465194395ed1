// Kind email: the domain of an address stays, and the first character of a longer name before it.
import type { BaseType } from '../types/column-type.ts';
import { charactersOf, fitText, isText, textMask } from '../types/texts.ts';
import { fixedMask, nullMask, type ValueMask } from '../value-mask.ts';
import { emailWriter } from '../writers/email-writer.ts';

/** Always as many, whatever the name's length. */
const stars = '****';

/** RFC 5321, section 4.5.3.1: 64 bytes before the sign, and 255 after it. */
const longest = 4 * (64 + 1 + 255);
const address = /^([^\s@]{1,64})@((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24})$/u;

export function emailMask(type: BaseType): ValueMask {
  if (!isText(type)) return nullMask;
  const hidden = fitText(type)(stars);
  const mask = textMask(type, maskAddress, { limit: longest, beyond: fixedMask(hidden, hidden) });
  const writer = emailWriter(stars, charactersOf(type));
  return type.name === 'text' || type.name === 'varchar' ? { ...mask, writer: () => writer } : mask;
}

function maskAddress(text: string): string {
  const match = address.exec(text);
  if (match === null) return stars;
  const [, name = '', domain = ''] = match;
  const first = String.fromCodePoint(name.codePointAt(0) ?? 0x2a);
  return `${first === name ? '' : first}${stars}@${domain}`;
}
