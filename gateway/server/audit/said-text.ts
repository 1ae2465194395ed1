// What is recorded of a statement's text: as it is, or with a class in the place of whatever may be a value in it.
import { findSensitive } from '../../mask/index.ts';
import { type LiteralKind, mapLiterals } from '../../sql/index.ts';

/**
 * `plain`: nothing of it is labelled. `labelled`: its constants may be values of labelled columns. `unread`: nobody knows
 * what it touches, or it is no SQL at all.
 */
export type Standing = 'plain' | 'labelled' | 'unread';

/** Longer texts are cut. */
const TEXT_MOST = 32_768;

/**
 * Words beside which constants are often passwords, keys or the like, whatever they are labelled. What EXECUTE hands over
 * goes to a text that stands elsewhere.
 */
const confiding =
  /passw|pwd|secret|token|credential|api_?key|private_?key|connection|user\s+mapping|options\s*\(|dblink|pgp_|crypt|hmac|\bexecute\b/i;

const classes: Readonly<Record<LiteralKind, string>> = {
  text: '{text}',
  number: '{number}',
  comment: '{comment}',
  name: '{name}',
  rest: '{rest}',
};

/** `hidesValues`: no constant is left in it, and of its parameters nothing may be read either. */
export type SaidText = Readonly<{ text: string; hidesValues: boolean }>;

export function saidText(text: string, standing: Standing): SaidText {
  // What is cut off counts as well.
  const as = standing === 'plain' && confiding.test(text) ? 'labelled' : standing;
  const whole = text.length > TEXT_MOST ? text.slice(0, TEXT_MOST) : text;
  const said = withoutValues(whole, as);
  return {
    text: whole === text ? said : `${said}… (${text.length} characters in all)`,
    hidesValues: as !== 'plain',
  };
}

function withoutValues(text: string, standing: Standing): string {
  switch (standing) {
    case 'plain':
      return mapLiterals(text, (literal) => withoutSecrets(literal));
    case 'labelled':
      return mapLiterals(text, (literal, kind) =>
        kind === 'name' ? withoutSecrets(literal) : classes[kind],
      );
    case 'unread':
      // What should have been in quotes may stand without.
      return withoutSecrets(mapLiterals(text, (_, kind) => classes[kind]));
    default:
      return standing satisfies never;
  }
}

const everything = ['secret', 'ssn', 'card', 'email', 'phone', 'iban'] as const;

/** What looks like a password, a key, an address or a number of somebody's, wherever it stands. */
export const withoutSecrets = (text: string): string =>
  isHarmless(text) ? text : findSensitive(text, everything);

/** Shorter ones are none of these. */
export const SHORTEST = 6;
const SHORT = 20;
/** A social security number has nine digits, and whatever else is looked for has more. */
export const FEWEST_DIGITS = 7;
export const LONGEST_WORD = 9;

/** Most values are short, and looking for everything takes longer than all else that is done with them. */
function isHarmless(text: string): boolean {
  const { length } = text;
  if (length < SHORTEST) return true;
  if (length > SHORT) return false;
  let digits = 0;
  let word = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits += 1;
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    word = isLetter || (code >= 0x30 && code <= 0x39) || code === 0x5f ? word + 1 : 0;
    if (code > 0x7e || code === 0x40 || code === 0x3a || code === 0x3d || word > LONGEST_WORD) return false;
  }
  return digits < FEWEST_DIGITS && !text.includes(' is ');
}
