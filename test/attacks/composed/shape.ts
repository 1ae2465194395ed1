// A query under composition: it gives a key `k` and a text `v` in which a protected value stands, in some disguise.

export type Shape = Readonly<{
  sql: string;
  /** `v` is the value and nothing else: what is made of it as a whole can still be foretold. */
  exact: boolean;
  /** What becomes of a value. */
  disguise(value: string): string;
}>;

export type Wrap = Readonly<{
  name: string;
  /** The first version of the server that knows it. */
  since?: number;
  /** It needs `v` to be the value alone. */
  exactOnly?: boolean;
  around(shape: Shape): Shape;
}>;

/** A wrap that leaves the value as it is. */
export const wrap = (
  name: string,
  around: (sql: string) => string,
  more: Partial<Pick<Wrap, 'since'>> = {},
): Wrap => ({ name, ...more, around: (shape) => ({ ...shape, sql: around(shape.sql) }) });

/** A wrap that puts something around the value. */
export const fold = (
  name: string,
  around: (sql: string) => string,
  more: Partial<Pick<Wrap, 'since'>> = {},
): Wrap => ({ name, ...more, around: (shape) => ({ ...shape, sql: around(shape.sql), exact: false }) });

/** A wrap that makes something else of each letter, or of the value as a whole. */
export const change = (
  name: string,
  expression: string,
  image: (value: string) => string,
  more: Partial<Pick<Wrap, 'exactOnly' | 'since'>> = {},
): Wrap => ({
  name,
  ...more,
  around: ({ sql, exact, disguise }) => ({
    sql: `SELECT q.k, ${expression} AS v FROM (${sql}) q`,
    exact,
    disguise: (value) => image(disguise(value)),
  }),
});
