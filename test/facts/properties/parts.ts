// What random statements are put together from.

/** Gives two columns, k int and v text, the second made of the labelled value. */
export type Source = Readonly<{ name: string; sql: string }>;

/** A query with the columns k and v, around one that has them. */
export type Wrap = Readonly<{
  name: string;
  /** `view` names a view that doesn't exist yet. */
  wrap(query: string, view: string): string;
  /** What has to be created first. */
  setup?(query: string, view: string): string;
  /** The value is stored on its way: what comes out is another table's. */
  stores?: boolean;
  since?: number;
}>;

/** A whole statement around a query with the columns k and v. */
export type End = Readonly<{
  name: string;
  end(query: string): string;
  /**
   * `output`: the value comes back to the client. `used`: the labelled column has some use; `named`: it is at least
   * named. Anything else says how it is used.
   */
  shows: 'output' | 'write_source' | 'predicate' | 'used' | 'named';
  since?: number;
}>;
