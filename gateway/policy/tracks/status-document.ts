// The status as OPA's control planes read it, one document for each track.

import type { DecisionLogStatus } from '../export/decision-log.ts';
import type { BundleStatus } from '../supply/bundle-status.ts';
import type { PolicyStatus } from './status.ts';
import type { TrackStatus } from './track.ts';

type Labels = Readonly<Record<string, string>>;

export function statusDocuments(status: PolicyStatus, labels: Labels): readonly object[] {
  const { decisionLog, shadow } = status;
  return status.tracks.map((track) => ({
    labels: track.track === 'stable' ? labels : { ...labels, track: track.track },
    bundles: Object.fromEntries(track.bundles.map((bundle) => [bundle.name, bundleDocument(bundle)])),
    ...(decisionLog === undefined ? {} : { decision_logs: decisionLogDocument(decisionLog) }),
    plugins: pluginsOf(track, status),
    ...(track.track === 'shadow' && shadow !== undefined ? { metrics: { portcullis: { shadow } } } : {}),
  }));
}

/** Times are never absent in OPA's: what hasn't happened yet was at the beginning of time. */
function bundleDocument(bundle: BundleStatus): object {
  return {
    name: bundle.name,
    ...(bundle.activeRevision === undefined ? {} : { active_revision: bundle.activeRevision }),
    last_successful_activation: timeOf(bundle.lastSuccessfulActivation),
    type: 'snapshot',
    ...(bundle.size === undefined ? {} : { size: bundle.size }),
    last_successful_download: timeOf(bundle.lastSuccessfulDownload),
    last_successful_request: timeOf(bundle.lastSuccessfulRequest),
    last_request: timeOf(bundle.lastRequest),
    ...(bundle.message === undefined
      ? {}
      : {
          code: 'bundle_error',
          message: bundle.message,
          errors: [{ code: bundle.code, message: bundle.message }],
        }),
    ...(bundle.httpStatus === undefined ? {} : { http_code: bundle.httpStatus }),
    metrics: bundle.metrics,
  };
}

function decisionLogDocument({ problem, httpStatus, lost, withheld }: DecisionLogStatus): object {
  return {
    ...(problem === undefined ? {} : { code: 'decision_log_error', message: problem }),
    ...(httpStatus === undefined ? {} : { http_code: httpStatus }),
    metrics: {
      counter_decision_logs_dropped_buffer_size_limit_bytes_exceeded: lost,
      counter_decision_logs_withheld: withheld,
    },
  };
}

function pluginsOf(track: TrackStatus, { decisionLog }: PolicyStatus): object {
  return {
    bundle: { state: track.ready ? 'OK' : 'NOT_READY' },
    ...(decisionLog === undefined ? {} : { decision_logs: { state: 'OK' } }),
    status: { state: 'OK' },
  };
}

function timeOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '0001-01-01T00:00:00Z' : new Date(milliseconds).toISOString();
}
