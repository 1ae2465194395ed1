// How the policy is: what decides, and what somebody should look at.
import type { DecisionLogStatus } from '../export/decision-log.ts';
import type { BundleStatus } from '../supply/bundle-status.ts';
import type { ShadowStatus } from './shadow.ts';
import type { TrackStatus } from './track.ts';

export type PolicyStatus = Readonly<{
  /** The stable track has a policy. */
  ready: boolean;
  /** Why it has none, so that whoever isn't in the canary is denied every statement; undefined when ready. */
  reason: string | undefined;
  /** What stops nobody, and somebody should look at. */
  warnings: readonly string[];
  tracks: readonly TrackStatus[];
  shadow: ShadowStatus | undefined;
  decisionLog: DecisionLogStatus | undefined;
}>;

type Parts = Readonly<{
  tracks: readonly TrackStatus[];
  shadow: ShadowStatus | undefined;
  decisionLog: DecisionLogStatus | undefined;
  /** Why the last status report failed. */
  statusProblem: string | undefined;
  /** Why the canary doesn't decide. */
  canaryRests: string | undefined;
}>;

export function policyStatus(parts: Parts): PolicyStatus {
  const { tracks, shadow, decisionLog, statusProblem, canaryRests } = parts;
  const stable = tracks.find(({ track }) => track === 'stable');
  const ready = stable?.ready === true;
  return {
    ready,
    reason: ready ? undefined : reasonOf(stable),
    warnings: [
      ...(canaryRests === undefined
        ? []
        : [`the stable policy decides for the principals of the canary: ${canaryRests}`]),
      ...tracks.flatMap(warningsOf),
      ...(decisionLog?.problem === undefined ? [] : [`decisions cannot be uploaded: ${decisionLog.problem}`]),
      ...(statusProblem === undefined ? [] : [`the status cannot be reported: ${statusProblem}`]),
    ],
    tracks,
    shadow,
    decisionLog,
  };
}

function reasonOf(stable: TrackStatus | undefined): string {
  if (stable === undefined) return 'no bundle is configured: every statement is denied';
  const problems = problemsOf(stable);
  const waited = stable.bundles.map(({ name }) => `"${name}"`).join(', ');
  return `no policy is active, and every statement is denied: ${
    problems.length > 0 ? problems.join('; ') : `waiting for the bundles ${waited}`
  }`;
}

function warningsOf(track: TrackStatus): string[] {
  const problems = problemsOf(track);
  if (!track.ready && track.track === 'stable') return [];
  if (!track.ready) {
    const behind = problems.length === 0 ? '' : `: ${problems.join('; ')}`;
    return [`the ${track.track} has no policy${behind}`];
  }
  return [
    ...problems.map((problem) => `the ${track.track} policy stays as it is: ${problem}`),
    ...track.bundles.flatMap(originOf),
  ];
}

/** What is active and is perhaps not what was published last. */
function originOf({ name, from, pinned }: BundleStatus): string[] {
  return [
    ...(from === 'disk' ? [`bundle "${name}" comes from the disk: its source has not confirmed it yet`] : []),
    ...(typeof pinned === 'object'
      ? [`bundle "${name}" is pinned to ${pinned.revision || pinned.digest.slice(0, 12)}`]
      : []),
  ];
}

function problemsOf({ bundles, problem }: TrackStatus): string[] {
  return [
    ...(problem === undefined ? [] : [problem]),
    ...bundles.flatMap(({ name, message }) =>
      message === undefined ? [] : [`bundle "${name}": ${message}`],
    ),
  ];
}
