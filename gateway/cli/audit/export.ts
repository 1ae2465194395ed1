// `portcullis audit export`.
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import {
  csvHeading,
  csvLine,
  type Entry,
  eventColumns,
  jsonLine,
  mapToEcs,
  mapToOcsf,
  type Part,
  readPart,
  type TimeRange,
  wholeEvent,
  writeParquet,
} from '../../audit/index.ts';
import { version } from '../../lib/index.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { Progress } from '../page/progress.ts';
import { explained } from './database-error.ts';
import { type ExportPlace, placeNamed, writeExport } from './export-file.ts';
import { partsOf, placeOptions, rangeOptions, readPlace, readRange } from './place.ts';
import { tellUnreadable } from './unreadable.ts';

const formats = ['parquet', 'csv', 'jsonl', 'ocsf', 'ecs'] as const;
type Format = (typeof formats)[number];

export const auditExport: Command = {
  name: 'audit export',
  summary: 'Write events to a file: Parquet, CSV or JSON Lines',
  description:
    'JSON Lines are the events as sinks get them, and can be verified and asked like a journal. Parquet and CSV ' +
    'have a row for each event, with what it is mostly asked for as columns; Parquet has the whole event as a ' +
    'last column. In CSV, text that a spreadsheet would take for a formula has an apostrophe in front, also within ' +
    'a cell behind a semicolon, a tab or a line break. ocsf and ecs are JSON Lines in the words of these schemas, ' +
    'for other tools.',
  options: {
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Where it is written; - is standard output. Parquet needs a file.',
    },
    format: {
      type: 'string',
      value: 'NAME',
      help: 'parquet, csv, jsonl, ocsf or ecs. Default: as the name of FILE ends.',
    },
    ...rangeOptions,
    ...placeOptions,
  },
  examples: [
    'portcullis audit export --since 2030-03-01 --until 2030-04-01 -o march.parquet --audit postgres://auditor@db/audit',
    'portcullis audit export --since 7d -o last-week.jsonl --config portcullis.yaml',
  ],
  prints: 'How many events were written, on standard error; the events where FILE is -.',
  exits: { 1: 'The events cannot be read, or not all of them, or FILE cannot be written.' },
  async run(invocation) {
    const file = invocation.text('out');
    if (file === undefined) throw new UsageError('option --out FILE is missing');
    const format = readFormat(invocation.text('format'), file);
    const range = readRange(invocation, Date.now());
    const parts = await partsOf(await readPlace(invocation), range);
    const counted = { events: 0, unreadable: new Map<string, number>() };
    const entries = entriesOf(invocation, parts, range, counted);
    if (file === '-') await print(invocation.terminal, linesOf(format, entries));
    else await writeTo(await placeNamed(file), format, entries);
    invocation.terminal.stderr.write(`${counted.events.toLocaleString('en')} events\n`);
    return tellUnreadable(invocation.terminal, counted.unreadable);
  },
};

function readFormat(named: string | undefined, file: string): Format {
  const name = named ?? /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const format = formats.find((each) => each === name);
  if (format === undefined) throw new UsageError(`option --format is one of ${formats.join(', ')}`);
  if (format === 'parquet' && file === '-') throw new UsageError('Parquet needs a file: --out FILE');
  return format;
}

async function* entriesOf(
  { terminal }: Invocation,
  parts: readonly Part[],
  range: TimeRange,
  counted: { events: number; readonly unreadable: Map<string, number> },
): AsyncGenerator<Entry> {
  const progress = new Progress(terminal);
  const whole = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  let read = 0;
  try {
    for (const part of parts)
      for await (const { entries, bytes, unreadable } of readPart(part, range)) {
        if (part.kind === 'file' && unreadable > 0)
          counted.unreadable.set(part.path, unreadable + (counted.unreadable.get(part.path) ?? 0));
        yield* entries;
        counted.events += entries.length;
        read += bytes;
        progress.show(read / whole, `${counted.events.toLocaleString('en')} events`);
      }
  } catch (error) {
    throw explained(error);
  } finally {
    progress.end();
  }
}

async function print({ stdout }: Invocation['terminal'], lines: AsyncIterable<string>): Promise<void> {
  for await (const some of lines) if (!stdout.write(some)) await once(stdout, 'drain');
}

async function writeTo(place: ExportPlace, format: Format, entries: AsyncIterable<Entry>): Promise<void> {
  if (format === 'parquet' && !place.isFile)
    throw new CommandError(`Parquet needs a file, and ${place.name} is none`);
  await writeExport(place, async (path) => {
    if (format === 'parquet')
      await writeParquet(path, [...eventColumns, wholeEvent], entries, `portcullis ${version}`);
    else await writeLines(path, linesOf(format, entries));
  });
}

async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(lines);
  } finally {
    await file.close();
  }
}

function asJson(entry: Entry, format: Format): string {
  const line = jsonLine(entry);
  if (format === 'jsonl') return line;
  return JSON.stringify((format === 'ocsf' ? mapToOcsf : mapToEcs)(JSON.parse(line)));
}

const linesAtOnce = 1000;

/** Some at a time, each with its end. */
async function* linesOf(format: Format, entries: AsyncIterable<Entry>): AsyncGenerator<string> {
  const line = (entry: Entry) =>
    format === 'csv' ? csvLine(eventColumns, entry) : `${asJson(entry, format)}\n`;
  let lines = format === 'csv' ? [csvHeading(eventColumns)] : [];
  for await (const entry of entries) {
    lines.push(line(entry));
    if (lines.length < linesAtOnce) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
