// What the bundles of a set say of databases, put together: `data.catalog`.
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';

/** Roots don't overlap, so that no two bundles have the same place: one may hold labels and another functions. */
export function catalogDataOf(bundles: readonly VerifiedBundle[]): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = {};
  for (const { data } of bundles) {
    if (isObject(data.catalog)) mergeInto(merged, data.catalog);
  }
  return merged;
}

function mergeInto(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(source)) {
    const there = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(there) && isObject(value)) mergeInto(there, value);
    // Plain assignment would take `__proto__` for something else.
    else Object.defineProperty(target, key, { value: copied(value), enumerable: true, writable: true });
  }
}

/** What is merged into must not be the bundle's own. */
function copied(value: unknown): unknown {
  if (!isObject(value)) return value;
  const copy = {};
  mergeInto(copy, value);
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
