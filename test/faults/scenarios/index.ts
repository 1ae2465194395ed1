import type { Scenario } from '../scenario.ts';
import {
  crashedAsApproved,
  crashedState,
  cutFromState,
  killedGateway,
  manyAtOnce,
  pausedState,
} from './approvals.ts';
import { audit } from './audit.ts';
import { fullDisk } from './full-disk.ts';
import { garbageAfterLogin, garbageBeforeLogin } from './garbage.ts';
import { killedClients } from './killed-clients.ts';
import { crashedServer, killedBackends } from './killed-servers.ts';
import { largeValues } from './large-values.ts';
import { clientFaults, serverFaults, tlsFaults } from './random-faults.ts';
import { drain, reload, workers } from './signals.ts';
import { silentReceivers } from './silent-receivers.ts';
import { loginFlood, slowLogins } from './slow-logins.ts';
import { manyStalledReaders, stalledPipeline, stalledReader, stalledWriter } from './stalls.ts';
import { cancelStorm, cancelThenNext, churn, connectionStorm, refusedStorm, secureStorm } from './storms.ts';
import { wrongClocks } from './wrong-clocks.ts';

export const scenarios: readonly Scenario[] = [
  clientFaults,
  serverFaults,
  tlsFaults,
  churn,
  connectionStorm,
  secureStorm,
  refusedStorm,
  cancelStorm,
  cancelThenNext,
  ...killedClients,
  killedBackends,
  crashedServer,
  stalledReader,
  manyStalledReaders,
  stalledPipeline,
  stalledWriter,
  slowLogins,
  loginFlood,
  garbageBeforeLogin,
  garbageAfterLogin,
  drain,
  reload,
  workers,
  ...largeValues,
  killedGateway,
  crashedState,
  crashedAsApproved,
  pausedState,
  cutFromState,
  manyAtOnce,
  ...audit,
  silentReceivers,
  wrongClocks,
  fullDisk,
];
