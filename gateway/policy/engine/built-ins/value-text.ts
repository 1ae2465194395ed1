// Rego values as the module prints them: `[1, "a", {2, 3}, {"k": null}, set()]`.

/** Numbers keep their text: JavaScript's would lose digits. */
export type Value =
  | Readonly<{ kind: 'string'; value: string }>
  | Readonly<{ kind: 'number'; text: string }>
  | Readonly<{ kind: 'other'; text: string }>;

/** The text of a string; undefined where the value isn't one. */
export function readString(text: string): string | undefined {
  return text.startsWith('"') ? (JSON.parse(text) as string) : undefined;
}

/** The items of an array; undefined where the value isn't one. */
export function readArray(text: string): Value[] | undefined {
  return text.startsWith('[') ? splitItems(text.slice(1, -1), ', ').map(readValue) : undefined;
}

function readValue(text: string): Value {
  if (text.startsWith('"')) return { kind: 'string', value: JSON.parse(text) };
  if (/^[-\d]/.test(text)) return { kind: 'number', text };
  return { kind: 'other', text: inOrder(text) };
}

/** OPA prints the keys of an object in order; the module prints them as they lie. */
function inOrder(text: string): string {
  const [open, close] = [text[0] as string, text.at(-1) as string];
  if (open !== '[' && open !== '{') return text;
  const items = splitItems(text.slice(1, -1), ', ').map((item) => splitItems(item, ': ').map(inOrder));
  const isObject = items[0]?.length === 2;
  if (isObject) items.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return `${open}${items.map((item) => item.join(': ')).join(', ')}${close}`;
}

/** Splits where the separator is in no string and no bracket. */
function splitItems(text: string, separator: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') at = endOfString(text, at);
    else if ('[{('.includes(character)) depth++;
    else if (']})'.includes(character)) depth--;
    else if (depth === 0 && text.startsWith(separator, at)) {
      items.push(text.slice(start, at));
      start = at + separator.length;
    }
  }
  if (start < text.length) items.push(text.slice(start));
  return items;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
