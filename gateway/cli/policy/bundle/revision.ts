// What a bundle calls its version: the git commit that it was built from, as far as that says it all.
import { createHash } from 'node:crypto';
import { runProgram } from '../opa/run-program.ts';
import type { PolicyRepository } from '../repository.ts';

/** The commit; where files differ from it, the commit and a digest of the content; without git, the digest alone. */
export async function defaultRevision(
  { root, policies }: PolicyRepository,
  files: ReadonlyMap<string, Buffer>,
): Promise<string> {
  const git = (...args: string[]) =>
    runProgram('git', args, { folder: root }).then(
      ({ code, stdout }) => (code === 0 ? stdout.trim() : undefined),
      () => undefined,
    );
  const commit = await git('rev-parse', '--verify', 'HEAD');
  const changed = await git('status', '--porcelain', '--', policies);
  if (commit !== undefined && changed === '') return commit;
  const digest = digestOf(files).slice(0, 12);
  return commit === undefined ? digest : `${commit}+${digest}`;
}

function digestOf(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest('hex');
}
