// Recorded sessions as items of honest work: what may differ in each follows from what a direct connection gives.
import type { HonestItem } from '../catalogue.ts';
import { type Answers, disturbance } from '../compare.ts';
import type { RecordedSession } from './recorder.ts';
import { stepsOf } from './steps.ts';

export type DirectAnswers = (item: Pick<HonestItem, 'steps' | 'startup'>) => Promise<Answers>;

/** Undefined: nothing was asked, or something was sent that no step says. */
export function itemOf(
  program: string,
  number: number,
  { startup, sent }: RecordedSession,
): HonestItem | undefined {
  const steps = stepsOf(sent);
  if (steps === undefined || steps.length === 0) return undefined;
  const parameters = [...startup].filter(([name]) => name !== 'user' && name !== 'database');
  return {
    id: `${program}-${String(number).padStart(2, '0')}`,
    category: `captured ${program.split(':')[0]}`,
    source: `captured:${program}`,
    tier: 'core',
    startup: Object.fromEntries(parameters),
    steps,
    expect: 'identical',
  };
}

/** What isn't the same twice without a gateway can't be asked of one; what holds secrets has to come masked. */
export async function withExpectation(
  item: HonestItem,
  direct: DirectAnswers,
  secrets: readonly Buffer[],
): Promise<HonestItem> {
  const [first, second] = [await direct(item), await direct(item)];
  const expect = disturbance(item, first, second, []) === undefined ? 'identical' : 'ok';
  const masked = columnsWith(first, secrets);
  return masked.length > 0 ? { ...item, expect: 'masked', masked } : { ...item, expect };
}

function columnsWith({ messages }: Answers, secrets: readonly Buffer[]): readonly string[] {
  const found = new Set<string>();
  let names: readonly string[] = [];
  for (const message of messages) {
    if (message.type === 'T') names = message.columns.map(({ name }) => name);
    if (message.type === 'd' && secrets.some((secret) => message.body.includes(secret))) found.add('COPY');
    if (message.type !== 'D') continue;
    for (const [at, value] of message.values.entries())
      if (value !== null && secrets.some((secret) => value.includes(secret))) found.add(names[at] ?? '');
  }
  return [...found];
}
