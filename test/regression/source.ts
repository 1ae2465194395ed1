// PostgreSQL's own regression suite at the installed server's version: fetched as a source package, built once, cached.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../.cache/regression');
const APT = '/etc/apt';
const FETCH_MILLISECONDS = 180_000;
const BUILD_MILLISECONDS = 600_000;

export type RegressionSource =
  | Readonly<{ kind: 'ready'; version: string; tests: string; bindir: string }>
  | Readonly<{ kind: 'skipped'; reason: string }>;

/** `tests` is the built src/test folder with regress/ and isolation/ in it. */
export async function regressionSource(say: (line: string) => void): Promise<RegressionSource> {
  let version: string;
  let bindir: string;
  try {
    bindir = (await run('pg_config', ['--bindir'])).stdout.trim();
    const installed = await run('dpkg-query', ['-W', 'postgresql-15']);
    version = installed.stdout.trim().split('\t')[1] ?? '';
  } catch {
    return { kind: 'skipped', reason: 'no PostgreSQL 15 of a Debian package is installed here' };
  }
  const directory = join(CACHE, version);
  const tests = join(directory, 'source/src/test');
  const built = join(directory, 'built-3');
  if (existsSync(built)) return { kind: 'ready', version, tests, bindir };
  try {
    say(`fetching the source of postgresql-15 ${version}`);
    await rm(directory, { recursive: true, force: true });
    await fetchSource(directory, version);
    say('building the regression tests');
    await build(join(directory, 'source'));
    await writeFile(built, `${version}\n`);
    return { kind: 'ready', version, tests, bindir };
  } catch (thrown) {
    return { kind: 'skipped', reason: `its source can't be had: ${firstLine(thrown)}` };
  }
}

/** Uses package lists of its own, so that the machine's configuration stays as it is. */
async function fetchSource(directory: string, version: string): Promise<void> {
  const apt = join(directory, 'apt');
  await mkdir(join(apt, 'lists/partial'), { recursive: true });
  await mkdir(join(apt, 'parts'), { recursive: true });
  for (const [name, text] of await sourceLists()) await writeFile(join(apt, 'parts', name), text);
  const options = [
    `Dir::Etc::sourcelist=${apt}/none`,
    `Dir::Etc::sourceparts=${apt}/parts`,
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}`,
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
  ].flatMap((option) => ['-o', option]);
  const bounded = { cwd: directory, timeout: FETCH_MILLISECONDS, maxBuffer: 1 << 26 };
  await run('apt-get', [...options, 'update'], bounded);
  await run('apt-get', [...options, 'source', '--download-only', `postgresql-15=${version}`], bounded);
  const description = (await readdir(directory)).find((name) => name.endsWith('.dsc'));
  if (!description) throw new Error('the package manager downloaded no source description');
  await run('dpkg-source', ['-x', '--no-check', description, 'source'], bounded);
}

/** The machine's own package sources, asked for sources instead of binaries. */
async function sourceLists(): Promise<[name: string, text: string][]> {
  const parts = await readdir(join(APT, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.map((name) => join('sources.list.d', name))];
  const lists: [string, string][] = [];
  for (const file of files) {
    const text = await readFile(join(APT, file), 'utf8').catch(() => '');
    const name = file.replaceAll('/', '-');
    if (file.endsWith('.sources')) lists.push([name, text.replace(/^Types:.*$/gm, 'Types: deb-src')]);
    else if (file.endsWith('.list')) lists.push([name, text.replace(/^deb\s/gm, 'deb-src ')]);
  }
  return lists;
}

async function build(source: string): Promise<void> {
  const bounded = { cwd: source, timeout: BUILD_MILLISECONDS, maxBuffer: 1 << 26 };
  await run('./configure', ['--without-readline', '--without-zlib', '--without-icu'], bounded);
  for (const part of ['regress', 'isolation']) {
    await run('make', ['-s', '-j2', '-C', `src/test/${part}`], bounded);
  }
}

function firstLine(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message?: string };
  const text = stderr?.trim() || message || String(thrown);
  return text.split('\n').at(-1) ?? text;
}
