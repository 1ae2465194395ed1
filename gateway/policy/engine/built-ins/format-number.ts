// Numbers as Go's package fmt prints them; undefined for verbs that don't fit.

type NumberVerb = Readonly<{ letter: string; flags: string; precision: number | undefined }>;

const bases: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

export function formatInteger({ letter, flags, precision }: NumberVerb, value: bigint): string | undefined {
  if (letter === 'c' || letter === 'q' || letter === 'U' || letter === 'O') return undefined;
  const base = bases[letter];
  if (base === undefined) return undefined;
  const magnitude = (value < 0n ? -value : value).toString(base).padStart(precision ?? 0, '0');
  const cased = letter === 'X' ? magnitude.toUpperCase() : magnitude;
  return `${signOf(value < 0n, flags)}${flags.includes('#') ? (prefixes[letter] ?? '') : ''}${cased}`;
}

export function formatFloat({ letter, flags, precision }: NumberVerb, value: number): string | undefined {
  const text = floatText(letter, Math.abs(value), precision);
  return text === undefined ? undefined : `${signOf(value < 0, flags)}${text}`;
}

function floatText(letter: string, value: number, precision: number | undefined): string | undefined {
  switch (letter) {
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'e':
      return exponential(value.toExponential(Math.min(precision ?? 6, 100)));
    case 'E':
      return exponential(value.toExponential(Math.min(precision ?? 6, 100))).toUpperCase();
    case 'g':
    case 'v':
      return precision === undefined ? shortest(value) : undefined;
    default:
      return undefined;
  }
}

/** JavaScript would change to exponents above 10^21. */
function fixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(Math.min(precision, 100));
  return BigInt(value).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

/** Go changes to exponents below 10^-4 and from 10^6 on, where the digits are as many as it takes. */
function shortest(value: number): string {
  const text = value.toExponential();
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  return exponent < -4 || exponent >= 6 ? exponential(text) : String(value);
}

/** At least two digits in the exponent. */
const exponential = (text: string) => text.replace(/e([-+])(\d)$/, 'e$10$2');

const signOf = (negative: boolean, flags: string) =>
  negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
