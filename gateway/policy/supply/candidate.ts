// A verified bundle on its way to being active, with what is kept beside it.
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';

export type Candidate = {
  readonly bundle: VerifiedBundle;
  /** The file; forgotten once it is on the disk. */
  bytes: Buffer | undefined;
  etag: string | undefined;
  /** `disk`: the source has not yet said that this is the current version. */
  from: 'server' | 'disk';
  /** When the source last said so; milliseconds since the epoch. */
  currentAt: number;
};
