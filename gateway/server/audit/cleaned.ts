// A document without the texts in it that look like secrets or like somebody's numbers and addresses.
import { withoutSecrets } from './said-text.ts';

/** The same object where nothing has to go. */
export function cleaned<T>(value: T): T {
  const text = JSON.stringify(value);
  if (withoutSecrets(text) === text) return value;
  return cleanedPart(value) as T;
}

export function cleanedPart(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(cleanedPart);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cleanedPart(member)]));
}
