// What a track needs of a policy and of the supply of its bundles.
import type { BundleConfig } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import type { Input } from '../../sql/index.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { ExportRules } from '../export/decision-event.ts';

export type Decided = Readonly<{
  decision: Readonly<{ effect: string; rule: string }>;
  revision: string;
  cached: boolean;
  input(): unknown;
}>;
export type Ask = Readonly<{ identity: Input['identity']; session: Input['session'] }>;
export type Policy = Readonly<{
  revision: string;
  statement(ask: Ask): Decided;
  connect(ask: Ask): Decided;
  approve(ask: Ask): Decided;
  exportRules: ExportRules;
}>;
export type BundleStatus = Readonly<{
  name: string;
  activeRevision?: string;
  size?: number;
  lastRequest?: number;
  lastSuccessfulRequest?: number;
  lastSuccessfulDownload?: number;
  lastSuccessfulActivation?: number;
  code?: string;
  message?: string;
  httpStatus?: number;
}>;
export type BundleSupply = Readonly<{ status(): readonly BundleStatus[]; close(): Promise<void> }>;
export type SupplyOptions = Readonly<{
  bundles: readonly BundleConfig[];
  folder: string;
  stage: (bundles: readonly VerifiedBundle[]) => Promise<void>;
  log: Log;
  clock: Clock;
}>;
