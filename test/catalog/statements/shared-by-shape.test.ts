// Which facts statements of one shape may share.
import { expect, test } from 'vitest';
import { sharedByShape } from '../../../gateway/catalog/index.ts';

const calling = (name: string, builtin: boolean) => sharedByShape({ functions: [{ name, builtin }] });

test.each([
  { name: 'lower', builtin: true, want: true },
  { name: 'risk', builtin: false, want: true },
  // Its arguments are left out of the shape.
  { name: 'lower', builtin: false, want: false },
  // A constant that is left out may be what it sets.
  { name: 'set_config', builtin: true, want: false },
])('a call of $name, builtin: $builtin', ({ name, builtin, want }) => {
  expect(calling(name, builtin)).toBe(want);
});
