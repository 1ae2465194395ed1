// The options that both scores have.
import { parseArgs } from 'node:util';
import type { PostgresVersion } from '../support/postgres-binaries.ts';

export type ScoreOptions = Readonly<{
  only: ReadonlySet<string>;
  catalogue: string;
  version: PostgresVersion;
}>;

const usage = `[--only ID,…]… [--catalogue FILE] [--postgres 15|18] [--json FILE]

  --only       the items with these ids
  --catalogue  another catalogue in the same form, in the same database
  --postgres   the version of the server; 15 where it is installed, else the bundled 18
  --json       writes what each item came to into this file, too`;

/** Undefined where only the usage was asked for. */
export function readScoreOptions(lane: string, catalogue: string): ScoreOptions | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      catalogue: { type: 'string', default: catalogue },
      postgres: { type: 'string', default: '15' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(`${lane} ${usage}`);
    return undefined;
  }
  if (values.postgres !== '15' && values.postgres !== '18')
    throw new Error(`--postgres is 15 or 18, not ${values.postgres}`);
  return {
    only: new Set(values.only.flatMap((ids) => ids.split(','))),
    catalogue: values.catalogue,
    version: values.postgres === '15' ? 15 : 18,
  };
}

export function chosen<T extends { readonly id: string }>(
  items: readonly T[],
  { only }: ScoreOptions,
): readonly T[] {
  const unknown = [...only].filter((id) => !items.some((item) => item.id === id));
  if (unknown.length > 0) throw new Error(`the catalogue has no ${unknown.join(', ')}`);
  return only.size === 0 ? items : items.filter(({ id }) => only.has(id));
}
