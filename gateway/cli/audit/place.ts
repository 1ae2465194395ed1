// Where the events are that a command is asked about, and from when until when.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, type Part, partsOfFile, partsOfPostgres, type TimeRange } from '../../audit/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';
import { explaining } from './database-error.ts';

export const placeOptions: Readonly<Record<string, OptionSpec>> = {
  audit: {
    type: 'string',
    value: 'PLACE',
    help: 'A folder of journals or exports, one such file, or the URL of a PostgreSQL that is a sink. Default: the journals of --config.',
  },
  ...configOption,
};

export const rangeOptions: Readonly<Record<string, OptionSpec>> = {
  since: {
    type: 'string',
    value: 'WHEN',
    help: '30m, 12h, 7d, 4w ago, or a date: 2030-01-31, 2030-01-31T12:00Z.',
  },
  until: { type: 'string', value: 'WHEN', help: 'In the same forms. Default: now.' },
};

export type Place = Readonly<{ files: readonly string[] }> | Readonly<{ url: string }>;

export async function readPlace(invocation: Invocation): Promise<Place> {
  const named = invocation.text('audit');
  if (named !== undefined && /^postgres(ql)?:\/\//.test(named)) {
    // Not repeated: it may have a password.
    if (!URL.canParse(named))
      throw new UsageError('option --audit is no URL', 'For example postgres://auditor@db:5432/audit.');
    return { url: named };
  }
  if (named === undefined && invocation.text('config') === undefined)
    throw new UsageError(
      'option --audit PLACE is missing',
      'Or --config FILE, for the journals of that gateway.',
    );
  const place = named ?? join((await readConfigOption(invocation)).data_dir, 'audit');
  try {
    const files = await filesOf(place);
    // Among others, one that is damaged is told of with what they say.
    if (files[0] === place && (await isNoAudit(place))) throw noAudit(place);
    if (files.length > 0) return { files };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `${place} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
    );
  }
  throw new CommandError(`${place} has no events`, {
    hint: 'A journal, or an export as JSON Lines, is a file NAME.jsonl.',
  });
}

/** Each line of the audit's is an object. */
async function isNoAudit(file: string): Promise<boolean> {
  const opened = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await opened.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead > 0 && buffer.toString('latin1') !== '{';
  } finally {
    await opened.close();
  }
}

const noAudit = (file: string): CommandError =>
  new CommandError(`${file} is no audit that can be read`, {
    hint: 'Journals can, exports as JSON Lines (`portcullis audit export -o NAME.jsonl`), and the PostgreSQL of a sink.',
  });

/** To be read one after the other, or beside each other. */
export async function partsOf(place: Place, range: TimeRange): Promise<readonly Part[]> {
  if ('url' in place) return await explaining(partsOfPostgres(place.url, range));
  return (await Promise.all(place.files.map(partsOfFile))).flat();
}

export function readRange({ text }: Invocation, now: number): TimeRange {
  const since = parseMoment(text('since'), 'since', now);
  const until = parseMoment(text('until'), 'until', now);
  if (since !== undefined && until !== undefined && until <= since)
    throw new UsageError(
      `option --until is not behind --since: from "${text('since')}" until "${text('until')}" is no time`,
      'What is asked about begins with --since and ends before --until: --since 2d --until 1h.',
    );
  return { since, until };
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `Date` takes 31 February for a day in March. */
function isDay(date: string): boolean {
  const start = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(date);
}

function parseMoment(text: string | undefined, option: string, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (units[unit] ?? 0);
  const moment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(/T/.test(text) && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text)
    : Number.NaN;
  if (!Number.isNaN(moment) && isDay(text.slice(0, 10))) return moment;
  throw new UsageError(
    `option --${option} is no time: "${text}"`,
    'For example 7d, 12h, 2030-01-31 or 2030-01-31T12:00Z.',
  );
}
