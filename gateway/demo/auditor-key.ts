// The key that opens the demo's recordings, made once. Somewhere else it would stay with the auditor.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshRecordingKeys } from '../audit/index.ts';

export const auditorKey = { private: 'auditor.pem', public: 'auditor.pem.pub' } as const;

export async function prepareAuditorKey(folder: string): Promise<void> {
  const { privatePem, publicPem } = freshRecordingKeys();
  try {
    await writeFile(join(folder, auditorKey.private), privatePem, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await writeFile(join(folder, auditorKey.public), publicPem);
}
