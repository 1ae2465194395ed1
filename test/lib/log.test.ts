// The log as a process writes it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const lib = new URL('../../gateway/lib/index.ts', import.meta.url).href;

test('the log goes to standard error as JSON lines with a time, fields first', async () => {
  const script = `import { createLog } from '${lib}';
    const log = createLog('info');
    log.debug({ session_id: 's0' }, 'not written');
    log.info({ session_id: 's1' }, 'login accepted');`;
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module-typescript', '-e', script]);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr)).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    session_id: 's1',
    msg: 'login accepted',
  });
});
