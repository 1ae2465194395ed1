// Which hosts are this machine itself: what is sent to them passes no network.
import { isIPv4 } from 'node:net';

/** As it stands in a URL or in a configuration: a name, an address, or an IPv6 address in brackets. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** Nobody on the way reads what goes there, or puts something else in its place. */
export function isPrivateWay({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}
