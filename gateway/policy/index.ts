export type { AccessDecision } from './access-decision.types.ts';
export type { ApproveDecision } from './approve-decision.types.ts';
export { BundleRefused } from './bundle/bundle-refused.ts';
export { type OpenOptions, openBundle } from './bundle/open-bundle.ts';
export { readTar } from './bundle/read-tar.ts';
export { unpackGzip } from './bundle/unpack-gzip.ts';
export type { VerifiedBundle } from './bundle/verified-bundle.ts';
export type { ConnectDecision } from './connect-decision.types.ts';
export type { Decision } from './decision.types.ts';
export { allowedBuiltIns } from './engine/builtins.ts';
export type { InputKey } from './engine/cache/input-key.ts';
export type { Decided } from './engine/decisions/decided.ts';
export type {
  AccessAsk,
  AccessInput,
  ApproveAsk,
  Ask,
  ConnectAsk,
  GrantsInput,
  Phase,
} from './engine/input/ask.ts';
export { EvaluationFailed } from './engine/instance/evaluation-failed.ts';
export { Policy } from './engine/policy.ts';
export type { PolicyOptions } from './engine/staging/stage-policy.ts';
export { PolicyTrial, type TrialAnswer } from './engine/trial/policy-trial.ts';
export type { DecisionLogStatus } from './export/decision-log.ts';
export type { Pin } from './store/version-record.ts';
export { listVersions, type PinRequest, pinVersion, type StoredVersion, unpin } from './store/versions.ts';
export type { BundleStatus } from './supply/bundle-status.ts';
export { BundleSupply, type SupplyOptions } from './supply/bundle-supply.ts';
export { catalogDataOf } from './tracks/catalog-data.ts';
export type { DecidedCall } from './tracks/shadow.ts';
export type { PolicyStatus } from './tracks/status.ts';
export type { Decider, TrackName, TrackStatus } from './tracks/track.ts';
export { PolicyTracks, type PolicyTracksDeps, trackFolder } from './tracks.ts';
