// Operators, functions and types whose constants say nothing of what a statement touches.
//
// Names are all that there is before the server has resolved them. What isn't on these lists keeps every constant of
// its arguments: they may name a sequence, a file or a setting, be SQL themselves, or be the key of a JSON member.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const comparisons = words('= <> < > <= >= ~~ !~~ ~~* !~~* ~ !~ ~* !~*');

/** Without -> and its like, and without @> and ?: their constants are keys of JSON. */
export const arithmetic = words('+ - * / % ||');

/** Functions of pg_catalog only, called with or without its name; none with an argument of a reg… type or regconfig. */
const functions = words(`
  lower upper initcap length char_length character_length octet_length bit_length reverse
  substr substring left right trim btrim ltrim rtrim lpad rpad replace translate repeat overlay
  position strpos split_part starts_with concat concat_ws md5 ascii chr
  like_escape similar_to_escape regexp_replace regexp_match regexp_matches regexp_split_to_table
  regexp_split_to_array string_to_array array_to_string
  abs mod round trunc ceil ceiling floor sqrt power exp ln log sign div width_bucket
  date_trunc date_part date_bin extract timezone age to_char to_date to_timestamp to_number overlaps
  make_date make_time make_timestamp make_interval
  count sum avg min max bool_and bool_or every string_agg array_agg
  generate_series array_length array_lower array_upper array_position array_append array_prepend array_remove
  encode decode
`);

const types = words(`
  int2 int4 int8 numeric float4 float8 money text varchar bpchar date time timetz timestamp timestamptz interval
  uuid bytea inet cidr macaddr json jsonb
`);

type NameParts = readonly Readonly<{ String?: { sval?: string } }>[];

/** The name, when it has no schema or that of the server's own objects. */
export function plainName(parts: NameParts | undefined): string | undefined {
  if (parts === undefined) return undefined;
  if (parts.length === 1) return parts[0]?.String?.sval;
  return parts.length === 2 && parts[0]?.String?.sval === 'pg_catalog' ? parts[1]?.String?.sval : undefined;
}

/**
 * Whether a shape may leave out constants that are arguments of a function with that name. A function of somebody's
 * own may bear it too: facts that name one aren't to be shared by shape.
 */
export const hasFreeArguments = (functionName: string): boolean => functions.has(functionName);

export const hasFreeText = (typeName: string): boolean => types.has(typeName);
