// What people and programs read when the starter policy refuses: transcripts of a real psql, reviewed as text.
import { execFile, execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Files, PolicyStage } from './policy-stage.ts';

const here = dirname(fileURLToPath(import.meta.url));
const policies = join(here, '../../policies');

const hasPsql = (() => {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('note: psql is not installed, so that the words of refusals are not compared');
    return false;
  }
})();

async function starterPolicy(): Promise<Files> {
  const entries = await readdir(policies, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [relative(policies, file), await readFile(file, 'utf8')])),
  );
}

describe.skipIf(!hasPsql)('psql shows', () => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(
      await readFile(join(here, 'refusals/schema.sql'), 'utf8'),
      await starterPolicy(),
    );
  });
  afterAll(() => stage?.stop());

  test.each([
    { who: 'agent', claims: { sub: 'agent:invoices', agent_kind: 'agent' } },
    { who: 'administrator', claims: { groups: ['portcullis-administrators'] } },
    { who: 'service', claims: { agent_kind: 'service', sub: 'nightly' } },
  ])('$who what is refused, and that the session goes on', async ({ who, claims }) => {
    const transcript = await psql(await stage.token(claims), join(here, `refusals/${who}.sql`));
    await expect(transcript).toMatchFileSnapshot(`refusals/${who}.txt`);
  });

  async function psql(token: string, file: string): Promise<string> {
    const { host, port } = stage.gateway;
    const env = {
      PATH: process.env.PATH,
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: 'token',
      PGPASSWORD: token,
      PGDATABASE: 'shop',
    };
    const command =
      'psql --no-psqlrc --echo-queries --pset=footer=off --file="$1" 2>&1 || echo "psql ended with $?"';
    const { stdout } = await promisify(execFile)('sh', ['-c', command, 'psql', file], {
      env,
      timeout: 60_000,
    });
    return withoutChance(stdout.replaceAll(new RegExp(`^psql:${file}:\\d+: `, 'gm'), ''));
  }
});

/** Ids, and where in its own code the server wrote an error. */
const withoutChance = (text: string): string =>
  text.replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>').replaceAll(/^LOCATION: .*\n/gm, '');
