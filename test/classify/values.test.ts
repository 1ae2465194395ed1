// What sampled values are told to be: by their counts, and with care.
import { describe, expect, test } from 'vitest';
import { weigh } from '../../gateway/classify/evidence.ts';
import { ValueCounts } from '../../gateway/classify/values/value-evidence.ts';

const sampledOf = (values: readonly string[]) => {
  const counts = new ValueCounts();
  for (const value of values) counts.add(value);
  return counts.result();
};
const times = (count: number, make: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** With a right check digit. */
function card(at: number): string {
  const start = `4111${String(at).padStart(11, '0')}`;
  for (let check = 0; check < 10; check++) {
    const digits = [...`${start}${check}`].map(Number).reverse();
    const sum = digits.reduce((all, digit, place) => {
      const weighed = place % 2 === 1 ? digit * 2 : digit;
      return all + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
    if (sum % 10 === 0) return `${start}${check}`;
  }
  throw new Error('one of ten digits is right');
}

describe('values', () => {
  test.each([
    ['e-mail addresses', times(20, (at) => `person${at}@example.com`), 'pii.email'],
    ['card numbers', times(20, card), 'pci.card_number'],
    ['card numbers in groups', times(20, (at) => card(at).replace(/(.{4})(?=.)/g, '$1 ')), 'pci.card_number'],
    ['social security numbers', times(20, (at) => `${200 + at}-45-${6000 + at}`), 'pii.ssn'],
    ['IBANs', times(20, () => 'DE89 3704 0044 0532 0130 00'), 'financial.iban'],
    ['telephone numbers', times(20, (at) => `+49 30 12345${600 + at}`), 'pii.phone'],
    ['IP addresses', times(20, (at) => `192.168.4.${at}`), 'pii.ip_address'],
    ['password hashes', times(20, (at) => `$2b$12$${'a'.repeat(50)}${at}`), 'secret.password'],
    ['keys', times(20, (at) => `sk_live_4eC39HqLyjWDarjtT1zdp7${at}`), 'secret.token'],
    [
      'prose with addresses in it',
      times(20, (at) => `please write to the customer again, at jo${at}@example.com, when it is there`),
      'pii.free_text',
    ],
  ])('%s are told from the values alone', (_, values, label) => {
    const found = weigh({ ...question, name: 'c17', sampled: sampledOf(values) });
    expect(found?.label).toBe(label);
    expect(found?.confidence).toBeGreaterThanOrEqual(0.7);
  });

  test.each([
    ['numbers of orders', times(100, (at) => String(4_000_000_000_000_000 + at * 7_919))],
    ['dates', times(50, (at) => `2024-01-${10 + (at % 20)}`)],
    ['times', times(50, (at) => `2024-01-10 12:${10 + (at % 40)}:00`)],
    ['versions', times(50, (at) => `1.${at}.3.4`)],
    ['prices', times(50, (at) => `${at}.99`)],
    ['UUIDs', times(50, (at) => `7b6c1f5e-3d7e-4d4a-9e9b-0000000000${10 + at}`)],
    ['words', times(50, (at) => ['pending', 'paid', 'shipped'][at % 3] as string)],
    ['digests', times(50, (at) => `${'0123456789abcdef'.repeat(3)}${1000 + at}`)],
    ['names of files', times(50, (at) => `/var/lib/data/2024/report-${at}.pdf`)],
    ['titles', times(50, (at) => `The quick brown fox jumps over the lazy dog, part ${at}`)],
    ['too few e-mail addresses', times(4, (at) => `person${at}@example.com`)],
  ])('%s are nothing', (_, values) => {
    expect(weigh({ ...question, name: 'c17', sampled: sampledOf(values) })).toBeUndefined();
  });

  test('values that agree with the name make it surer, and those that contradict it less sure', () => {
    const unseen = weigh({ ...question, name: 'email' });
    const agreeing = sampledOf(times(50, (at) => `p${at}@example.com`));
    const others = sampledOf(times(50, (at) => `mail room ${at}`));
    const few = sampledOf(times(8, (at) => `mail room ${at}`));
    const confidence = (sampled: typeof agreeing) =>
      weigh({ ...question, name: 'email', sampled })?.confidence;
    expect(confidence(agreeing)).toBeGreaterThan(unseen?.confidence ?? 1);
    expect(confidence(others)).toBeLessThan(0.5);
    expect(confidence(few)).toBe(unseen?.confidence);
  });

  test('what is said of values are counts', () => {
    const values = times(20, (at) => `canary${at}@example.com`);
    const said = JSON.stringify(weigh({ ...question, name: 'c17', sampled: sampledOf(values) }));
    expect(said).toContain('20 of 20 sampled values look like e-mail addresses');
    expect(said).not.toContain('canary');
  });
});

const question = {
  name: '',
  type: 'text',
  typeName: undefined,
  comment: undefined,
  table: 'other',
  sampled: undefined,
} as const;
