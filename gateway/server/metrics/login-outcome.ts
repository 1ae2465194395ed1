// What became of a login that was refused.
import { Fault } from '../../lib/index.ts';
import type { LoginOutcome } from './gateway-metrics.ts';

export function loginOutcome(thrown: unknown): LoginOutcome {
  if (!(thrown instanceof Fault)) return 'failed';
  switch (thrown.code) {
    case 'unknown_resource':
      return 'unknown_resource';
    case 'login_denied':
    case 'no_policy':
      return 'denied';
    case 'too_many_connections':
    case 'too_many_connections_of_principal':
    case 'login_rate_limited':
      return 'limited';
    default:
      return 'failed';
  }
}
