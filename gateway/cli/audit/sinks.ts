// `portcullis audit sinks`.
import type { SinkReportDocument } from '../../audit/index.ts';
import { minute, printJson, printRows } from '../admin-answer.ts';
import { adminOptions } from '../admin-api.ts';
import type { Command } from '../command.ts';
import { askHealth } from './ask-health.ts';

type Standing = SinkReportDocument & Readonly<{ chain: string }>;
type Process = Readonly<{ audit?: Readonly<{ chain: string; sinks?: readonly SinkReportDocument[] }> }>;

export const auditSinks: Command = {
  name: 'audit sinks',
  summary: 'Show how far the sinks of a gateway have come, and what is wrong with them',
  description:
    'For each process of the gateway that --admin names, and each of its sinks: whether it takes events, how many ' +
    'it has not acknowledged and how long the oldest of them has waited, its last delivery and its last error. What a ' +
    'sink does not take waits in the journal; when that is full, statements are denied.',
  options: {
    admin: adminOptions.admin as NonNullable<(typeof adminOptions)['admin']>,
    ca: adminOptions.ca as NonNullable<(typeof adminOptions)['ca']>,
    json: adminOptions.json as NonNullable<(typeof adminOptions)['json']>,
  },
  examples: ['portcullis audit sinks', 'portcullis audit sinks --json'],
  prints: 'A line for each sink of each process.',
  exits: { 1: 'A sink takes no events, or the gateway does not answer.' },
  async run(invocation) {
    const processes = (await askHealth(invocation)) as readonly Process[];
    const standings = processes.flatMap(({ audit }): Standing[] =>
      (audit?.sinks ?? []).map((sink) => ({ chain: audit?.chain ?? '', ...sink })),
    );
    if (invocation.flag('json')) printJson(invocation, standings);
    else
      printRows(invocation, {
        heading: ['sink', 'kind', 'chain', 'state', 'behind', 'oldest', 'last delivery', 'problem'],
        rows: standings.map((sink) => [
          ...[sink.name, sink.kind, sink.chain, stateOf(sink), String(sink.behind), oldestOf(sink)],
          ...[sink.delivered_at === undefined ? 'none yet' : minute(sink.delivered_at), problemOf(sink)],
        ]),
        none: 'The gateway has no sinks: events stay in its journal.',
      });
    return standings.some(({ state }) => state === 'away') ? 1 : 0;
  },
};

const stateOf = ({ state, since }: Standing): string =>
  since === undefined ? state : `${state} since ${minute(since)}`;

function oldestOf({ behind, oldest_seconds: seconds }: Standing): string {
  if (behind === 0) return '';
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function problemOf({ problem, last_error: last, set_aside: aside }: Standing): string {
  const now = problem ?? (last === undefined ? '' : `${last.problem} (at ${minute(last.at)})`);
  return aside === 0 ? now : [`${aside} set aside`, now].filter(Boolean).join('; ');
}
