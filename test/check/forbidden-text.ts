// Text that ties the checkout to one machine: registry hosts and absolute paths of somebody's home or workspace.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Verdict, verdictOf } from './part.ts';
import { listFiles, root } from './run-tool.ts';

const forbidden: readonly Readonly<{ pattern: RegExp; because: string }>[] = [
  {
    pattern:
      /registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github|proxy\.golang\.|files\.pythonhosted|repo1?\.maven\.|(static|index)\.crates\.io/,
    because: 'names a registry: each user has their own, and npm, go, pip know it',
  },
  {
    pattern: /"resolved": "(?!file:)\w/,
    because:
      'binds the lock file to one registry: npm config set omit-lockfile-registry-resolved true, then npm install',
  },
  { pattern: /(?<![\w.])\/(home|Users)\/[a-z]\w*\//, because: "is a path in somebody's home" },
  { pattern: /(?<![\w./-])\/(work|shared|workspaces?)\/[\w.]/, because: 'is a path of one machine' },
];

export async function forbiddenText(): Promise<Verdict> {
  const findings = await Promise.all((await listFiles('.')).map(scan));
  return verdictOf(findings.flat());
}

async function scan(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  if (text.includes('\0')) return [];
  return text.split('\n').flatMap((line, at) => {
    const broken = forbidden.find(({ pattern }) => pattern.test(line));
    return broken ? [`${file}:${at + 1}: "${broken.pattern.exec(line)?.[0]}" ${broken.because}`] : [];
  });
}
