// Catalogues of attacks and of honest work that lie outside the project: read where an option names them.
import { readFile } from 'node:fs/promises';

export type Step = Readonly<{
  op: string;
  conn?: string;
  sql?: string;
  sql_hex?: string;
  sql_gen?: Readonly<{ prefix: string; repeat: string; times: number; suffix: string }>;
  name?: string;
  stmt?: string;
  portal?: string;
  params?: readonly unknown[];
  data?: string;
}>;

export type Item = Readonly<{
  id: string;
  title: string;
  steps: readonly Step[];
  confirmed?: boolean;
  gateway_only?: boolean;
  profile?: string;
  upstream_role?: string;
  /** What an answer has when the attack succeeds. */
  leaks_if?: string;
  must_not_change?: unknown;
}>;

export type Catalogue = Readonly<{
  items: readonly Item[];
  /** Columns that nobody may see, as "schema.relation.column". */
  mask: readonly string[];
  /** Schemas that are closed altogether. */
  closedSchemas: readonly string[];
}>;

export async function readCatalogue(file: string): Promise<Catalogue> {
  const document = JSON.parse(await readFile(file, 'utf8')) as {
    attacks?: Item[];
    items?: Item[];
    policy_profile?: { mask?: string[]; deny_schemas?: string[] };
  };
  return {
    items: document.attacks ?? document.items ?? [],
    mask: document.policy_profile?.mask ?? [],
    closedSchemas: document.policy_profile?.deny_schemas ?? [],
  };
}

export function textOf({ sql, sql_hex, sql_gen }: Step): string | undefined {
  if (sql !== undefined) return sql;
  if (sql_gen !== undefined) return sql_gen.prefix + sql_gen.repeat.repeat(sql_gen.times) + sql_gen.suffix;
  return sql_hex === undefined ? undefined : Buffer.from(sql_hex, 'hex').toString('utf8');
}
