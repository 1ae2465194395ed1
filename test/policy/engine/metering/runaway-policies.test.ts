// Policies that would run for hours end after their steps, and the event loop goes on.
import { describe, expect, test } from 'vitest';
import {
  EvaluationFailed,
  type EvaluationFailure,
} from '../../../../gateway/policy/engine/instance/evaluation-failed.ts';
import type { PolicyInstance } from '../../../../gateway/policy/engine/instance/policy-instance.ts';
import { startInstance, toInput } from '../compile.ts';

const manyAs = 'a'.repeat(10_000);

const runaways: readonly { name: string; rule: string; want: EvaluationFailure; memoryBytes?: number }[] = [
  {
    name: 'a comprehension over a billion numbers',
    rule: 'x := count([i | some i in numbers.range(1, 1000000000)])',
    want: 'steps',
  },
  {
    name: 'comprehensions inside each other',
    rule: `numbers_ := numbers.range(1, 5000)
x := count([1 | some i in numbers_; some j in numbers_; some k in numbers_; i + j + k == 3])`,
    want: 'steps',
  },
  {
    name: 'a string that is put into itself',
    rule: 'x := count(replace(replace(replace(input.text, "a", input.text), "a", input.text), "a", input.text))',
    want: 'steps',
  },
  {
    name: 'walks inside walks',
    rule: 'x := count([1 | walk(data.tree, [_, _]); walk(data.tree, [_, _]); walk(data.tree, [_, _]); walk(data.tree, [_, _])])',
    want: 'steps',
  },
  {
    name: 'a built-in of the host that is called again and again',
    rule: 'x := count([s | some i in numbers.range(1, 1000000); s := sprintf("%d", [i])])',
    want: 'steps',
  },
  {
    name: 'a regular expression with nested repetition over a long text, many times',
    rule: `x := count([1 | some i in numbers.range(1, 1000); regex.match("(a*)*(a*)*(a*)*b{100}", concat("", [input.text, "c"]))])`,
    want: 'steps',
  },
  {
    name: 'a number with a billion digits',
    rule: 'x := to_number("1e1000000000") + 1',
    want: 'steps',
  },
  {
    name: 'more memory than there is',
    rule: 'x := count([s | some i in numbers.range(1, 1000); s := concat("", [input.text, format_int(i, 10)])])',
    want: 'memory',
    memoryBytes: 4 * 1024 * 1024,
  },
];

function failureOf(instance: PolicyInstance): EvaluationFailed {
  try {
    instance.evaluate(0, toInput({ text: manyAs }));
  } catch (error) {
    if (error instanceof EvaluationFailed) return error;
    throw error;
  }
  throw new Error('the evaluation did not fail');
}

describe('a policy that would run for hours', () => {
  test.each(runaways)('ends: $name', async ({ rule, want, memoryBytes }) => {
    const rules = `# METADATA\n# entrypoint: true\ndecision := {"x": x}\n\n${rule}`;
    const tree = Array.from({ length: 100 }, (_, at) => [at, [at]]);
    const instance = await startInstance(rules, { tree }, memoryBytes === undefined ? {} : { memoryBytes });
    // A timer that was due before the evaluation runs right after it: the loop wasn't lost.
    const served = new Promise<string>((resolve) => setTimeout(resolve, 0, 'served'));
    const failure = failureOf(instance);
    expect(failure.failure).toBe(want);
    expect(failure.message).not.toContain(manyAs);
    expect(await served).toBe('served');
    expect(instance.usable).toBe(false);
    expect(() => instance.evaluate(0, toInput({}))).toThrow(EvaluationFailed);
  });

  test('takes the same number of steps each time', async () => {
    const rules =
      '# METADATA\n# entrypoint: true\ndecision := count([1 | some i in numbers.range(1, input.n); i > 3])';
    const instance = await startInstance(rules);
    const stepsFor = (n: number) => {
      instance.evaluate(0, toInput({ n }));
      return instance.stepsLeft;
    };
    stepsFor(100);
    const first = stepsFor(100);
    expect(stepsFor(5000)).toBeLessThan(first);
    expect(stepsFor(100)).toBe(first);
  });
});
