// What the written form of a field in the registry means: as a TypeScript type, and taken apart for the reader.
import { type EnumName, enums } from './enums.ts';
import type { ExpressionTag } from './expressions.ts';

/**
 * The kinds:
 * - `bool`, `int`, `uint`, `oid`, `char` (null for the zero byte), `string` (null where PostgreSQL 15 writes an empty
 *   one), `datum` (a constant's bytes, null for SQL's NULL);
 * - `bitmapset`: the members as written. Those of columns are offset, see `column-set.ts`;
 * - `enum NAME` and `word a|b`: one of a fixed set, the first written as a code;
 * - `node TAGS`, `expr`: one node or null, `!` for never null; `list TAGS`, `exprs`, `rows`: lists, empty for null;
 *   `exprs?` and `strings?` may have null elements;
 * - `strings`, `ints`, `oids`; `grouping`: either integers or grouping sets;
 * - `absent`: always null in a tree that isn't planned.
 */
export type Kind = (typeof kinds)[number];
const kinds = [
  'bool',
  'int',
  'uint',
  'oid',
  'char',
  'string',
  'datum',
  'bitmapset',
  'enum',
  'word',
  'node',
  'node!',
  'expr',
  'expr!',
  'list',
  'exprs',
  'exprs?',
  'rows',
  'strings',
  'strings?',
  'ints',
  'oids',
  'grouping',
  'absent',
] as const;

/** A constant: its length in bytes and the bytes as the server holds them; shorter ones by value come padded to 8. */
export type Datum = Readonly<{ length: number; bytes: Uint8Array }>;

/** The TypeScript type of what a kind reads to; `Nodes` is the map from tag to node. */
type ValueOf<K extends string, Nodes> = K extends `${infer Base} ${'since' | 'until' | 'only'} ${string}`
  ? ValueOf<Base, Nodes> | undefined
  : K extends keyof Simple
    ? Simple[K]
    : K extends keyof Holding<Nodes>
      ? Holding<Nodes>[K]
      : K extends `enum ${infer Name extends EnumName}`
        ? Exclude<(typeof enums)[Name][number], null>
        : K extends `word ${infer Words}`
          ? Alternatives<Words>
          : K extends `node! ${infer Tags}`
            ? OneOf<Tags, Nodes>
            : K extends `node ${infer Tags}`
              ? OneOf<Tags, Nodes> | null
              : K extends `list ${infer Tags}`
                ? readonly OneOf<Tags, Nodes>[]
                : never;

type Simple = {
  bool: boolean;
  int: number;
  uint: number;
  oid: number;
  char: string | null;
  string: string | null;
  datum: Datum | null;
  bitmapset: readonly number[];
  strings: readonly string[];
  'strings?': readonly (string | null)[];
  ints: readonly number[];
  oids: readonly number[];
  absent: null;
};
type Holding<Nodes> = {
  'expr!': OneOf<ExpressionTag, Nodes>;
  expr: OneOf<ExpressionTag, Nodes> | null;
  exprs: readonly OneOf<ExpressionTag, Nodes>[];
  'exprs?': readonly (OneOf<ExpressionTag, Nodes> | null)[];
  rows: readonly (readonly OneOf<ExpressionTag, Nodes>[])[];
  grouping: readonly number[] | readonly OneOf<'GROUPINGSET', Nodes>[];
};
type Alternatives<Text extends string> = Text extends `${infer First}|${infer Rest}`
  ? First | Alternatives<Rest>
  : Text;
type OneOf<Tags extends string, Nodes> = Nodes[Alternatives<Tags> & keyof Nodes];

/** The fields of a tag, taken from the registry's `name: kind` lines. */
export type FieldsOf<Lines extends readonly string[], Nodes> = {
  readonly [Line in Lines[number] as Line extends `${infer Name}: ${string}`
    ? Name
    : never]: Line extends `${string}: ${infer K}` ? ValueOf<K, Nodes> : never;
};

/** One line of the registry, taken apart. */
export type Field = Readonly<{
  name: string;
  /** What stands in the text before the value. */
  prefix: string;
  kind: Kind;
  /** The names behind an enumeration's codes, or a word's alternatives. */
  names: readonly (string | null)[];
  /** The tags that a node or the nodes of a list may have. */
  tags: readonly string[];
  since: number;
  until: number;
}>;

const line =
  /^(?<name>\w+): (?<kind>[a-z]+[!?]?)(?: (?<argument>[\w|]+?))?(?: (?<when>since|until|only) (?<version>\d+))?$/;

/** A line of the registry taken apart; a line that says nothing known is a bug and throws. */
export function parseField(text: string): Field {
  const { name = '', kind, argument = '', when, version } = line.exec(text)?.groups ?? {};
  const known = kinds.find((candidate) => candidate === kind);
  if (known === undefined) throw new Error(`the registry has an unreadable field: ${text}`);
  return {
    name,
    prefix: ` :${name} `,
    kind: known,
    names:
      known === 'enum' ? enums[argument as EnumName] : known === 'word' ? argument.split('|') : ([] as const),
    tags: known.startsWith('node') || known === 'list' ? argument.split('|') : [],
    since: when === 'since' || when === 'only' ? Number(version) : 0,
    until: when === 'until' || when === 'only' ? Number(version) : Number.POSITIVE_INFINITY,
  };
}
