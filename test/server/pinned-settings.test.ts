// Which SET is refused since statements would be read otherwise after it.
import { expect, test } from 'vitest';
import { pinnedSettingChanged } from '../../gateway/server/guard/pinned-settings.ts';
import type { StatementFacts } from '../../gateway/sql/index.ts';

const set = (name: string, ...values: string[]) =>
  ({ session: [{ effect: 'set', name, local: false, values }] }) as unknown as StatementFacts;

test.each([
  ['client_encoding', 'LATIN1'],
  ['client_encoding', 'SQL_ASCII'],
  ['client_encoding', 'SJIS'],
  ['standard_conforming_strings', 'off'],
  ['standard_conforming_strings', '0'],
])('%s to %s is refused', (name, value) => {
  expect(pinnedSettingChanged(set(name, value))).toMatchObject({
    code: 'pinned_setting_refused',
    message: expect.stringContaining(`"${name}" must stay `),
  });
});

test.each([
  ['client_encoding', 'UTF8'],
  ['client_encoding', 'utf-8'],
  ['client_encoding', "'utf-8'"],
  ['client_encoding', 'UNICODE'],
  ['standard_conforming_strings', 'on'],
  ['standard_conforming_strings', 'TRUE'],
  ['standard_conforming_strings', '1'],
  ['timezone', 'LATIN1'],
])('%s to %s is not', (name, value) => {
  expect(pinnedSettingChanged(set(name, value))).toBeUndefined();
});

test('what is no constant, and what goes back to what it was, is left to the server', () => {
  const session = [
    { effect: 'set', name: 'client_encoding', local: false },
    { effect: 'reset', name: 'client_encoding' },
  ];
  expect(pinnedSettingChanged({ session } as unknown as StatementFacts)).toBeUndefined();
});
