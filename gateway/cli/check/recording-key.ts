// Checks the public key of recordings as the gateway reads it.
import { RecordingKeyRefused, readRecipients } from '../../audit/index.ts';
import { bad, type Finding, good } from './finding.ts';

export async function checkRecordingKey(file: string): Promise<Finding> {
  const about = 'audit.recordings.public_key_file';
  try {
    const ids = (await readRecipients(file)).map(({ id }) => id);
    return good(about, `${file}, answers are recorded for the key ${ids.join(' and ')}`);
  } catch (error) {
    if (!(error instanceof RecordingKeyRefused)) throw error;
    return bad(
      about,
      `${file}: ${error.message}`,
      'portcullis audit recording-keys create FILE makes such a key, in FILE.pub.',
    );
  }
}
