// Operators and casts are calls of functions: their class is that of what they call.
import type { FunctionEntry } from './class-list.ts';
import { stricterClass } from './function-class.ts';
import type { FunctionClasses, FunctionIdentity } from './function-classes.ts';

/** The functions of one database, by OID. */
export type FunctionsByOid = Pick<ReadonlyMap<number, FunctionIdentity>, 'get'>;

/** How a cast is done: pg_cast's function, the same bytes, or the text form of one type read by the other. */
export type CastMethod =
  | Readonly<{ method: 'function'; function: number }>
  | Readonly<{ method: 'binary' }>
  | Readonly<{ method: 'text'; output: number; input: number }>;

const sameBytes: FunctionEntry = { class: 'pure', family: 'The same bytes as another type', note: undefined };
const absent: FunctionEntry = { class: 'opaque', family: 'Not in the catalog', note: undefined };

/** The class of a function by its OID alone, as trees name it; opaque where the catalog doesn't have it. */
export function classOfFunction(
  oid: number,
  functions: FunctionsByOid,
  classes: FunctionClasses,
): FunctionEntry {
  const identity = functions.get(oid);
  return identity ? classes.of(identity) : absent;
}

/** `code` is pg_operator.oprcode, and opfuncid in trees. */
export function classOfOperator(
  { code }: Readonly<{ code: number }>,
  functions: FunctionsByOid,
  classes: FunctionClasses,
): FunctionEntry {
  return classOfFunction(code, functions, classes);
}

export function classOfCast(
  cast: CastMethod,
  functions: FunctionsByOid,
  classes: FunctionClasses,
): FunctionEntry {
  switch (cast.method) {
    case 'binary':
      return sameBytes;
    case 'function':
      return classOfFunction(cast.function, functions, classes);
    case 'text': {
      const output = classOfFunction(cast.output, functions, classes);
      const input = classOfFunction(cast.input, functions, classes);
      return stricterClass(input.class, output.class) === input.class ? input : output;
    }
    default:
      return cast satisfies never;
  }
}
