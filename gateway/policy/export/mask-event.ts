// Removes and overwrites places of an event, and says in it which.
import type { DecisionEvent } from './decision-event.ts';
import { MaskFailed, type MaskRule } from './mask-rule.ts';

type Node = Record<string, unknown> | unknown[];

// An element that was removed stays until all rules are done, so that the rules' indexes mean the event as it was: a set
// that removes /0 and /1 must not leave what stood at 1.
const removed = Symbol('removed');

/** The event masked; the given one stays as it is. */
export function maskEvent(event: DecisionEvent, rules: readonly MaskRule[]): DecisionEvent {
  if (rules.length === 0) return event;
  const masked = { ...event };
  const erased: string[] = [];
  const overwritten: string[] = [];
  for (const root of new Set(rules.map((rule) => rule.root))) {
    // What the policy decided on, and the decision itself, are shared with those who act on it.
    if (masked[root] !== undefined) masked[root] = JSON.parse(JSON.stringify(masked[root]));
  }
  for (const rule of rules) {
    if (masked[rule.root] === undefined) continue;
    if (rule.op === 'remove') {
      if (remove(masked, rule)) erased.push(rule.path);
    } else {
      upsert(masked, rule);
      overwritten.push(rule.path);
    }
  }
  for (const root of new Set(rules.map((rule) => rule.root))) compact(masked[root]);
  if (erased.length > 0) masked.erased = erased;
  if (overwritten.length > 0) masked.masked = overwritten;
  return masked;
}

/** False where there is nothing at the path: a rule may name what only some events have. */
function remove(event: DecisionEvent, { root, parts }: MaskRule): boolean {
  const last = parts.at(-1);
  if (last === undefined) {
    delete event[root];
    return true;
  }
  let node = event[root];
  for (const part of parts.slice(0, -1)) node = childOf(node, part);
  const key = keyIn(node, last);
  if (key === undefined) return false;
  if (Array.isArray(node)) node[Number(key)] = removed;
  else delete (node as Record<string, unknown>)[key];
  return true;
}

function upsert(event: DecisionEvent, { root, parts, value }: MaskRule): void {
  const last = parts.at(-1);
  if (last === undefined) {
    event[root] = value;
    return;
  }
  let node = event[root];
  for (const part of parts.slice(0, -1)) {
    const child = childOf(node, part);
    // Objects on the way are made, as OPA makes them; everything else that isn't there can't be.
    if (child === undefined && isObject(node)) {
      const made = {};
      put(node, part, made);
      node = made;
    } else node = child;
  }
  if (Array.isArray(node)) {
    const key = keyIn(node, last);
    if (key === undefined) throw new MaskFailed('upsert names no element of the list');
    node[Number(key)] = value;
  } else if (isObject(node)) put(node, keyIn(node, last) ?? last, value);
  else throw new MaskFailed('upsert names a place inside a value that has no places');
}

/** Plain assignment would take `__proto__` for something else. */
function put(node: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
}

function childOf(node: unknown, part: string): unknown {
  const key = keyIn(node, part);
  return key === undefined ? undefined : (node as Record<string, unknown>)[key];
}

/**
 * The key that a part of a path means. Names with a slash or percent sign can be written as OPA's paths or as JSON
 * pointers escape them: a rule that misses what it was written for would let it out.
 */
function keyIn(node: unknown, part: string): string | undefined {
  if (Array.isArray(node)) {
    const index = /^(0|[1-9][0-9]*)$/.test(part) ? Number(part) : node.length;
    return index < node.length && node[index] !== removed ? part : undefined;
  }
  if (!isObject(node)) return undefined;
  return [part, percentDecoded(part), part.replaceAll('~1', '/').replaceAll('~0', '~')].find(
    (key) => key !== undefined && Object.hasOwn(node, key),
  );
}

function percentDecoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function compact(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    const left = node.filter((element) => element !== removed);
    if (left.length < node.length) node.splice(0, node.length, ...left);
  }
  for (const child of Object.values(node as Node)) compact(child);
}
