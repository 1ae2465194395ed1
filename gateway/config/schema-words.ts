// The words of a JSON Schema, and of the values that it is about, as people read them.

export const comparisons = { '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' } as const;

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'a group of keys',
  string: 'text',
};

export const nameType = (type: string | readonly string[]): string =>
  [type]
    .flat()
    .map((one) => typeNames[one] ?? one)
    .join(' or ');

/** Names a value without quoting long ones: somebody may have pasted a secret in the wrong place. */
export function describeValue(value: unknown): string {
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  const text = JSON.stringify(value);
  return text.length > 40 ? `this ${typeof value}` : text;
}

/** A sentence as a part of another one. */
export const asClause = (text: string): string =>
  (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '');
