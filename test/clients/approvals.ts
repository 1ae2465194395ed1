// A driver while its COMMIT waits for people, who agree or refuse: psycopg, which sends BEGIN and COMMIT of its own.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { printTable, type Row } from '../support/report.ts';
import { sleep } from '../support/wait.ts';
import { build, sources } from './build.ts';
import { type Client, clients } from './clients.ts';
import { runProgram } from './program.ts';
import type { Approving } from './targets.ts';

/** The gateway reminds whoever waits each second; they hear of it more than once. */
const THINKING_MS = 2_500;

const [agreed, refused] = [
  ['committed', true, true, 'IDLE', true, true],
  [['42501', true], true, true, 'IDLE', true, false],
];
const want: Readonly<Record<string, unknown>> = {
  approved: agreed,
  approved_many: agreed,
  approved_pipeline: agreed,
  refused,
  block: ['agree: block'],
};

/** Prints what each check came to, and returns how many were wrong. */
export async function tryApprovals(approving: Approving): Promise<number> {
  const psycopg = clients.find(({ name }) => name === 'psycopg');
  if (psycopg === undefined) throw new Error('there is no client psycopg');
  if (psycopg.build) await build(psycopg.build);
  const program: Client = {
    ...psycopg,
    name: 'psycopg-approvals',
    command: async () => ({
      ...(await psycopg.command()),
      args: [join(sources, 'psycopg-approvals', 'main.py')],
    }),
  };
  const over = new AbortController();
  const answering = answer(approving, over.signal);
  const { outcomes, complaint } = await runProgram(program, approving.target, Object.keys(want)).finally(() =>
    over.abort(),
  );
  await answering;
  if (complaint !== '') console.log(`psycopg-approvals ${complaint}`);
  const rows: Row[] = Object.entries(want).map(([check, wanted]) => {
    const outcome = outcomes.get(check);
    const got = outcome === undefined || outcome.kind === 'skipped' ? 'no answer' : outcome.got;
    const result = isDeepStrictEqual(got, wanted) ? 'ok' : `WRONG ${JSON.stringify(got)}`;
    return { check, client: 'psycopg', result };
  });
  printTable('Commits that wait for approval', rows);
  return rows.filter(({ result }) => result !== 'ok').length;
}

type Listed = Readonly<{
  id: string;
  statement: string;
  parameters?: readonly string[];
  transaction?: unknown;
}>;

/** After a while, each by what it says. */
async function answer({ api, token }: Approving, over: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answered = new Set<string>();
  const one = async (request: Listed): Promise<void> => {
    answered.add(request.id);
    const detail = await (await fetch(`${api}/${request.id}`, { headers })).text();
    await sleep(THINKING_MS);
    const isRefused = detail.includes('refuse');
    const body = JSON.stringify(isRefused ? { words: 'not this one' } : {});
    await fetch(`${api}/${request.id}/${isRefused ? 'deny' : 'approve'}`, { method: 'POST', headers, body });
  };
  const under: Promise<void>[] = [];
  while (!over.aborted) {
    const { approvals } = (await (await fetch(api, { headers })).json()) as { approvals: readonly Listed[] };
    for (const request of approvals) if (!answered.has(request.id)) under.push(one(request));
    await sleep(100);
  }
  await Promise.all(under);
}
