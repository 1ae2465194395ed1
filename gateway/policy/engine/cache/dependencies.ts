// What of the input a decision depends on, as the bundle's builder found out with `opa deps`.

/** Below a part of the input; an empty path is all of it. */
export type Path = readonly string[];

export type Dependencies = Readonly<{
  identity: readonly Path[];
  session: readonly Path[];
  resource: readonly Path[];
  grants: readonly Path[];
  statement: boolean;
  hour: boolean;
  weekday: boolean;
  /** Anything finer of the time. */
  second: boolean;
}>;

const everything: Dependencies = {
  identity: [[]],
  session: [[]],
  resource: [[]],
  grants: [[]],
  statement: true,
  hour: true,
  weekday: true,
  second: true,
};

/** `metadata` is the manifest's. What it doesn't say, or not in a form that is understood, depends on everything. */
export function dependenciesOf(
  metadata: Readonly<Record<string, unknown>>,
  entrypoint: string,
): Dependencies {
  const ofInput = readPathsOf(metadata, entrypoint);
  if (ofInput === undefined) return everything;
  const below = (part: string) => ofInput.filter(([name]) => name === part).map((path) => path.slice(1));
  const times = below('request').filter(([name]) => name !== 'phase');
  const readsTime = (finer: string) => times.some((path) => path[1] === finer);
  return {
    identity: below('identity'),
    session: below('session'),
    resource: below('resource'),
    grants: below('grants'),
    statement: below('statement').length > 0,
    hour: readsTime('hour'),
    weekday: readsTime('weekday'),
    second: times.some(([, finer]) => finer !== 'hour' && finer !== 'weekday'),
  };
}

/** Below `input`; undefined where it may be anything. */
export function readPathsOf(
  metadata: Readonly<Record<string, unknown>>,
  entrypoint: string,
): readonly Path[] | undefined {
  const listed = member(member(member(metadata, 'portcullis'), 'dependencies'), entrypoint);
  if (!Array.isArray(listed) || !listed.every((one) => typeof one === 'string')) return undefined;
  // Data is the policy's own, and the policy remembers nothing once it is replaced.
  const ofInput = listed.map(parsePath).filter(([root]) => root !== 'data');
  if (ofInput.some(([root, part]) => root !== 'input' || part === undefined || !parts.has(part)))
    return undefined;
  return ofInput.map((path) => path.slice(1));
}

/** A statement that is remembered has no approval and asks for no access: what depends on these depends on nothing. */
const parts: ReadonlySet<string> = new Set([
  'request',
  'identity',
  'session',
  'resource',
  'statement',
  'grants',
  'approval',
  'access',
]);

/** Up to the first step that isn't a plain name: what holds it is more than what was meant, and never less. */
function parsePath(text: string): string[] {
  const steps = text.split('.');
  const end = steps.findIndex((step) => !/^\w+$/.test(step));
  return end === -1 ? steps : steps.slice(0, end);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
