// All that a process consists of, put together. Of it the audit alone is open: it comes before what it tells of.
import type { Config } from '../../config/index.ts';
import type { Principal } from '../../identity/index.ts';
import { version } from '../../lib/index.ts';
import type { Guard } from '../../session/index.ts';
import { type Admission, LocalAdmission } from '../admission.ts';
import { LocalBudgets } from '../budgets/local-budgets.ts';
import { SharedBudgets } from '../budgets/shared-budgets.ts';
import type { Budgets } from '../budgets/spending.ts';
import { RecordedDenials } from '../own-answers/recorded-denials.ts';
import { Policies } from '../policies.ts';
import { WatchedMaskKeys } from '../watched-mask-keys.ts';
import { type Audit, openAudit } from './audit.ts';
import { type Core, coreOf } from './core.ts';
import type { GatewayDependencies } from './gateway.ts';
import { type Offices, officesOf } from './offices.ts';
import { Resources } from './resources.ts';
import { WatchedCertificate } from './watched-certificate.ts';

export type Parts = Readonly<{
  core: Core;
  audit: Audit;
  policies: Policies;
  offices: Offices;
  resources: Resources;
  admission: Admission;
  /** With other gateways, where there may be others. */
  sharedBudgets: SharedBudgets | undefined;
  maskKeys: WatchedMaskKeys;
  certificate: WatchedCertificate;
  /** What stands in the place of a resource's own guard. */
  guard: (own: Guard) => Guard;
}>;

export async function assemble(config: Config, dependencies: GatewayDependencies): Promise<Parts> {
  const { environment = () => undefined, guard = (own) => own } = dependencies;
  const core = coreOf(config, dependencies);
  const { current, log, clock, worker, index, metrics } = core;
  const audit = await openAudit(core);
  const policies = new Policies({ log, clock, version, onData: () => resources.setData() });
  const offices = officesOf(core, audit, policies);
  const maskKeys = new WatchedMaskKeys(log, environment);
  const sharedBudgets = sharedBudgetsOf(core);
  const budgets: Budgets = sharedBudgets ?? worker?.budgets ?? new LocalBudgets(clock);
  const recordedDenials = new RecordedDenials({ dataDir: () => current.config.data_dir, log });
  const resources = new Resources({
    policies,
    dependencies: () => ({
      ...{ log, clock, budgets, metrics, recordedDenials, trail: audit.trail },
      statementBytes: current.config.limits.statement_bytes,
      maskKeys: () => maskKeys.current,
      discovers: index === 0,
      office: offices.approvals,
      grants: offices.grants,
      identityOf: (principal: Principal) => offices.standing.identityOf(principal),
    }),
  });
  return {
    ...{ core, audit, policies, offices, resources, sharedBudgets, maskKeys, guard },
    admission: worker?.admission ?? new LocalAdmission(config.limits, clock),
    certificate: new WatchedCertificate(log),
  };
}

/** Gateways that share a state database count together. */
function sharedBudgetsOf({ current, clock, log, state }: Core): SharedBudgets | undefined {
  if (current.config.state.url === undefined) return undefined;
  return new SharedBudgets({ source: state, config: () => current.config.state, clock, log });
}
