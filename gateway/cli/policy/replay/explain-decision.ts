// Why a policy decides what it decides of one input: which rules speak, what they say, and OPA's own trace of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Opa, runOrFail } from '../opa/opa.ts';

/** Rego and data in a folder, and what `data` has beside that while the question is decided. */
export type Sources = Readonly<{ root: string; folders: readonly string[] }>;

export type Question = Readonly<{
  entrypoint: string;
  input: unknown;
  overlay: Readonly<Record<string, unknown>>;
}>;

export type Spoken = Readonly<{ rule?: string; effect?: string; reason?: string }> &
  Readonly<Record<string, unknown>>;

export type Explanation = Readonly<{
  /** Undefined where the policy decides nothing. */
  decision: Readonly<Record<string, unknown>> | undefined;
  /** What each rule says by itself, where the policies are built as the starter policy is. */
  spoken: readonly Spoken[];
  roles: readonly string[];
  /** OPA's own, when it was asked for. */
  trace: string | undefined;
}>;

/** The set by which the packages under `rules` speak, by what is asked. */
const spokenIn: Readonly<Record<string, string>> = {
  'gateway/statement/decision': 'verdict',
  'gateway/connect/decision': 'login_denial',
  'gateway/approve/decision': 'approval_denial',
  'gateway/access/decision': 'access_denial',
};

export async function explainDecision(
  opa: Opa,
  { root, folders }: Sources,
  { entrypoint, input, overlay }: Question,
  { withTrace }: Readonly<{ withTrace: boolean }>,
): Promise<Explanation> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-try-'));
  try {
    const file = join(folder, 'input.json');
    await writeFile(file, JSON.stringify(input));
    const data = folders.flatMap((each) => ['--data', each]);
    const replaced = Object.entries(overlay).map(
      ([key, value]) => ` with data.${key} as ${JSON.stringify(value)}`,
    );
    const ask = async (query: string, ...options: string[]) =>
      runOrFail(opa, ['eval', ...options, ...data, '--input', file, `${query}${replaced.join('')}`], root);
    const value = async (query: string): Promise<unknown> => {
      const { result } = JSON.parse(await ask(query, '--format', 'json')) as Evaluated;
      return result?.[0]?.bindings.x;
    };
    const rule = `data.${entrypoint.replaceAll('/', '.')}`;
    const set = spokenIn[entrypoint];
    return {
      decision: (await value(`x := ${rule}`)) as Explanation['decision'],
      spoken:
        set === undefined
          ? []
          : ((await value(`x := [said | some said in data.rules[_].${set}]`)) as Spoken[]),
      roles: (await value('x := [role | some role in data.portcullis.roles.active]')) as string[],
      trace: withTrace ? await ask(`x := ${rule}`, '--explain', 'full', '--format', 'pretty') : undefined,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Evaluated = Readonly<{ result?: readonly Readonly<{ bindings: Readonly<{ x?: unknown }> }>[] }>;

/** The files of a bundle in a folder, for as long as it takes. */
export async function withSources<T>(
  files: ReadonlyMap<string, Buffer>,
  use: (sources: Sources) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'portcullis-sources-'));
  try {
    for (const [path, content] of files) {
      if (!path.endsWith('.rego') && path !== 'data.json') continue;
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return await use({ root, folders: ['.'] });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Where a rule's name is written: `policies/rules/labels.rego:41`. */
export function findRule(sources: ReadonlyMap<string, string>, rule: string): string | undefined {
  for (const [path, text] of sources) {
    const line = text.split('\n').findIndex((each) => each.includes(`"rule": ${JSON.stringify(rule)}`));
    if (line !== -1) return `${path}:${line + 1}`;
  }
  return undefined;
}
