// Which statements are open: as a map of them says.
import { expect, test } from 'vitest';
import { OpenStatements } from '../../../gateway/audit/journal/open-statements.ts';

test('those that were begun and have not ended, however long some of them last', () => {
  const open = new OpenStatements();
  const known = new Map<number, string>();
  let random = 3;
  for (let seq = 1; seq < 20_000; seq++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 1;
    open.add(seq, `session ${seq % 7}`);
    known.set(seq, `session ${seq % 7}`);
    // Most end soon, and one in a hundred stays for long.
    const ended = random % 100 === 0 ? seq - 5_000 : seq - (random % 5);
    open.delete(ended);
    known.delete(ended);
    expect(open.size).toBe(known.size);
  }
  expect(known.size).toBeGreaterThan(1_024);
  expect(open.all()).toEqual([...known].sort(([one], [other]) => one - other));
});
