// The catalogue of errors and the faults made from it.
import { describe, expect, test } from 'vitest';
import { type CatalogueEntry, catalogue, Fault, toFault } from '../../gateway/lib/index.ts';

describe.each(Object.entries<CatalogueEntry>(catalogue))('%s', (_code, entry) => {
  test('has an SQLSTATE, and words for the client and for the operator', () => {
    expect(entry.sqlstate).toMatch(/^[0-9A-Z]{5}$/);
    expect(entry.message).not.toMatch(/^[A-Z]|\.$/);
    expect(entry.operator).toMatch(/\.$/);
    if (entry.hint !== undefined) expect(entry.hint).toMatch(/\.$/);
  });
});

describe('Fault', () => {
  test('fills the places of its message', () => {
    const fault = new Fault('unknown_resource', { name: 'orders' });
    expect(fault.message).toBe('resource "orders" does not exist');
    expect(fault.sqlstate).toBe('3D000');
  });

  test('leaves a place that has no parameter as it is', () => {
    expect(new Fault('unknown_resource').message).toBe('resource "{name}" does not exist');
  });

  test('keeps its cause out of its message', () => {
    const fault = new Fault('login_failed', {}, new Error('signature of token eyJh does not match'));
    expect(fault.message).not.toContain('eyJh');
    expect((fault.cause as Error).message).toContain('eyJh');
  });
});

describe('toFault', () => {
  test('lets a fault of ours pass', () => {
    const fault = new Fault('login_failed');
    expect(toFault(fault)).toBe(fault);
  });

  test('turns anything else into internal_error and tells nobody what it was', () => {
    const fault = toFault(new TypeError('row value 42'));
    expect(fault.code).toBe('internal_error');
    expect(fault.message).toBe('internal error of the gateway');
    expect(toFault('thrown text').cause).toBe('thrown text');
  });
});
