// How many rows a statement gives or changes, as the server's planner estimates it; nothing is executed.
import { randomBytes } from 'node:crypto';
import { queryTypes, type Statement } from '../../sql/index.ts';
import { parameterPlaces } from '../resolver/parameter-places.ts';
import { askInSession } from '../resolver/session-place.ts';
import type { SessionQuestions } from '../resolver/session-questions.ts';
import type { Step } from '../resolver/step-sequence.ts';

/**
 * In the client's own session, with its rights, its objects and its settings; undefined for anything but one query, and
 * where the server doesn't say. The planner computes what it takes for a constant: ask only for a statement whose
 * functions may be called. Rejects when the session can't be used any more.
 */
export async function estimateRows(
  { type, node, source }: Statement,
  questions: SessionQuestions,
  milliseconds: number,
): Promise<number | undefined> {
  if (!queryTypes.has(type)) return undefined;
  const parameters = parameterPlaces(node).reduce((most, { number }) => Math.max(most, number), 0);
  const ask = (steps: readonly Step[]) => askInSession(questions, milliseconds, steps);
  if (parameters === 0) return rowsOf(await ask([{ text: `EXPLAIN (FORMAT JSON) ${source}` }]));
  return await estimatePrepared(source, parameters, ask);
}

type Answer = Awaited<ReturnType<typeof askInSession>>;

/**
 * By the plan that holds for all values. EXPLAIN's own GENERIC_PLAN is of later servers, and refuses the extended
 * protocol. A rollback leaves prepared statements.
 */
async function estimatePrepared(
  source: string,
  parameters: number,
  ask: (steps: readonly Step[]) => Promise<Answer>,
): Promise<number | undefined> {
  const name = `portcullis_${randomBytes(12).toString('hex')}`;
  const values = Array.from({ length: parameters }, () => 'NULL').join(', ');
  const deallocate = { text: `DEALLOCATE ${name}` };
  const answer = await ask([
    { text: 'SET LOCAL plan_cache_mode = force_generic_plan' },
    { text: `PREPARE ${name} AS ${source}` },
    { text: `EXPLAIN (FORMAT JSON) EXECUTE ${name}(${values})` },
    deallocate,
  ]);
  // It may have come as far as to the name.
  if ('kind' in answer) await ask([deallocate]);
  return rowsOf(answer);
}

type Plan = Readonly<{
  'Node Type'?: string;
  'Plan Rows'?: number;
  'Parent Relationship'?: string;
  Plans?: readonly Plan[];
}>;

/** Rules may make several plans of a statement. */
function rowsOf(answer: Answer): number | undefined {
  if ('kind' in answer) return undefined;
  const text = answer.flat(2).find((value) => value?.startsWith('['));
  const plans = typeof text === 'string' ? (JSON.parse(text) as readonly { Plan?: Plan }[]) : [];
  const rows = plans.map(({ Plan: plan }) => plan && rowsOfPlan(plan));
  return rows.some((each) => each !== undefined)
    ? rows.reduce<number>((sum, each) => sum + (each ?? 0), 0)
    : undefined;
}

/** A node that writes gives no rows of its own: it writes those that come from below. */
function rowsOfPlan(plan: Plan): number | undefined {
  if (plan['Node Type'] !== 'ModifyTable') return plan['Plan Rows'];
  const below = plan.Plans?.filter((each) => each['Parent Relationship'] === 'Outer') ?? [];
  return below.length === 0 ? undefined : below.reduce((sum, each) => sum + (each['Plan Rows'] ?? 0), 0);
}
