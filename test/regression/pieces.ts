// The gateway between two fault proxies that cut both legs into random pieces: message borders fall anywhere.
import { startFaultProxy } from '../support/fault-proxy.ts';
import { startRegressionGateway } from './gateway.ts';

const plan = () => ({ pieces: 'random', delayMilliseconds: 1 }) as const;

export const startGatewayInPieces: typeof startRegressionGateway = async (server, databases, options) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`pieces are drawn from seed ${seed}`);
  const upstream = await startFaultProxy({ target: server, seed, plan });
  const gateway = await startRegressionGateway({ ...server, port: upstream.port }, databases, options);
  const downstream = await startFaultProxy({ target: gateway, seed: seed + 1, plan });
  return {
    ...gateway,
    name: 'pieces',
    port: downstream.port,
    stop: async () => {
      await downstream.stop();
      await gateway.stop();
      await upstream.stop();
    },
  };
};
