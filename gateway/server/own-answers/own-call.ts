// Statements that the gateway answers itself, recognised by their parse tree: one call of one of its functions, alone.
import type { Statement } from '../../session/index.ts';
import { textTypeNamed } from './text-types.ts';

export type OwnCall = Readonly<{
  name: OwnFunction;
  /** By the parameter's name. */
  given: Readonly<Record<string, string | Placeholder>>;
}>;

/** `$1`, with the object id of the type that it is cast to, if any. */
export type Placeholder = Readonly<{ number: number; cast: number | undefined }>;

/** What can't be read as a call, in words. */
export type Misuse = Readonly<{ misuse: string }>;

const parameters = {
  my_access: [],
  request_access: ['rights', 'duration', 'reason'],
  why: ['decision_id'],
} as const;

export type OwnFunction = keyof typeof parameters;

/** Longer texts are no such call: looking would cost more than it finds. */
const TEXT_MOST = 10_000;

export const mayBeOwnCall = (text: string): boolean =>
  text.length <= TEXT_MOST && text.includes('portcullis.');

/** Undefined where it is something else, which the database may answer. */
export function ownCallOf(parsed: ReturnType<Statement['parsed']>): OwnCall | Misuse | undefined {
  if (!Array.isArray(parsed)) return undefined;
  const [only, another] = parsed as readonly Readonly<{ type: string; node: unknown }>[];
  const call = only && (only.type === 'CallStmt' ? member(only.node, 'funccall') : selectedFrom(only));
  const name = nameOf(call);
  if (name === undefined) return undefined;
  if (another !== undefined) return { misuse: 'it stands with other statements in one text' };
  return argumentsOf(name, (member(call, 'args') ?? []) as readonly unknown[]);
}

/** The call of `SELECT * FROM call`, without anything else. */
function selectedFrom({ type, node }: Readonly<{ type: string; node: unknown }>): unknown {
  if (type !== 'SelectStmt') return undefined;
  const { targetList, fromClause, limitOption, op, ...more } = node as Record<string, unknown>;
  const plain =
    Object.keys(more).length === 0 && op === 'SETOP_NONE' && limitOption === 'LIMIT_OPTION_DEFAULT';
  const [target, ...targets] = (targetList ?? []) as readonly unknown[];
  const fields = member(member(member(member(target, 'ResTarget'), 'val'), 'ColumnRef'), 'fields');
  const isStar = Array.isArray(fields) && fields.length === 1 && member(fields[0], 'A_Star') !== undefined;
  const [from, ...others] = (fromClause ?? []) as readonly unknown[];
  const functions = member(from, 'RangeFunction');
  const isAlone = targets.length === 0 && others.length === 0 && Object.keys(functions ?? {}).length === 1;
  if (!plain || !isStar || !isAlone) return undefined;
  const [list, ...lists] = (member(functions, 'functions') ?? []) as readonly unknown[];
  if (lists.length > 0) return undefined;
  const [call] = (member(member(list, 'List'), 'items') ?? []) as readonly unknown[];
  return member(call, 'FuncCall');
}

function nameOf(call: unknown): OwnFunction | undefined {
  const names = member(call, 'funcname');
  if (!Array.isArray(names) || names.length !== 2) return undefined;
  const [schema, name] = names.map((each) => member(member(each, 'String'), 'sval'));
  if (schema !== 'portcullis' || typeof name !== 'string') return undefined;
  return Object.hasOwn(parameters, name) ? (name as OwnFunction) : undefined;
}

function argumentsOf(name: OwnFunction, args: readonly unknown[]): OwnCall | Misuse {
  const known: readonly string[] = parameters[name];
  const given: Record<string, string | Placeholder> = {};
  for (const [at, argument] of args.entries()) {
    const named = member(argument, 'NamedArgExpr');
    const parameter = named === undefined ? known[at] : String(member(named, 'name'));
    const value = argumentIn(named === undefined ? argument : member(named, 'arg'));
    if (parameter === undefined || !known.includes(parameter))
      return { misuse: `it takes ${known.length === 0 ? 'no arguments' : known.join(', ')}` };
    if (value === undefined) return { misuse: `${parameter} is no text constant` };
    given[parameter] = value;
  }
  const missing = known.find((parameter) => given[parameter] === undefined);
  return missing === undefined ? { name, given } : { misuse: `${missing} is missing` };
}

/** Of a text constant or a parameter, cast to a type of text or not. */
function argumentIn(argument: unknown): string | Placeholder | undefined {
  const cast = member(argument, 'TypeCast');
  const type = cast === undefined ? undefined : castTo(member(cast, 'typeName'));
  if (cast !== undefined && type === undefined) return undefined;
  const plain = cast === undefined ? argument : member(cast, 'arg');
  const number = member(member(plain, 'ParamRef'), 'number');
  if (typeof number === 'number') return { number, cast: type };
  const constant = member(member(member(plain, 'A_Const'), 'sval'), 'sval');
  return typeof constant === 'string' ? constant : undefined;
}

/** `text`, `pg_catalog.text`: as a name, without a length or brackets. */
function castTo(typeName: unknown): number | undefined {
  const names = member(typeName, 'names');
  const isPlain = member(typeName, 'typmods') === undefined && member(typeName, 'arrayBounds') === undefined;
  if (!Array.isArray(names) || !isPlain) return undefined;
  const words = names.map((each) => member(member(each, 'String'), 'sval'));
  const [name, schema = 'pg_catalog'] = words.reverse();
  return schema === 'pg_catalog' ? textTypeNamed(name) : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
