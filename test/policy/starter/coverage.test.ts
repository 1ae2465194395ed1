// `opa test` on its own, as a security team runs it: everything passes, and nearly all of the policy is reached.
import { expect, it } from 'vitest';
import { opa, patience } from './opa.ts';

it('opa test passes, and its cases reach at least 95 % of the starter policy', async () => {
  const printed = await opa([
    ...['test', '--coverage', '--threshold', '95', '--timeout', patience],
    ...['--format', 'json', 'policies', 'policy-tests'],
  ]);
  const { files } = JSON.parse(printed) as { files: Record<string, { coverage: number }> };
  const poor = Object.entries(files).filter(
    ([file, { coverage }]) => file.startsWith('policies/') && coverage < 95,
  );
  expect(poor).toEqual([]);
});
