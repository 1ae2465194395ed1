// Families of the extensions that come with PostgreSQL, by extension and function name: their schema is anybody's choice.
import type { FunctionClass } from '../../../../gateway/catalog/index.ts';
import type { ServerFunction } from '../server-functions.ts';
import { type Family, named } from './family.ts';

type ExtensionRule = readonly [words: string, choice: FunctionClass, note?: string];

const computesOnly: ExtensionRule = ['*', 'pure'];

/** The first rule that fits a name counts; a function that none fits stays opaque. */
const rules: Readonly<Record<string, readonly ExtensionRule[]>> = {
  adminpack: [
    ['pg_file_*', 'writes_files', 'Writes, renames or removes files of the server.'],
    ['pg_logdir_ls', 'reads_files', 'Lists the log files of the server.'],
  ],
  amcheck: [
    [
      '*',
      'stats',
      'Locks and reads the whole relation that its argument names; a finding may quote its keys.',
    ],
  ],
  btree_gin: [computesOnly],
  btree_gist: [computesOnly],
  citext: [computesOnly],
  cube: [computesOnly],
  dblink: [
    ['dblink_fdw_validator', 'internal'],
    [
      '*',
      'runs_sql',
      "Runs text as SQL over a connection of the server's own, to anywhere, with other rights than the session's.",
    ],
  ],
  earthdistance: [computesOnly],
  file_fdw: [['*', 'internal']],
  fuzzystrmatch: [computesOnly],
  hstore: [
    ['hstore populate_record', 'whole_value', 'Every field of a row goes in or comes out.'],
    computesOnly,
  ],
  intagg: [computesOnly],
  intarray: [computesOnly],
  isn: [['isn_weak', 'set_session', 'Changes for the session which numbers are accepted.'], computesOnly],
  lo: [['lo_oid', 'pure']],
  ltree: [computesOnly],
  old_snapshot: [['*', 'stats', 'Shows which transactions ran when.']],
  pageinspect: [
    [
      '*',
      'reads_files',
      'Shows the raw pages of any table or index, rows that are deleted or not visible included.',
    ],
  ],
  pg_buffercache: [
    ['pg_buffercache_evict*', 'admin', 'Removes pages from the cache that all share.'],
    ['*', 'stats', 'Shows which pages of which relations are in use.'],
  ],
  pg_freespacemap: [['*', 'stats', 'Shows how full the pages of a relation are.']],
  pg_logicalinspect: [['*', 'reads_files', 'Shows files of logical decoding.']],
  pg_prewarm: [
    ['autoprewarm_*', 'admin', 'Starts a worker of the server, or writes its file.'],
    ['*', 'stats', 'Reads the relation that its argument names into the cache.'],
  ],
  pg_stat_statements: [
    ['pg_stat_statements_reset', 'admin', 'Forgets what monitoring goes by.'],
    ['*', 'stats', 'Shows the statements of everybody; those of DDL and settings keep their literals.'],
  ],
  pg_surgery: [['*', 'admin', 'Changes rows beneath MVCC.']],
  pg_trgm: [
    ['set_limit', 'set_session', 'Its argument can be read back in a later statement, by show_limit().'],
    ['show_limit', 'session'],
    computesOnly,
  ],
  pg_visibility: [
    ['pg_truncate_visibility_map', 'admin', 'Changes storage beneath a table.'],
    ['*', 'stats', 'Reads the pages of the relation that its argument names.'],
  ],
  pg_walinspect: [['*', 'reads_files', 'Shows records of the write-ahead log: the rows that anybody wrote.']],
  pgcrypto: [
    ['gen_random_bytes gen_random_uuid gen_salt', 'random'],
    ['fips_mode', 'session'],
    [
      '*',
      'pure',
      'What comes out of an encryption or a digest can be turned back or guessed: it carries its argument.',
    ],
  ],
  pgrowlocks: [['*', 'stats', 'Reads the table that its argument names; shows who locks which row.']],
  pgstattuple: [['*', 'stats', 'Reads the whole relation that its argument names; counts its rows.']],
  plpgsql: [
    [
      'plpgsql_validator',
      'reads_catalog',
      'Compiles a function by its number; an error may quote its source.',
    ],
  ],
  postgres_fdw: [
    ['postgres_fdw_get_connections', 'session', 'Shows to which servers the session is connected.'],
    ['postgres_fdw_disconnect*', 'set_session', 'Closes connections of the session.'],
    ['*', 'internal'],
  ],
  seg: [computesOnly],
  sslinfo: [['*', 'session', "Shows the certificate of the connection: behind the gateway, the gateway's."]],
  tablefunc: [
    ['normal_rand', 'random'],
    ['crosstab* connectby', 'runs_sql', 'Runs its text as SQL, or reads the table that its text names.'],
  ],
  unaccent: [['unaccent', 'pure', 'Goes by a dictionary, which only DDL changes.']],
  'uuid-ossp': [
    ['uuid_generate_v1', 'random', 'Shows the time and the network address of the server.'],
    ['uuid_generate_v1mc uuid_generate_v4', 'random'],
    computesOnly,
  ],
  xml2: [
    ['xpath_table', 'runs_sql', 'Builds a query out of the names and the condition that are its text.'],
    [
      'xslt_process',
      'opaque',
      'Runs a stylesheet, which is a program; whether it reaches files or the network is up to libxslt.',
    ],
    computesOnly,
  ],
};

/** The family of an extension's function; undefined for extensions that nobody has looked at. */
export function extensionFamilyOf(candidate: ServerFunction): Family | undefined {
  const { extension, resultType, argumentTypes } = candidate;
  if (extension === null || !reviewedExtensions.includes(extension)) return undefined;
  const asFamily = ([, choice, note]: ExtensionRule): Family => ({
    class: choice,
    title: extension,
    ...(note === undefined ? {} : { note }),
    has: () => true,
  });
  if (/trigger$|_handler$/.test(resultType) || argumentTypes.includes('internal'))
    return asFamily([
      '*',
      'internal',
      'Not for statements: triggers, and support of types, indexes and languages.',
    ]);
  const rule = rules[extension]?.find(([words]) => named(words)(candidate));
  return rule && asFamily(rule);
}

/** The extensions that were looked at. */
export const reviewedExtensions: readonly string[] = [
  ...Object.keys(rules),
  'autoinc',
  'bloom',
  'dict_int',
  'dict_xsyn',
  'insert_username',
  'moddatetime',
  'refint',
  'tcn',
  'tsm_system_rows',
  'tsm_system_time',
];
