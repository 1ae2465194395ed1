// Rules of every kind, and keys for those that need one.
import { MaskKeys, type MaskRule } from '../../gateway/mask/index.ts';

export const keys = new MaskKeys([
  { id: 'new', secret: Buffer.alloc(32, 7) },
  { id: 'old', secret: Buffer.alloc(32, 9) },
]);

export const key = keys.for('tests');

export const rules: readonly MaskRule[] = [
  { kind: 'null' },
  { kind: 'redact' },
  { kind: 'constant', value: '42' },
  { kind: 'constant', value: '2024-02-29' },
  { kind: 'constant', value: '{"a": [1]}' },
  { kind: 'constant', value: 'quite "long" text, with \\ and ünïcödé' },
  { kind: 'token' },
  { kind: 'hash' },
  { kind: 'hash', length: 8 },
  { kind: 'hash', length: 64 },
  { kind: 'bucket', size: 10 },
  { kind: 'bucket', size: 0.25 },
  { kind: 'round', to: 100 },
  { kind: 'round', to: 0.05 },
  { kind: 'round', to: 1e15 },
  { kind: 'date_trunc', unit: 'month' },
  { kind: 'date_trunc', unit: 'week' },
  { kind: 'date_trunc', unit: 'century' },
  { kind: 'date_trunc', unit: 'hour' },
  { kind: 'json', paths: ['/a/b', '/*/*/b', '/ssn', '/0'] },
  { kind: 'pattern', find: ['ssn', 'card', 'email', 'phone', 'iban', 'secret'] },
  { kind: 'pattern', pattern: '[a-f]+\\d', replacement: '«»' },
  { kind: 'email' },
  { kind: 'partial', keep_start: 1, keep_end: 2 },
  { kind: 'partial', keep_end: 4, fill: '•', keep_format: true },
];

export const nameOf = (rule: MaskRule): string =>
  Object.values(rule)
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .join(' ');
