// Grants as people read them at a terminal.

import { durationInWords } from '../../grants/index.ts';
import type { Invocation } from '../command.ts';
import { type Paint, paintFor, widthFor } from '../page/paint.ts';
import { type Layout, layRows, type Row } from '../page/rows.ts';
import type { GrantDocument } from './grant.ts';

export type GrantPage = Readonly<{ width: number; paint: Paint; now: number }>;

export const pageFor = ({ terminal }: Pick<Invocation, 'terminal'>): GrantPage => ({
  ...{ width: widthFor(terminal), paint: paintFor(terminal), now: Date.now() },
});

/** What became of a grant, for whoever just did something with it. */
export function printGrant(invocation: Invocation, grant: GrantDocument): void {
  const text = invocation.flag('json')
    ? `${JSON.stringify(grant, undefined, 2)}\n`
    : renderGrant(grant, pageFor(invocation));
  invocation.terminal.stdout.write(text);
}

/** One grant in full: what it allows first, then who, why and until when. */
export function renderGrant(grant: GrantDocument, { width, paint, now }: GrantPage): string {
  const layout: Layout = { width, paint, indent: 2 };
  const { principal, approvers = [], answered_by: answered, extension } = grant;
  const who =
    principal.actor === undefined
      ? principal.principal
      : `${principal.principal}, through ${principal.actor.subject}`;
  const rows: Row[] = [
    ['for', `${who} (${principal.kind})`],
    ['resource', grant.resource],
    ['reason', grant.reason],
    ['time', timeOf(grant, now)],
    ...(approvers.length === 0 ? [] : [['approvers', approvers.join(' or ')]]),
    ...(answered.length === 0 ? [] : [['answered', `by ${answered.join(', ')}`]]),
    ...(extension === undefined
      ? []
      : [
          [
            'extension',
            `until ${clock(extension.until)}, waits for approval: ${extension.request.slice(0, 8)}`,
          ],
        ]),
    ...(grant.revoked_by === undefined ? [] : [['revoked', `by ${grant.revoked_by}`]]),
    ...(grant.words === undefined ? [] : [['words', grant.words]]),
    ['rule', `${grant.rule} (decision ${grant.decision_id})`],
  ];
  return [
    `${paint('bold', grant.id)}  ${paint(colourOf(grant.status), grant.status)}`,
    ...layRows([[grant.rights_in_words]], layout),
    '',
    ...layRows(rows, layout),
    '',
  ].join('\n');
}

/** One line a grant, the newest first. */
export function renderGrants(grants: readonly GrantDocument[], { width, paint, now }: GrantPage): string {
  const rows = grants.map(
    (grant): Row => [
      { text: grant.id.slice(0, 8), style: 'bold' },
      { text: grant.status, style: colourOf(grant.status) },
      grant.principal.principal,
      grant.resource,
      timeOf(grant, now),
      grant.rights_in_words,
    ],
  );
  return `${layRows(rows, { width, paint, indent: 0 }).join('\n')}\n`;
}

function timeOf({ status, seconds, until, open_until: openUntil }: GrantDocument, now: number): string {
  if (status === 'requested' && openUntil !== undefined)
    return `${durationInWords(seconds)} from the approval on; open until ${clock(openUntil)}`;
  if (status === 'active' && until !== undefined)
    return `until ${clock(until)} (${durationInWords((Date.parse(until) - now) / 1000)} left)`;
  return until === undefined ? durationInWords(seconds) : `until ${clock(until)}`;
}

const colourOf = (status: string): 'yellow' | 'green' | 'red' | 'dim' =>
  (({ requested: 'yellow', active: 'green', denied: 'red', revoked: 'red' }) as const)[status] ?? 'dim';

const clock = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;
