// What another policy would have done, as a page for people.
import type { Change, TallyDocument } from '../../../audit/index.ts';
import type { Terminal } from '../../command.ts';
import { type Paint, paintFor, widthFor } from '../../page/paint.ts';
import { layRows, type Row } from '../../page/rows.ts';
import { count } from '../check/finding.ts';

const mostPrincipals = 5;
const mostText = 160;

type Page = Readonly<{ path: string; revision: string; tally: TallyDocument }>;

export function auditPage(terminal: Terminal, { revision, tally }: Page): string {
  const paint = paintFor(terminal);
  const layout = { width: widthFor(terminal), paint, indent: 2 };
  const changed = tally.changes.reduce((sum, change) => sum + change.count, 0);
  const lines = [
    `${paint('bold', `${number(changed)} of ${number(tally.judged)} recorded decisions would be others`)}  with ${revision}`,
    ...tally.changes.flatMap((change) => ['', heading(change, paint), ...layRows(rowsOf(change), layout)]),
  ];
  if (tally.unjudged.length > 0) {
    const rows = tally.unjudged.map(
      ({ because, count: times, principals }): Row => [number(times), `${because} (${whose(principals)})`],
    );
    lines.push('', paint('bold', 'Not decided anew'), ...layRows(rows, layout));
  }
  return `${lines.join('\n')}\n`;
}

const titles: Readonly<Record<Change['becomes'], string>> = {
  'newly-allowed': 'Newly allowed',
  'newly-denied': 'Newly denied',
  'newly-held': 'Newly held for approval',
  'newly-masked': 'Newly masked',
  otherwise: 'The same effect, otherwise',
};

function heading({ becomes, from, to, count: times, direction }: Change, paint: Paint): string {
  const rules = from.rule === to.rule ? to.rule : `${from.rule} → ${to.rule}`;
  const effects = from.effect === to.effect ? to.effect : `${from.effect} → ${to.effect}`;
  const style = direction === 'loosened' ? 'yellow' : 'bold';
  return `${paint(style, titles[becomes])}  ${effects}, ${rules}: ${count(times, 'decision').replace(/\d+/, number(times))}`;
}

function rowsOf({ principals, examples }: Change): Row[] {
  return [
    ['who', whose(principals)],
    ...examples.map(({ id, time, principal, text, reason }): Row => {
      const what = (text ?? 'login').replace(/\s+/g, ' ');
      const short = what.length > mostText ? `${what.slice(0, mostText)}…` : what;
      return [
        time.slice(0, 16).replace('T', ' '),
        `${principal}: ${short}${reason === undefined ? '' : ` — ${reason}`} [${id}]`,
      ];
    }),
  ];
}

function whose(principals: Readonly<Record<string, number>>): string {
  const all = Object.entries(principals);
  const named = all.slice(0, mostPrincipals).map(([name, times]) => `${name} ${number(times)}`);
  const more = all.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

const number = (value: number): string => value.toLocaleString('en');
