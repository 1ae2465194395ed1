import type { Scenario } from '../scenario.ts';
import { killedClients } from './killed-clients.ts';
import { crashedServer, killedBackends } from './killed-servers.ts';
import { largeValues } from './large-values.ts';
import { clientFaults, serverFaults } from './random-faults.ts';
import { cancelStorm, cancelThenNext, connectionStorm, refusedStorm } from './storms.ts';

export const scenarios: readonly Scenario[] = [
  clientFaults,
  serverFaults,
  connectionStorm,
  refusedStorm,
  cancelStorm,
  cancelThenNext,
  ...killedClients,
  killedBackends,
  crashedServer,
  ...largeValues,
];
