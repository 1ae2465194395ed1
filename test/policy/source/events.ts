// What a source told, for tests to wait for.
import type { BundleConfig } from '../../../gateway/config/index.ts';
import type {
  Delivery,
  Outcome,
  SourceEvents,
  SourceFailure,
} from '../../../gateway/policy/source/bundle-source.ts';

export type Told = SourceEvents & {
  readonly deliveries: Delivery[];
  readonly failures: SourceFailure[];
  unchangedCount: number;
  requestedCount: number;
  /** What the receiver says of the next deliveries. */
  outcome: Outcome;
};

export function listen(): Told {
  const told: Told = {
    deliveries: [],
    failures: [],
    unchangedCount: 0,
    requestedCount: 0,
    outcome: 'new',
    requested: () => {
      told.requestedCount += 1;
    },
    received: async (delivery) => {
      told.deliveries.push(delivery);
      return told.outcome;
    },
    unchanged: () => {
      told.unchangedCount += 1;
    },
    failed: (failure) => {
      told.failures.push(failure);
    },
  };
  return told;
}

/** Polls so often that tests needn't wait; the rest as the configuration would have it. */
export function bundleConfig(changes: Partial<BundleConfig> & { url: string }): BundleConfig {
  return {
    name: 'main',
    unsigned: true,
    poll: { min_seconds: 0.01, max_seconds: 0.02, long_poll_seconds: 0 },
    max_bytes: 1024 * 1024,
    max_unpacked_bytes: 16 * 1024 * 1024,
    ...changes,
  };
}
