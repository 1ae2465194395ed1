// What a value that a statement compares with is, once its parameters are known.
import type { Statement } from '../../session/index.ts';
import type { ComparedValue } from '../../sql/index.ts';
import { binaryElements, textElements } from './array-elements.ts';

type Parameter = Readonly<{ bytes: Buffer; isBinary: boolean }>;

/** Undefined: nobody can tell. NULL is equal to nothing, and tells nothing. */
export function probedValues(value: ComparedValue, statement: Statement): readonly string[] | undefined {
  switch (value.kind) {
    case 'constant':
      return [asBytes(value.text)];
    case 'array':
      return textElements(value.text)?.map(asBytes);
    case 'parameter': {
      const parameter = parameterOf(value.number, statement);
      if (parameter === null) return [];
      if (parameter === undefined) return undefined;
      const { bytes, isBinary } = parameter;
      if (!value.several) return [bytes.toString('latin1')];
      return isBinary ? binaryElements(bytes) : textElements(bytes.toString('utf8'))?.map(asBytes);
    }
    case 'computed': {
      const parameters = value.parameters.map((each) => parameterOf(each, statement));
      if (parameters.includes(undefined)) return undefined;
      const given = parameters.map((each) => each?.bytes.toString('latin1') ?? null);
      return [JSON.stringify([value.text, given])];
    }
    default:
      return value satisfies never;
  }
}

/** A text has the same bytes wherever it stands, and whatever format it is sent in. */
const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Null for NULL; undefined where it isn't known. */
function parameterOf(number: number, statement: Statement): Parameter | null | undefined {
  const given = statement.values();
  const bytes = given?.parameters[number - 1];
  if (given === undefined || bytes === undefined) return undefined;
  const { parameterFormats: formats } = given;
  const format = formats.length === 1 ? formats[0] : formats[number - 1];
  return bytes === null ? null : { bytes, isBinary: format === 1 };
}
