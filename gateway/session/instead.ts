// What the server is sent in the place of what the guard answers itself: rows, formats and the transaction stay its own.
import { serialize } from 'pg-protocol';
import { type BindValues, encodeMessage, frontend } from '../wire/index.ts';
import type { PreparedStatement } from './named.ts';
import { ParsedText } from './parsed-text.ts';
import { traitsOf } from './text-traits.ts';

/** None of them changes anything at the server. */
export type Instead =
  | Readonly<{ of: 'query'; text: string }>
  /** Its last parameter is the gateway's own, with the rows: the client is told of those before it. */
  | Readonly<{ of: 'parse'; text: string; parameterTypes: readonly number[] }>
  /** The value of that parameter, as text. */
  | Readonly<{ of: 'bind'; value: string }>;

/** What the server keeps under the name, beside what the client asked for. */
export function preparedInstead(
  asked: PreparedStatement,
  { text, parameterTypes }: Extract<Instead, { of: 'parse' }>,
): PreparedStatement {
  const parsed = new ParsedText(text);
  const { name } = asked;
  return { name, text, wholeText: text, parameterTypes, traits: traitsOf(text), parsed, hints: 0, asked };
}

export const parseInstead = ({ name, text, parameterTypes }: PreparedStatement): Buffer =>
  serialize.parse({ name, text, types: [...(parameterTypes ?? [])] });

/** `names`: those of the portal and the statement, as the client sent them. */
export function bindInstead(names: Buffer, given: BindValues, value: string): Buffer {
  const { parameterFormats: formats, parameters, resultFormats } = given;
  const own = formats.length === 1 ? parameters.map(() => formats[0] as number) : formats;
  const allFormats = formats.length === 0 ? formats : [...own, TEXT_FORMAT];
  const values = [...parameters, Buffer.from(value)];
  return encodeMessage(
    frontend.bind,
    Buffer.concat([
      names,
      ...int16s(allFormats),
      int16(values.length),
      ...values.flatMap(lengthAndBytes),
      ...int16s(resultFormats),
    ]),
  );
}

/** A ParameterDescription, from its count on, without the last of them. */
export function withoutLastParameter(body: Buffer): Buffer {
  const count = body.readUInt16BE(0) - 1;
  return Buffer.concat([int16(count), body.subarray(2, 2 + count * 4)]);
}

const TEXT_FORMAT = 0;

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const int16s = (values: readonly number[]): readonly Buffer[] => [int16(values.length), ...values.map(int16)];

function lengthAndBytes(value: Buffer | null): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeInt32BE(value?.length ?? -1);
  return value === null ? [length] : [length, value];
}
