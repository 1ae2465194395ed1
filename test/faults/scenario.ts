// What a scenario is given and what it must give back.
import type { Random } from '../support/random.ts';
import type { Stage } from './stage.ts';

export type Scale = Readonly<{
  /** The short run's number or the full one's. */
  of(quick: number, full: number): number;
  random: Random;
}>;

export type Scenario = Readonly<{
  name: string;
  /** Makes no sense against a bare relay, which has no logins, limits or signals. */
  gatewayOnly?: boolean;
  milliseconds: number;
  /** Resolves with what was seen, in a few words; throws when something is wrong. */
  run(stage: Stage, scale: Scale): Promise<string>;
}>;

export function check(condition: boolean, what: string | (() => string)): asserts condition {
  if (!condition) throw new Error(typeof what === 'string' ? what : what());
}

/** Runs tasks with at most `width` at a time; the first failure is thrown after all have ended. */
export async function atMost<T, R>(
  width: number,
  items: readonly T[],
  task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      try {
        results[index] = await task(items[index] as T, index);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) {
    const [first] = failures;
    throw new Error(`${failures.length} of ${items.length} failed, the first: ${first}`, { cause: first });
  }
  return results;
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
