// Rego's `sprintf`: the verbs of Go's package fmt, for the three kinds of values that OPA hands it.
//
// OPA hands over whole numbers as integers, other numbers as floats, strings as they are, and everything else as the
// text that Rego would print.
import { formatFloat, formatInteger } from './format-number.ts';
import { readArray, readString, type Value } from './value-text.ts';

/** Go would pad to millions of characters. */
const longest = 1000;

type Verb = Readonly<{
  letter: string;
  flags: string;
  width: number;
  precision: number | undefined;
}>;

const verbPattern = /%([-+# 0]*)(\d+)?(?:\.(\d*))?([^\d.])?/gsu;

/** Throws where a value isn't of a fitting type, or a width is too large: then there is no decision. */
export function sprintf(formatText: string, valuesText: string): string {
  const format = readString(formatText);
  const values = readArray(valuesText);
  if (format === undefined || values === undefined) throw new Error('sprintf needs a string and an array');
  let next = 0;
  const text = format.replace(verbPattern, (_, flags: string, width, precision, letter?: string) => {
    if (letter === undefined) return '%!(NOVERB)';
    if (letter === '%') return '%';
    const value = values[next++];
    if (value === undefined) return `%!${letter}(MISSING)`;
    const verb: Verb = {
      letter,
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
    };
    if (verb.width > longest || (verb.precision ?? 0) > longest)
      throw new Error(`sprintf pads to ${longest} characters at most`);
    return format1(verb, value);
  });
  return next < values.length ? text + extra(values.slice(next)) : text;
}

const extra = (values: readonly Value[]) =>
  `%!(EXTRA ${values.map((value) => `${typeOf(value)}=${plain(value)}`).join(', ')})`;

function format1(verb: Verb, value: Value): string {
  if (value.kind !== 'number') return formatText(verb, value.kind === 'string' ? value.value : value.text);
  const type = typeOf(value);
  const digits =
    type === 'float64' ? formatFloat(verb, Number(value.text)) : formatInteger(verb, toInteger(value.text));
  if (digits === undefined) return `%!${verb.letter}(${type}=${plain(value)})`;
  const padWithZeros = verb.flags.includes('0') && !verb.flags.includes('-');
  if (!padWithZeros) return pad(verb, digits);
  const sign = /^[-+ ]/.exec(digits)?.[0] ?? '';
  return sign + digits.slice(sign.length).padStart(verb.width - sign.length, '0');
}

function formatText(verb: Verb, text: string): string {
  const cut = verb.precision === undefined ? text : [...text].slice(0, verb.precision).join('');
  switch (verb.letter) {
    case 's':
    case 'v':
      return pad(verb, verb.letter === 'v' && verb.flags.includes('#') ? JSON.stringify(cut) : cut);
    case 'q':
      return pad(verb, JSON.stringify(cut));
    case 'x':
    case 'X': {
      const hex = Buffer.from(cut).toString('hex');
      return pad(verb, verb.letter === 'X' ? hex.toUpperCase() : hex);
    }
    default:
      return `%!${verb.letter}(string=${text})`;
  }
}

function pad({ flags, width }: Verb, text: string): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  const filling = (flags.includes('0') && !flags.includes('-') ? '0' : ' ').repeat(missing);
  return flags.includes('-') ? text + filling : filling + text;
}

/** Whole numbers are integers for OPA only where they are written as such. */
const isInteger = (text: string) => /^-?\d+$/.test(text);

function toInteger(text: string): bigint {
  return BigInt(text);
}

function typeOf(value: Value): string {
  if (value.kind !== 'number') return 'string';
  if (!isInteger(value.text)) return 'float64';
  return BigInt.asIntN(64, BigInt(value.text)) === BigInt(value.text) ? 'int64' : '*big.Int';
}

function plain(value: Value): string {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'other' || isInteger(value.text)) return value.text;
  return formatFloat({ letter: 'v', flags: '', precision: undefined }, Number(value.text)) ?? value.text;
}
