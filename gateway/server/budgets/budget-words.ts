// How a budget that is spent is put into words: how much of what in which time, and when there is room again.
import { Fault, type FaultCode } from '../../lib/index.ts';
import type { Allowance, Budget } from './spending.ts';

/** `roomIn`: after so many milliseconds. */
export function spent(allowance: Allowance, amount: number, roomIn: number): Fault {
  const { of, most, seconds, rule } = allowance;
  const wait = Math.max(1, Math.ceil(roomIn / 1000));
  const room =
    amount > most
      ? `it never has room for ${counted(allowance, amount)} at once`
      : `there is room again in ${wait} second${wait === 1 ? '' : 's'}`;
  return new Fault(codes[of], { rule, budget: `${counted(allowance, most)} ${timeOf(seconds)}`, room });
}

/** Each has its own hint. */
const codes: Readonly<Record<Budget['of'], FaultCode>> = {
  statements: 'budget_spent',
  rows: 'budget_of_answers_spent',
  bytes: 'budget_of_answers_spent',
  labelled_cells: 'budget_of_cells_spent',
  affected_rows: 'budget_of_changes_spent',
  probes: 'budget_of_probes_spent',
};

const nouns: Readonly<Record<Budget['of'], readonly [one: string, several: string]>> = {
  statements: ['statement', 'statements'],
  rows: ['row', 'rows'],
  bytes: ['byte', 'bytes'],
  labelled_cells: ['labelled value', 'labelled values'],
  affected_rows: ['changed row', 'changed rows'],
  probes: ['value that labelled columns are compared with', 'values that labelled columns are compared with'],
};

function counted({ of, label }: Pick<Allowance, 'of' | 'label'>, count: number): string {
  const [one, several] = nouns[of];
  const noun = count === 1 ? one : several;
  return `${count} ${label === undefined ? noun : noun.replace('labelled', `"${label}"`)}`;
}

const named: ReadonlyMap<number, string> = new Map([
  [1, 'a second'],
  [60, 'a minute'],
  [3_600, 'an hour'],
  [86_400, 'a day'],
]);

const timeOf = (seconds: number): string => named.get(seconds) ?? `in ${seconds} seconds`;
