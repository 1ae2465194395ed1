// `portcullis policy init`.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, CommandError } from '../command.ts';
import { installation } from './repository.ts';

/** Where each file of a new repository comes from: the installed policies themselves, and what only a repository has. */
const installed: Readonly<Record<string, string>> = {
  policies: 'policies',
  'policy-tests': 'policy-tests',
  schemas: 'schemas',
  '.regal/config.yaml': '.regal/config.yaml',
};
const template = fileURLToPath(new URL('template/', import.meta.url));
const templates: Readonly<Record<string, string>> = {
  'README.md': 'README.md',
  '.gitignore': 'gitignore',
  '.vscode/settings.json': 'vscode/settings.json',
  '.vscode/extensions.json': 'vscode/extensions.json',
  '.github/workflows/policy.yml': 'github-workflow.yml',
  '.gitlab-ci.yml': 'gitlab-ci.yml',
  'ci/policy.sh': 'ci/policy.sh',
};
/** The form of the gateway's own configuration is no part of a policy. */
const leftOut = new Set([join(installation, 'schemas', 'config.schema.json')]);

export const policyInit: Command = {
  name: 'policy init',
  summary: 'Start a policy repository of your own',
  usage: 'DIR',
  description:
    'The starter policy with its tests, data and schemas, settings with which an editor completes the data, and ' +
    'workflows for GitHub and GitLab that check, test, sign and publish. DIR must be empty, or not there yet; ' +
    'a .git folder may be in it.',
  arguments: { min: 1, max: 1 },
  examples: ['portcullis policy init my-policy'],
  prints: 'What to do next.',
  exits: { 1: 'DIR is not empty, or cannot be written.' },
  async run({ terminal, positionals: [folder = ''] }) {
    const found = await contentOf(folder);
    if (found.length > 0) {
      throw new CommandError(`${folder} is not empty: it has ${found.slice(0, 3).join(', ')}`, {
        hint: 'Name a folder that is empty, or not there yet.',
      });
    }
    for (const [to, from] of Object.entries(installed))
      await copy(join(installation, from), join(folder, to));
    for (const [to, from] of Object.entries(templates)) await copy(join(template, from), join(folder, to));
    await keepStarterAccess(folder);
    terminal.stdout.write(nextSteps(folder));
    return 0;
  },
};

async function contentOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name !== '.git');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new CommandError(`${folder} cannot be read: ${code}`);
  }
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to, { recursive: true, filter: (path) => !leftOut.has(path) });
  } catch (error) {
    throw new CommandError(`${to} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/**
 * The access data are there to be edited, and the starter's own cases want what it decides with those that it came
 * with: these stay beside the cases.
 */
async function keepStarterAccess(folder: string): Promise<void> {
  const data = await readFile(join(installation, 'policies', 'access', 'data.yaml'), 'utf8');
  const kept = data
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => (line === '' ? '' : `  ${line}`));
  const text = [
    '# The access data that the starter policy came with: what its own cases are decided by, however yours change.',
    'starter_access:',
    ...kept,
  ];
  await writeFile(join(folder, 'policy-tests', 'starter-access.yaml'), `${text.join('\n').trimEnd()}\n`);
}

const nextSteps = (folder: string): string =>
  `${folder} is a policy repository now. Next:

  cd ${folder}
  git init && git add . && git commit -m "The starter policy"
  portcullis policy check
  portcullis policy test

Roles are in policies/access/data.yaml; README.md says what is where, and how to sign and publish.
`;
