// Which start-up parameters reach the server: an allow-list, since PostgreSQL takes any setting there.
import { Fault } from '../lib/index.ts';
import { labelled } from './application-name.ts';

/** Settings a client may bring along; none of them changes who it is or how SQL text is read. */
const accepted = new Set([
  'application_name',
  'bytea_output',
  'datestyle',
  'default_transaction_deferrable',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'extra_float_digits',
  'geqo',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'intervalstyle',
  'jit',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'lock_timeout',
  'portcullis.purpose',
  'search_path',
  'statement_timeout',
  'tcp_keepalives_count',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_user_timeout',
  'timezone',
  'transaction_timeout',
  'work_mem',
]);

/** The gateway decides over these itself. */
const consumed = new Set([
  'user',
  'database',
  'options',
  'client_encoding',
  'standard_conforming_strings',
  'replication',
]);

/** As much of a refused parameter's name as a message repeats. */
const NAME_SHOWN = 63;

/** The parameters for the server. Throws for a parameter, or a value of a pinned one, that isn't accepted. */
export function serverParameters(
  requested: ReadonlyMap<string, string>,
  principal: string,
): Readonly<Record<string, string>> {
  // What is set on its own wins over `options`, as at the server.
  const all = [...splitOptions(requested.get('options') ?? ''), ...requested];

  const parameters: Record<string, string> = {};
  for (const [name, value] of all) {
    const key = name.toLowerCase();
    if (key.startsWith('_pq_.')) continue;
    if (key === 'client_encoding') requireUtf8(value);
    else if (key === 'standard_conforming_strings') requireOn(value);
    else if (key === 'replication') refuseReplication(value);
    else if (key === 'client_min_messages') parameters[key] = requireNotices(value);
    else if (accepted.has(key)) parameters[key] = value;
    else if (!consumed.has(key)) throw new Fault('startup_parameter_refused', { name: printable(name) });
  }
  parameters.client_encoding = 'UTF8';
  parameters.standard_conforming_strings = 'on';
  parameters.application_name = labelled(principal, parameters.application_name ?? '');
  return parameters;
}

/** What the client says that the session is for. */
export function purposeOf(requested: ReadonlyMap<string, string>): string | undefined {
  let purpose: string | undefined;
  for (const [name, value] of [...splitOptions(requested.get('options') ?? ''), ...requested])
    if (name.toLowerCase() === 'portcullis.purpose') purpose = value;
  return purpose;
}

/**
 * Takes `options` apart as the server does: arguments split at white space, a backslash keeps the next character,
 * each `-c name=value`, `-cname=value` or `--name=value`.
 */
export function splitOptions(options: string): [name: string, value: string][] {
  const words = [...options.matchAll(/(?:\\.|[^\s\\])+/gs)].map(([word]) => word.replace(/\\(.)/gs, '$1'));
  const settings: [string, string][] = [];
  for (let index = 0; index < words.length; index++) {
    let word = words[index] as string;
    if (word === '-c') {
      index += 1;
      word = `-c${words[index] ?? ''}`;
    }
    const setting = /^(?:-c|--)([^=]+)=(.*)$/s.exec(word);
    if (setting === null) throw new Fault('startup_parameter_refused', { name: 'options' });
    settings.push([(setting[1] as string).replaceAll('-', '_'), setting[2] as string]);
  }
  return settings;
}

/** Encodings in which UTF-8 text is what it is; libpq asks for SQL_ASCII in the C locale. */
function requireUtf8(value: string): void {
  const encoding = value.replace(/['"\s_-]/g, '').toLowerCase();
  if (!['utf8', 'unicode', 'sqlascii'].includes(encoding)) {
    throw new Fault('startup_parameter_value_refused', { name: 'client_encoding', want: 'UTF8' });
  }
}

/** What is below a notice is about the inside of the server, and may tell of what else it works at. */
function requireNotices(value: string): string {
  if (!/^(notice|warning|error)$/i.test(value)) {
    throw new Fault('startup_parameter_value_refused', {
      name: 'client_min_messages',
      want: 'notice, warning or error',
    });
  }
  return value;
}

function requireOn(value: string): void {
  if (!/^(on|true|yes|1|t|y)$/i.test(value)) {
    throw new Fault('startup_parameter_value_refused', { name: 'standard_conforming_strings', want: 'on' });
  }
}

function refuseReplication(value: string): void {
  if (!/^(false|off|no|0|f|n)$/i.test(value)) throw new Fault('replication_refused');
}

/** A name from outside, fit for a message: names hold no secrets, but may hold control characters. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, NAME_SHOWN);
}
