// Runs the real programs against a recorder and, to see what their users see, through the gateway as well.
import { build } from '../../clients/build.ts';
import { type Ended, missingTool, runCommand } from '../../clients/command.ts';
import type { Target } from '../../scores/connection.ts';
import type { ScoreStage } from '../../scores/score-stage.ts';
import { printTable } from '../../support/report.ts';
import type { HonestItem } from '../catalogue.ts';
import { type DirectAnswers, itemOf, withExpectation } from './items.ts';
import { type Program, type ProgramRun, programs } from './programs.ts';
import { startRecorder } from './recorder.ts';

const LONGEST_RUN = 120_000;

export type CaptureOptions = Readonly<{
  stage: ScoreStage;
  /** Names of programs; empty: all. */
  only: ReadonlySet<string>;
  direct: DirectAnswers;
  secrets: readonly Buffer[];
}>;

type Seen = Readonly<{ program: string; run: string; direct: string; 'through the gateway': string }>;

/** What the programs sent, as items that can be played. A program that isn't here is left out, with the reason. */
export async function capture({
  stage,
  only,
  direct,
  secrets,
}: CaptureOptions): Promise<readonly HonestItem[]> {
  const unknown = [...only].filter((name) => programs.every((program) => program.name !== name));
  if (unknown.length > 0) throw new Error(`there is no program ${unknown.join(', ')}`);
  const chosen = programs.filter(({ name }) => only.size === 0 || only.has(name));
  const recorder = await startRecorder(stage.database.postgres);
  const items: HonestItem[] = [];
  const seen: Seen[] = [];
  try {
    for (const program of chosen) {
      const reason = await whyNotHere(program);
      if (reason !== undefined) {
        seen.push({
          program: program.name,
          run: '',
          direct: `left out: ${reason}`,
          'through the gateway': '',
        });
        continue;
      }
      for (const run of program.runs) {
        await stage.renewDatabase();
        const { host, port } = recorder;
        const alone = await start(run, { ...stage.database.target('gw_app'), host, port });
        const sessions = recorder.take();
        await stage.renewDatabase();
        const through = await start(run, await stage.client('gw_app', 'default'));
        seen.push(seenOf(program, run, alone, through));
        await stage.renewDatabase();
        for (const [at, session] of sessions.entries()) {
          const item = itemOf(`${program.name}:${run.name}`, at + 1, session);
          if (item !== undefined) items.push(await withExpectation(item, direct, secrets));
        }
      }
    }
  } finally {
    await recorder.stop();
  }
  report(seen);
  return items;
}

async function whyNotHere({ tools, build: job }: Program): Promise<string | undefined> {
  for (const [tool, ...args] of tools) {
    const missing = await missingTool(tool, args);
    if (missing !== undefined) return missing;
  }
  if (job === undefined) return undefined;
  return await build(job).then(
    () => undefined,
    (failure: Error) => `it could not be built: ${failure.message}`,
  );
}

function start({ command }: ProgramRun, target: Target): Promise<Ended> {
  const env = {
    ...{ PGHOST: target.host, PGPORT: String(target.port), PGDATABASE: target.database },
    ...{ PGUSER: target.user, PGPASSWORD: target.password, PGSSLMODE: 'disable', PGCONNECT_TIMEOUT: '20' },
    ...{ TZ: 'UTC', LC_ALL: 'C.UTF-8', ...command.env },
  };
  return runCommand({ ...command, env }, LONGEST_RUN);
}

function seenOf({ name }: Program, { name: run }: ProgramRun, alone: Ended, through: Ended): Seen {
  const before = new Set(complaintsOf(alone));
  const added = complaintsOf(through).filter((line) => !before.has(line));
  const ended = through.code === alone.code ? '' : `ended with ${through.code}: `;
  return {
    program: name,
    run,
    direct: alone.code === 0 ? '' : `ended with ${alone.code}: ${complaintsOf(alone).at(-1)}`,
    'through the gateway': `${ended}${(added.find((line) => /error|refused/i.test(line)) ?? added.at(-1) ?? '').slice(0, 300)}`,
  };
}

const complaintsOf = ({ errors }: Ended): readonly string[] =>
  errors.split('\n').filter((line) => line.trim() !== '');

function report(seen: readonly Seen[]): void {
  const told = seen.filter((row) => row.direct !== '' || row['through the gateway'] !== '');
  if (told.length > 0) printTable('Programs that said something', told);
  console.log(`\nprograms: ${seen.length - told.length} of ${seen.length} runs the same through the gateway`);
}
