// The arguments of a prepared call, from the parameters that it is bound to.
import type { BindValues } from '../../wire/index.ts';
import type { Misuse, OwnCall, Placeholder } from './own-call.ts';
import { isTextType, textTypes, UNKNOWN_TYPE } from './text-types.ts';

const BINARY = 1;

/** Behind the largest there is room for one more. */
const PARAMETERS_MOST = 100;

/** Of each parameter of a Parse: where the client leaves it open, as it is cast, or text. */
export function typesOf(call: OwnCall, named: readonly number[]): readonly number[] | Misuse {
  const places = Object.values(call.given).filter((each): each is Placeholder => typeof each !== 'string');
  const count = Math.max(named.length, ...places.map(({ number }) => number));
  if (count > PARAMETERS_MOST) return { misuse: 'it has too many parameters' };
  const types = Array.from({ length: count }, (_, at) => {
    const place = places.find(({ number }) => number === at + 1);
    const isOpen = named[at] === undefined || named[at] === 0 || named[at] === UNKNOWN_TYPE;
    return isOpen ? (place?.cast ?? textTypes.text) : (named[at] as number);
  });
  const other = places.find(({ number }) => !isTextType(types[number - 1] ?? 0));
  return other === undefined ? types : { misuse: `$${other.number} is no text` };
}

/** `types`: as `typesOf` has given them. */
export function boundTo(
  { name, given }: OwnCall,
  types: readonly number[],
  values: BindValues | undefined,
): Readonly<Record<string, string>> | Misuse {
  if (values === undefined) return { misuse: 'its parameters cannot be read' };
  if (values.parameters.length !== types.length)
    return { misuse: `${name} was prepared with ${types.length} parameters` };
  const bound: Record<string, string> = {};
  for (const [parameter, value] of Object.entries(given)) {
    const text = typeof value === 'string' ? value : textOf(value.number - 1, types, values);
    if (text === undefined) return { misuse: `${parameter} is no text` };
    bound[parameter] = text;
  }
  return bound;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined for NULL, and for what is no text. */
function textOf(
  at: number,
  types: readonly number[],
  { parameters, parameterFormats: formats }: BindValues,
): string | undefined {
  const bytes = parameters[at] ?? null;
  if (bytes === null) return undefined;
  const format = formats.length === 1 ? formats[0] : formats[at];
  if (types[at] === textTypes.uuid && format === BINARY) return uuidOf(bytes);
  if (bytes.includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const uuidOf = (bytes: Buffer): string | undefined =>
  bytes.length === 16
    ? bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    : undefined;
