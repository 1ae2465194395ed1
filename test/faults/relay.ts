// A bare TCP relay in a process of its own: what the lane measures when it is asked to prove itself (`--relay`).
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

const ports: number[] = [];
for (const target of process.argv.slice(2)) {
  const [host = '', port = ''] = target.split(':');
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = createConnection({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
    join(client, upstream);
    join(upstream, client);
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
console.log(JSON.stringify(ports));

function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
