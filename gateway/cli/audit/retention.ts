// `portcullis audit retention`.
import { applyToPostgres, type DayReport, Expiry } from '../../audit/index.ts';
import { adminExits, printJson, printRows } from '../admin-answer.ts';
import { adminOptions, openAdminApi } from '../admin-api.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';
import { holdsOf } from './hold.ts';
import { withOwner } from './with-audit.ts';

/** Journals are read as a whole for it. */
const ANSWER_MS = 3_600_000;

export const auditRetention: Command = {
  name: 'audit retention',
  summary: 'Remove what audit.retention gives no more time, before the gateway does',
  usage: 'apply',
  description:
    'A gateway applies the retention of its configuration once a day to its journals and its recordings; this asks ' +
    'all of its processes to do so now. With --audit URL and --config it is applied to a PostgreSQL sink instead, as the owner of its ' +
    'tables: the role of the sink only adds. Nothing under a hold is removed, and nothing at all where the holds ' +
    'cannot be read. Events lose what was in them and keep their place and their hash, so that the chain can be ' +
    'verified; segments and days of which nothing has time left go as a whole, the oldest first.',
  options: {
    'dry-run': { type: 'boolean', help: 'Say what would go.' },
    audit: { type: 'string', value: 'URL', help: 'The PostgreSQL of a sink, as the owner of its tables.' },
    ...configOption,
    ...adminOptions,
  },
  arguments: { min: 1, max: 1 },
  examples: [
    'portcullis audit retention apply --dry-run',
    'portcullis audit retention apply --config portcullis.yaml --audit postgres://owner@db/audit --dry-run',
  ],
  prints:
    'What went, or would go: segments, events and recordings, and which chains had to be left out; of ' +
    'PostgreSQL, the days.',
  exits: adminExits('Nothing was removed; it says why.'),
  async run(invocation) {
    if (invocation.positionals[0] !== 'apply')
      throw new UsageError('it is: portcullis audit retention apply');
    const url = invocation.text('audit');
    return url === undefined ? await askGateway(invocation) : await applyTo(url, invocation);
  },
};

type Applied = Readonly<{
  chains: readonly string[];
  left_out: readonly Readonly<{ chain: string; because: 'written' | 'behind' }>[];
  silent: number;
  segments: Readonly<{ read: number; deleted: number }>;
  events: Readonly<{ redacted: number; held: number }>;
  recordings: Readonly<{ deleted: number; held: number }>;
}>;

async function askGateway(invocation: Invocation): Promise<number> {
  const api = await openAdminApi(invocation);
  const isDry = invocation.flag('dry-run');
  const applied = (await api.ask('POST', '/v1/audit/retention', { dry_run: isDry }, ANSWER_MS)) as Applied;
  if (invocation.flag('json')) printJson(invocation, applied);
  else {
    const { segments, events, recordings } = applied;
    printRows(invocation, {
      heading: ['what', isDry ? 'would go' : 'went', 'held'],
      rows: [
        ['segments', String(segments.deleted), ''],
        ['events, what was in them', String(events.redacted), String(events.held)],
        ['recordings', String(recordings.deleted), String(recordings.held)],
      ],
      none: '',
    });
    const { stdout } = invocation.terminal;
    for (const note of notesOn(applied, isDry)) stdout.write(`${note}\n`);
  }
  return 0;
}

function* notesOn({ chains, left_out: leftOut, silent }: Applied, isDry: boolean): Generator<string> {
  yield `${isDry ? 'Looked at' : 'Applied to'}: ${chains.join(', ')}.`;
  for (const { chain, because } of leftOut)
    yield because === 'written'
      ? `Not to ${chain}: another gateway with this data_dir writes it, and has to be asked itself.`
      : `Not to ${chain}: it is not finished, since a sink lacks some of it or an outcome is missing.`;
  if (silent > 0) yield `Not to what ${silent} of the gateway's processes keep: they did not answer.`;
}

async function applyTo(url: string, invocation: Invocation): Promise<number> {
  const { retention } = (await readConfigOption(invocation)).audit;
  if (retention.length === 0) throw new CommandError('the configuration has no rules in audit.retention');
  const held = await holdsOf(await openAdminApi(invocation));
  const isDry = invocation.flag('dry-run');
  const expiry = new Expiry(retention, Date.now());
  const days = await withOwner(url, (client) => applyToPostgres(client, expiry, held, isDry));
  if (invocation.flag('json')) printJson(invocation, days);
  else
    printRows(invocation, {
      heading: ['day', isDry ? 'would go' : 'went', 'held'],
      rows: days.map((day) => [day.day, wentOf(day), String(day.held)]),
      none: 'Nothing has had its time.',
    });
  return 0;
}

const wentOf = ({ dropped, redacted }: DayReport): string =>
  dropped ? 'the whole day' : `what was in ${redacted} events`;
