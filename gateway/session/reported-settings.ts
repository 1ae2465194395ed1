// The settings whose changes PostgreSQL reports to clients by itself ("Asynchronous Operations"), up to version 18.

const reported: ReadonlySet<string> = new Set([
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
]);

export const isReported = (setting: string): boolean => reported.has(setting);
