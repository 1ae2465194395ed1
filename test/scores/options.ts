// The options that both scores have.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { PostgresVersion } from '../support/postgres-binaries.ts';

export type ScoreOptions = Readonly<{
  only: ReadonlySet<string>;
  catalogue: string;
  version: PostgresVersion;
  /** The file that says which other gateway to play through. */
  through: string | undefined;
  /** Nothing is played: the gateway waits for somebody else who does. */
  serve: boolean;
  /** What was given of the lane's own. */
  own: Readonly<Record<string, unknown>>;
}>;

const usage = `[--only ID,…]… [--catalogue FILE] [--postgres 15|18] [--json FILE]
       [--through FILE] [--serve]

  --only       the items with these ids
  --catalogue  another catalogue in the same form, in the same database
  --postgres   the version of the server; 15 where it is installed, else the bundled 18
  --json       writes what each item came to into this file, too
  --through    another gateway: the file holds the line that --serve prints, as for that one. The database
               "atk" behind it is made anew, the roles are those of the seed with their names as passwords
  --serve      plays nothing: prints one line of JSON that says where the gateway, its database and its logins
               are, and serves until SIGINT or SIGTERM`;

/** What one of the lanes has beside them. */
export type OwnOptions = Readonly<{ options: NonNullable<ParseArgsConfig['options']>; usage: string }>;

/** Undefined where only the usage was asked for. */
export function readScoreOptions(
  lane: string,
  catalogue: string,
  own: OwnOptions = { options: {}, usage: '' },
): ScoreOptions | undefined {
  const { values } = parseArgs({
    options: {
      ...own.options,
      only: { type: 'string', multiple: true, default: [] },
      catalogue: { type: 'string', default: catalogue },
      postgres: { type: 'string', default: '15' },
      json: { type: 'string' },
      through: { type: 'string' },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(`${lane} ${usage}${own.usage}`);
    return undefined;
  }
  if (values.serve && values.through !== undefined)
    throw new Error('--serve starts a gateway, and --through has one: give one of them');
  if (values.postgres !== '15' && values.postgres !== '18')
    throw new Error(`--postgres is 15 or 18, not ${values.postgres}`);
  return {
    only: new Set(values.only.flatMap((ids) => ids.split(','))),
    catalogue: values.catalogue,
    version: values.postgres === '15' ? 15 : 18,
    through: values.through,
    serve: values.serve,
    own: values,
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
