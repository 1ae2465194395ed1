// What the policy decides of one statement, as a page.
import type { Decided } from '../../policy/index.ts';
import type { Style } from '../page/paint.ts';
import { type Layout, layRows, wrap } from '../page/rows.ts';

const styles: Readonly<Record<Decided['decision']['effect'], Style>> = {
  allow: 'green',
  mask: 'yellow',
  require_approval: 'yellow',
  deny: 'red',
};

export function renderDecision({ decision, revision }: Decided, layout: Layout): string {
  const { effect, rule, reason, hint, ...others } = decision;
  const { paint, width } = layout;
  const texts = [reason, hint].filter((text) => text !== undefined);
  const lines = [
    paint('bold', 'Decision'),
    `  ${paint([styles[effect], 'bold'] as Style, effect)}  ${rule}  ${paint('dim', revision === '' ? '' : `policy ${revision}`)}`.trimEnd(),
    ...texts.flatMap((text) => wrap(text, width - 2).map((line) => `  ${line}`)),
    ...layRows(
      Object.entries(others).map(([key, value]) => [key, JSON.stringify(value)]),
      layout,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
