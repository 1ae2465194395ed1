// What every client tries, in this order, and what PostgreSQL answers when the client can say it in these words.

export type Check = Readonly<{
  name: string;
  about: string;
  /** Left out where the answer depends on how a driver works: then only direct and gateway are compared. */
  want?: unknown;
  /** Why the gateway's answer is another one, where that is meant. */
  known?: string;
}>;

const everyType = Object.fromEntries(
  [
    ...['int4', 'int8', 'numeric', 'float8', 'bool', 'text', 'bytea', 'date', 'timestamp', 'timestamptz'],
    ...['interval', 'uuid', 'json', 'jsonb', 'int4s', 'texts', 'mood'],
  ].map((name) => [name, true]),
);
const thousandRows = [1000, 500500];

export const checklist: readonly Check[] = [
  { name: 'connect_tls', about: 'TLS with the server verified', want: 'verified' },
  { name: 'wrong_ca', about: 'a certificate of another authority', want: 'refused' },
  { name: 'wrong_password', about: 'a wrong password', want: '28P01' },
  { name: 'unknown_database', about: 'a database that does not exist', want: '3D000' },
  { name: 'password_hook', about: 'a password that the driver asks for at each login', want: 1 },
  {
    name: 'parameters',
    about: 'server parameters, also after SET',
    want: {
      client_encoding: 'UTF8',
      standard_conforming_strings: 'on',
      TimeZone: 'Asia/Kathmandu',
      application_name: true,
    },
  },
  { name: 'types_text', about: '17 types read and sent back, as text', want: everyType },
  { name: 'types_binary', about: 'the same in binary', want: everyType },
  { name: 'nulls', about: 'NULL of each type', want: 17 },
  { name: 'prepared', about: 'one prepared statement, three times', want: [2, 4, 6] },
  { name: 'prepared_many', about: '60 prepared statements, each twice', want: 3660 },
  { name: 'pipeline', about: '20 statements in a pipeline or batch', want: 210 },
  { name: 'pipeline_error', about: 'an error in the middle of one; the rows that stay' },
  { name: 'transaction', about: 'commit and rollback', want: [1] },
  { name: 'savepoint', about: 'an error behind a savepoint', want: [1, 3] },
  { name: 'failed_transaction', about: 'an error in a transaction', want: ['22012', '25P02', 1] },
  { name: 'cursor', about: 'DECLARE and FETCH 3 of 10 rows', want: [3, 3, 3, 1] },
  { name: 'portal', about: '1,000 rows by a row limit of 100', want: thousandRows },
  { name: 'copy_out_text', about: 'COPY TO STDOUT', want: [14786, 'b8fa39f7911db81f51e186908b2ab494'] },
  { name: 'copy_out_csv', about: '… as CSV', want: [12806, 'a31195d1165da4a3258b03737c03385e'] },
  { name: 'copy_out_binary', about: '… in binary', want: [24914, 'b4231abe38e0d9e1411a223e8c034a86'] },
  { name: 'copy_in_text', about: 'COPY FROM STDIN', want: thousandRows },
  { name: 'copy_in_csv', about: '… as CSV', want: thousandRows },
  { name: 'copy_in_binary', about: '… in binary', want: thousandRows },
  { name: 'copy_in_failed', about: 'COPY with a bad row, data still coming', want: ['22P02', 0] },
  { name: 'copy_in_aborted', about: 'COPY given up by the client', want: ['57014', 0] },
  { name: 'cancel', about: 'a running statement cancelled', want: ['57014', 1] },
  { name: 'statement_timeout', about: 'a statement stopped by statement_timeout', want: ['57014', 1] },
  {
    name: 'error_position',
    about: 'SQLSTATE, message, position',
    want: ['42703', 'column "nothing" does not exist', '8'],
  },
  {
    name: 'error_constraint',
    about: 'table, constraint, detail',
    want: ['23505', 'samples', 'samples_pkey', 'Key (id)=(1) already exists.'],
  },
  { name: 'error_raised', about: 'severity, detail, hint', want: ['ERROR', 'AB123', 'told', 'more', 'try'] },
  { name: 'large_text', about: '5 MB of text, sent and received', want: [true, true] },
  { name: 'large_bytea', about: '5 MB of bytes, sent and received', want: [true, true] },
  { name: 'notices', about: 'a notice and a warning', want: ['one', 'two'] },
  { name: 'notifications', about: 'LISTEN, NOTIFY with 7,000 bytes', want: [['clients', 7000]] },
  { name: 'several_statements', about: 'several statements in one query', want: [[1, 2], ['two']] },
  { name: 'several_statements_error', about: 'one of them fails', want: ['22012', 0] },
  { name: 'empty_query', about: 'an empty query', want: [true, 1] },
  { name: 'stale_prepared', about: 'a prepared statement after DEALLOCATE ALL', want: 2 },
  { name: 'discard_all', about: 'DISCARD ALL', want: ['42P01', 'UTC'] },
  { name: 'large_result', about: '50,000 rows', want: [50000, 1250025000] },
  { name: 'ten_connections', about: 'ten connections at once', want: 55 },
  { name: 'close', about: 'a closed connection leaves no backend', want: 'gone' },
  {
    name: 'backend_pid',
    about: "the driver's process id is the backend's",
    want: true,
  },
  { name: 'session_end', about: 'the server ends the session in a statement' },
];
