// Whether what the configuration wants to have recorded can be.
import type { Config } from '../config.types.ts';
import type { Problem } from '../problem.ts';

export function checkRecordings({ audit }: Config): Problem[] {
  if (audit.record !== 'full') return [];
  if (audit.mode === 'off')
    return [
      { path: ['audit', 'record'], wrong: 'is full while audit.mode is off', right: 'remove one of them' },
    ];
  if (audit.recordings.public_key_file !== undefined) return [];
  return [
    {
      path: ['audit', 'recordings', 'public_key_file'],
      wrong: 'is missing while audit.record is full',
      right: 'name the public key that portcullis audit recording-keys create makes',
    },
  ];
}
