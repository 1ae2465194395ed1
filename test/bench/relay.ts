// The simplest correct TCP relay in Node: the floor that the gateway's own cost is measured against.
//
// node test/bench/relay.ts HOST PORT    listens on a free loopback port and prints {"event":"ready","port":…}
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [host = '127.0.0.1', port = '5432'] = process.argv.slice(2);

function pump(from: Socket, to: Socket): void {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const upstream = connect({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
  pump(client, upstream);
  pump(upstream, client);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'ready', port: address.port })}\n`);
});
