// What a mask is told to do: the rules that decisions carry, and which of two is the stricter.

export type NullMask = Readonly<{ kind: 'null' }>;
export type RedactMask = Readonly<{ kind: 'redact' }>;
export type ConstantMask = Readonly<{ kind: 'constant'; value: string }>;
/** `key` is the id of one of the mask keys, and `purpose` what joins columns that are to have equal tokens. */
export type TokenMask = Readonly<{ kind: 'token'; purpose?: string; key?: string }>;
export type HashMask = Readonly<{ kind: 'hash'; length?: number; purpose?: string; key?: string }>;
export type BucketMask = Readonly<{ kind: 'bucket'; size: number }>;
export type RoundMask = Readonly<{ kind: 'round'; to: number }>;
export type DateUnit = 'century' | 'decade' | 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour';
export type DateTruncMask = Readonly<{ kind: 'date_trunc'; unit: DateUnit }>;
export type JsonMask = Readonly<{ kind: 'json'; paths: readonly string[] }>;
export type Findable = 'ssn' | 'card' | 'email' | 'phone' | 'iban' | 'secret';
export type PatternMask = Readonly<{
  kind: 'pattern';
  pattern?: string;
  find?: readonly Findable[];
  replacement?: string;
}>;
export type EmailMask = Readonly<{ kind: 'email' }>;
export type PartialMask = Readonly<{
  kind: 'partial';
  keep_start?: number;
  keep_end?: number;
  fill?: string;
  keep_format?: boolean;
}>;

export type MaskRule =
  | NullMask
  | RedactMask
  | ConstantMask
  | TokenMask
  | HashMask
  | BucketMask
  | RoundMask
  | DateTruncMask
  | JsonMask
  | PatternMask
  | EmailMask
  | PartialMask;

export type MaskKind = MaskRule['kind'];

/** From the kind that leaves nothing to the one that leaves most. */
export const strictestFirst: readonly MaskKind[] = [
  'null',
  'redact',
  'constant',
  'token',
  'hash',
  'bucket',
  'round',
  'date_trunc',
  'json',
  'pattern',
  'email',
  'partial',
];

/**
 * The rule that holds where several meet on one output. Of two that are of one kind and differ, neither is known to be
 * the stricter: the value is redacted.
 */
export function strictest(rules: readonly MaskRule[]): MaskRule {
  const first = Math.min(...rules.map(({ kind }) => strictestFirst.indexOf(kind)));
  const kind = strictestFirst[first];
  if (kind === undefined) return { kind: 'null' };
  const [rule, ...others] = rules.filter((each) => each.kind === kind);
  if (rule === undefined) return { kind: 'null' };
  return others.every((other) => isSame(rule, other)) ? rule : { kind: 'redact' };
}

/**
 * The rule for an output that isn't a column itself but was computed from it. Whoever chooses the computation chooses
 * what a kind would leave: the last characters of reverse(email) are the first ones of the address.
 */
export function forComputed(rule: MaskRule): MaskRule {
  return rule.kind === 'null' || rule.kind === 'constant' ? rule : { kind: 'redact' };
}

/** Values are equal after the mask where they are equal before it and this is. */
export function purposeOf(rule: TokenMask | HashMask, target: string): string {
  return rule.purpose ?? target;
}

function isSame(one: MaskRule, other: MaskRule): boolean {
  const print = (rule: MaskRule) => JSON.stringify(Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1)));
  return print(one) === print(other);
}
