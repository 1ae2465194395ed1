import { beforeAll, describe, expect, test } from 'vitest';
import { sprintf } from '../../../../gateway/policy/engine/built-ins/sprintf.ts';
import type { PolicyInstance } from '../../../../gateway/policy/engine/instance/policy-instance.ts';
import { evaluateWithOpa, startInstance, toInput } from '../compile.ts';

const composite = '[1, "a \\"b\\"", {"b": [1, {3, 2}], "a": null, "c d": {}}, true, set(), [], {"x"}]';
const cases: readonly [format: string, values: string][] = [
  ['no verb at all, 100%%', '[]'],
  ['%v %v %v', '["text", 12, 1.5]'],
  ['%s and %d', '["text", 12]'],
  ['%s', '[12]'],
  ['%d', '["text"]'],
  ['%d %d', '[1.5, true]'],
  ['%v', `[${composite}]`],
  ['%s', `[${composite}]`],
  ['%v %s', '[null, false]'],
  ['%5d|%-5d|%05d|%+d|% d', '[42, 42, 42, 42, 42]'],
  ['%05d|%+05d|%-05d', '[-42, 42, -42]'],
  ['%x %X %o %b %#x', '[255, 255, 8, 5, 255]'],
  ['%x %X', '["hi", "hi"]'],
  ['%10s|%-10s|%.2s|%5.1s|', '["text", "text", "text", "text"]'],
  ['%q', '["a \\"quoted\\" text"]'],
  ['%f %.2f %8.3f %e %.1e', '[1.5, 3.14159, 2.5, 12345.678, 0.00012]'],
  ['%g %v %v %v', '[1.5, 0.00001234, 123456789.125, 1.0e30]'],
  ['%v %v %v %v', '[123456.5, 1234567.5, 0.0001, 0.00001]'],
  ['%v %d', '[9007199254740993, 12345678901234567890]'],
  ['%d', '[-7]'],
  ['%s %s', '["one"]'],
  ['%s', '["one", "two", 3]'],
  ['%t %z', '[true, 1]'],
  ['100%', '[]'],
  ['%v', '["ünïcödé 🦉"]'],
  ['%7v|%-7v|', '["🦉", "é"]'],
  ['%03d:%02d', '[7, 5]'],
];

describe('sprintf says what OPA says', () => {
  const rules = `# METADATA\n# entrypoint: true\ndecision := [${cases
    .map(([format, values]) => `sprintf(${JSON.stringify(format)}, ${values})`)
    .join(', ')}]\n`;
  let here: unknown[] = [];
  let opa: unknown[] = [];
  beforeAll(async () => {
    // Through a variable: OPA's compiler may evaluate constants itself.
    const asked = rules.replaceAll(
      /sprintf\((".*?[^\\]"|""), /g,
      'sprintf(concat("", [input.nothing, $1]), ',
    );
    opa = (await evaluateWithOpa(asked, 'data.gateway.statement.decision', { nothing: '' })) as unknown[];
    const instance: PolicyInstance = await startInstance(asked);
    here = instance.evaluate(0, toInput({ nothing: '' }))[0]?.result as unknown[];
  });

  test.each(cases.map(([format, values], at) => ({ format, values, at })))('$format of $values', ({ at }) => {
    expect(opa[at]).toBeTypeOf('string');
    expect(here[at]).toBe(opa[at]);
  });
});

test('sprintf never makes a text that is much longer than what it is given', () => {
  expect(() => sprintf('"%2000000000d"', '[1]')).toThrow(/at most/);
  expect(() => sprintf('"%.2000000000f"', '[1.5]')).toThrow(/at most/);
});
