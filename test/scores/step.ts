// The steps of which attacks and honest work are made: what is sent on which connection, and what happens beside it.

type OnConnection = Readonly<{
  /** The connection's name; absent: `main`. */
  conn?: string;
  /** The next step doesn't wait for the answer. */
  pipeline?: boolean;
  nowait?: boolean;
}>;

export type StatementText = Readonly<{
  sql?: string;
  sql_hex?: string;
  sql_gen?: Readonly<{ prefix: string; repeat: string; times: number; suffix: string }>;
}>;

export type Parameter = string | null | Readonly<{ t: string }> | Readonly<{ hex: string }>;

export type QueryStep = OnConnection & StatementText & Readonly<{ op: 'query' }>;
export type ParseStep = OnConnection &
  StatementText &
  Readonly<{ op: 'parse'; name?: string; types?: readonly number[] }>;
export type BindStep = OnConnection &
  Readonly<{
    op: 'bind';
    portal?: string;
    stmt?: string;
    params?: readonly Parameter[];
    /** Formats of the parameters. */
    pf?: readonly number[];
    /** Formats of the result's columns, by either name. */
    rf?: readonly number[];
    result_formats?: readonly number[];
  }>;

export type Step =
  | QueryStep
  | ParseStep
  | BindStep
  | (OnConnection & Readonly<{ op: 'describe' | 'close'; kind: 'S' | 'P'; name?: string }>)
  | (OnConnection & Readonly<{ op: 'execute'; portal?: string; max?: number }>)
  | (OnConnection & Readonly<{ op: 'sync' | 'flush' | 'copydone' | 'drain' | 'wait' | 'cancel' }>)
  | (OnConnection & Readonly<{ op: 'rawconnect' }>)
  | (OnConnection & Readonly<{ op: 'copydata'; data: string }>)
  | (OnConnection & Readonly<{ op: 'fcall'; function: string; args?: readonly (string | null)[] }>)
  | (OnConnection & Readonly<{ op: 'connect'; params?: Readonly<Record<string, string>> }>)
  | (OnConnection & Readonly<{ op: 'raw'; hex: string }>)
  | (OnConnection & Readonly<{ op: 'read'; ms?: number }>)
  | Readonly<{ op: 'admin'; sql: string }>
  | Readonly<{ op: 'gateway'; event: string }>;

/** The bytes of a statement's text: some aren't UTF-8, on purpose. */
export function textOf({ sql, sql_hex, sql_gen }: StatementText): Buffer {
  if (sql_hex !== undefined) return Buffer.from(sql_hex, 'hex');
  if (sql_gen !== undefined)
    return Buffer.from(sql_gen.prefix + sql_gen.repeat.repeat(sql_gen.times) + sql_gen.suffix);
  return Buffer.from(sql ?? '');
}

/** Every text that the steps send, to look for words in. */
export function textsOf(steps: readonly Step[]): string {
  return steps
    .map((step) => (step.op === 'query' || step.op === 'parse' ? textOf(step).toString('latin1') : ''))
    .join('\n');
}
