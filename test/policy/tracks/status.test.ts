// What health and the status service are told of the tracks.
import { afterEach, describe, expect, it } from 'vitest';
import type { BundleStatus } from '../../../gateway/policy/supply/bundle-status.ts';
import { policyStatus } from '../../../gateway/policy/tracks/status.ts';
import { statusDocuments } from '../../../gateway/policy/tracks/status-document.ts';
import type { TrackStatus } from '../../../gateway/policy/tracks/track.ts';
import { startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';
import { bundle, policyConfig, stageTracks } from './stage.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const trackStatus = (changes: Partial<TrackStatus>): TrackStatus => ({
  track: 'stable',
  ready: true,
  revision: 'r1',
  since: 1_700_000_000_000,
  problem: undefined,
  bundles: [],
  ...changes,
});
const statusOf = (...tracks: TrackStatus[]) =>
  policyStatus({
    tracks,
    shadow: undefined,
    decisionLog: undefined,
    statusProblem: undefined,
    canaryRests: undefined,
  });

const active: BundleStatus = {
  name: 'main',
  activeRevision: 'r1',
  size: 10,
  lastRequest: 4,
  lastSuccessfulRequest: 3,
  lastSuccessfulDownload: 2,
  lastSuccessfulActivation: 1,
  metrics: { timer_bundle_request_ns: 5 },
};
const missing = (name: string, message?: string): BundleStatus => ({
  name,
  metrics: {},
  ...(message === undefined ? {} : { code: 'x', message }),
});
const refused: BundleStatus = { ...active, code: 'digest_mismatch', message: 'it was changed' };

describe('health', () => {
  const rows: { name: string; tracks: TrackStatus[]; reason: string | undefined; warnings: string[] }[] = [
    {
      name: 'everything is well',
      tracks: [trackStatus({ bundles: [active] })],
      reason: undefined,
      warnings: [],
    },
    {
      name: 'no bundle came yet',
      tracks: [trackStatus({ ready: false, bundles: [missing('main'), missing('labels')] })],
      reason: 'no policy is active, and every statement is denied: waiting for the bundles "main", "labels"',
      warnings: [],
    },
    {
      name: 'the first one was refused',
      tracks: [trackStatus({ ready: false, bundles: [missing('main', 'it is not signed')] })],
      reason: 'no policy is active, and every statement is denied: bundle "main": it is not signed',
      warnings: [],
    },
    {
      name: 'a later one was refused',
      tracks: [trackStatus({ bundles: [refused] })],
      reason: undefined,
      warnings: ['the stable policy stays as it is: bundle "main": it was changed'],
    },
    {
      name: 'what decides may be old',
      tracks: [
        trackStatus({
          bundles: [
            { ...active, from: 'disk', pinned: { digest: 'd', revision: 'r1', since: '', by: 'ann' } },
          ],
        }),
      ],
      reason: undefined,
      warnings: [
        'bundle "main" comes from the disk: its source has not confirmed it yet',
        'bundle "main" is pinned to r1',
      ],
    },
    {
      name: 'the canary has none',
      tracks: [trackStatus({}), trackStatus({ track: 'canary', ready: false, problem: 'the disk is full' })],
      reason: undefined,
      warnings: ['the canary has no policy: the disk is full'],
    },
  ];
  it.each(rows)('says so when $name', ({ tracks, reason, warnings }) => {
    expect(statusOf(...tracks)).toMatchObject({ ready: reason === undefined, reason, warnings });
  });
});

describe('the status document', () => {
  it('has the fields of OPA', () => {
    expect(statusDocuments(statusOf(trackStatus({ bundles: [active] })), { id: 'g' })).toEqual([
      {
        labels: { id: 'g' },
        bundles: {
          main: {
            name: 'main',
            active_revision: 'r1',
            last_successful_activation: '1970-01-01T00:00:00.001Z',
            type: 'snapshot',
            size: 10,
            last_successful_download: '1970-01-01T00:00:00.002Z',
            last_successful_request: '1970-01-01T00:00:00.003Z',
            last_request: '1970-01-01T00:00:00.004Z',
            metrics: { timer_bundle_request_ns: 5 },
          },
        },
        plugins: { bundle: { state: 'OK' }, status: { state: 'OK' } },
      },
    ]);
  });

  it('has the code of a refusal, and times at the beginning of time for what never was', () => {
    const [document] = statusDocuments(
      statusOf(trackStatus({ ready: false, bundles: [missing('main', 'it was changed')] })),
      {},
    );
    expect(document).toMatchObject({
      bundles: {
        main: {
          last_request: '0001-01-01T00:00:00Z',
          code: 'bundle_error',
          message: 'it was changed',
          errors: [{ code: 'x', message: 'it was changed' }],
        },
      },
      plugins: { bundle: { state: 'NOT_READY' } },
    });
  });

  it('is sent for each track, and again when a policy takes over', async () => {
    const service = await startDecisionService();
    const stage = await stageTracks(
      policyConfig({
        shadow: { bundles: [bundle('main')] },
        status: { url: service.url, labels: { site: 'berlin' }, seconds: 3_600 },
      }),
    );
    ended.push(service.stop, () => stage.tracks.close());
    await waitUntil('both tracks', () => service.reports().length >= 2);
    const before = service.reports().length;
    await stage.supply('shadow').arrive(['s1']);
    const isReady = (report: Record<string, unknown>): boolean =>
      JSON.stringify(report).includes('"bundle":{"state":"OK"}');
    await waitUntil('the shadow', () => service.reports().slice(before).some(isReady));
    const labels = service.reports().map((report) => report.labels);
    expect(labels).toContainEqual(expect.objectContaining({ site: 'berlin', version: '0.1.0' }));
    expect(labels).toContainEqual(expect.objectContaining({ site: 'berlin', track: 'shadow' }));
  });
});
