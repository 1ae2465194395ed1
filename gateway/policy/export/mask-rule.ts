// What `system/log/mask` answers, read: which places of an event are removed or overwritten before it leaves.

export type MaskRule = Readonly<{
  op: 'remove' | 'upsert';
  /** The path as it is said in `erased` and `masked`. */
  path: string;
  root: 'input' | 'result';
  /** The names below the root, each as the rule writes it; none: all of it. */
  parts: readonly string[];
  value: unknown;
}>;

/** Why an answer can't be followed. Its message names the rule's form and never a value. */
export class MaskFailed extends Error {
  override readonly name = 'MaskFailed';
}

/** Reads an array of JSON pointers and `{op, path, value}`; a set comes as an array too. */
export function readMaskRules(answer: unknown): readonly MaskRule[] {
  if (answer === undefined) return [];
  if (!Array.isArray(answer)) throw new MaskFailed('system/log/mask is neither an array nor a set');
  return answer.map(readRule).filter((rule) => rule !== undefined);
}

function readRule(rule: unknown): MaskRule | undefined {
  if (typeof rule === 'string') return readPath('remove', rule, undefined);
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    throw new MaskFailed('a rule is neither a path nor an object');
  }
  const { op, path, value } = rule as Record<string, unknown>;
  if (op !== 'remove' && op !== 'upsert') throw new MaskFailed('op is neither remove nor upsert');
  if (typeof path !== 'string') throw new MaskFailed('path is no text');
  // Without this, a misspelt "value" would write null where the author meant something.
  if (op === 'upsert' && value === undefined) throw new MaskFailed('upsert has no value');
  return readPath(op, path, value);
}

function readPath(op: MaskRule['op'], path: string, value: unknown): MaskRule | undefined {
  if (!path.startsWith('/')) throw new MaskFailed('a path does not begin with /');
  const [root, ...parts] = path.slice(1).split('/');
  // Of OPA's events: these never have one, so there is nothing to mask.
  if (root === 'nd_builtin_cache') return undefined;
  if (root !== 'input' && root !== 'result') {
    throw new MaskFailed('a path begins with neither /input nor /result');
  }
  return { op, path: `/${[root, ...parts].map(escapePart).join('/')}`, root, parts, value };
}

/** As Go's url.PathEscape writes a path's segment, which is how OPA names what it erased. */
function escapePart(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]|%(24|26|2B|3A|3D|40)/g, (found) =>
    found.length === 1
      ? `%${found.charCodeAt(0).toString(16).toUpperCase()}`
      : String.fromCharCode(Number.parseInt(found.slice(1), 16)),
  );
}
