// `portcullis audit sink-sql`.
import { setUpSql } from '../../audit/index.ts';
import { type Command, CommandError, type Invocation } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';

export const auditSinkSql: Command = {
  name: 'audit sink-sql',
  summary: 'Print the SQL that makes a PostgreSQL database ready to be a sink',
  usage: '[SINK]',
  description:
    'Tables by day, the indexes by which they are asked, and a role that adds events and can neither read, change nor ' +
    'delete them. Nothing is asked and nothing is changed: read the SQL, and run it in the database as its owner. It can ' +
    'be run again, for example after an update of the gateway.',
  options: {
    ...configOption,
    role: { type: 'string', value: 'NAME', help: "The role. Default: the one in the sink's url." },
    database: { type: 'string', value: 'NAME', help: "The database. Default: the one in the sink's url." },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis audit sink-sql archive --config portcullis.yaml',
    'portcullis audit sink-sql --role portcullis_audit --database audit',
  ],
  prints: 'SQL, without a password.',
  async run(invocation) {
    const { role, database } = await placeOf(invocation);
    invocation.terminal.stdout.write(setUpSql({ role, database }));
    return 0;
  },
};

async function placeOf(invocation: Invocation): Promise<{ role: string; database: string }> {
  const { text, positionals } = invocation;
  const role = text('role');
  const database = text('database');
  if (role !== undefined && database !== undefined && positionals[0] === undefined) return { role, database };
  const { audit } = await readConfigOption(invocation);
  const sinks = audit.sinks.filter(({ kind }) => kind === 'postgres');
  const named = positionals[0];
  const sink = named === undefined ? sinks[0] : sinks.find(({ name }) => name === named);
  if (sink?.url === undefined || (named === undefined && sinks.length > 1))
    throw new CommandError(
      named === undefined
        ? `the configuration has ${sinks.length === 0 ? 'no sink' : `${sinks.length} sinks`} of the kind postgres`
        : `the configuration has no sink "${named}" of the kind postgres`,
      {
        hint:
          sinks.length === 0
            ? 'Name --role and --database, or add one to audit.sinks.'
            : `They are: ${sinks.map(({ name }) => name).join(', ')}.`,
      },
    );
  const { username, pathname } = new URL(sink.url);
  return {
    role: role ?? decodeURIComponent(username),
    database: database ?? decodeURIComponent(pathname.slice(1)),
  };
}
