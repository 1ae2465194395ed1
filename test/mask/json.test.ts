// Kind json against a model over parsed documents.
import { expect, it } from 'vitest';
import { changeStrings } from '../../gateway/mask/json/change-strings.ts';
import { maskPaths } from '../../gateway/mask/json/mask-paths.ts';
import { readPaths } from '../../gateway/mask/json/paths.ts';
import fc from '../support/properties.ts';

const key = fc.constantFrom('a', 'b', 'c', '0', '~/', 'ü"\\', '*');
const { document } = fc.letrec<{ document: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ),
  document: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(key, tie('document'), { maxKeys: 4 }),
  ),
}));
const pointer = fc
  .array(fc.oneof(key, fc.constantFrom('*', '1')), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`);

function masked(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  const step = (name: string, inner: unknown) =>
    first === '*' || first === name ? masked(inner, rest) : inner;
  if (Array.isArray(value)) return value.map((inner, at) => step(String(at), inner));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, step(name, inner)]));
}

it('puts null where the paths lead', () => {
  fc.assert(
    fc.property(
      document,
      fc.array(pointer, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(0, 2),
      (value, paths, space) => {
        const shown = maskPaths(Buffer.from(JSON.stringify(value, null, space)), readPaths(paths));
        const want = paths.reduce((inner: unknown, path) => {
          const parts = path.split('/').slice(1);
          return masked(
            inner,
            parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
          );
        }, value);
        expect(JSON.parse(shown?.toString() ?? 'undefined')).toEqual(want);
      },
    ),
  );
});

it('changes texts wherever they are, and leaves the rest', () => {
  fc.assert(
    fc.property(document, (value) => {
      const text = Buffer.from(JSON.stringify(value));
      expect(changeStrings(text, (string) => string)).toEqual(text);
      const shown = changeStrings(text, () => 'x')?.toString() ?? '';
      expect(() => JSON.parse(shown)).not.toThrow();
      expect(shown.replace(/"x"|null|true|false|[[\]{}:,]/g, '')).toBe('');
    }),
  );
});

it('goes no deeper than the paths, however deep the document is', () => {
  const deep = `${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`;
  expect(maskPaths(Buffer.from(deep), readPaths(['/0/a']))?.toString()).toBe('[{"a":null}]');
});

it.each([
  '',
  '{',
  '{"a"}',
  '{"a":}',
  '{"a":1',
  '[1,',
  '[1 2]',
  '{"a":1}x',
  '{"a":1,}',
  '"',
  '{a:1}',
  '{"\\u00":1}',
])('NULL for %j', (text) => {
  expect(maskPaths(Buffer.from(text), readPaths(['/a', '/0', '/*']))).toBeNull();
});
