// SCRAM towards a database: which mechanism, the exchange framed as SASL messages, and the server's proof at its end.
import { serialize } from 'pg-protocol';
import {
  SCRAM_SHA_256,
  SCRAM_SHA_256_PLUS,
  ScramClientExchange,
  ScramError,
  type ScramMechanism,
} from '../wire/index.ts';
import { violation } from './backend-stream.ts';
import { type ChannelBinding, type LoginMeans, needPassword, refused, type Send } from './login-means.ts';

const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

/** Runs the exchange; true when it was bound to the TLS connection. */
export async function scram(
  login: LoginMeans,
  request: Buffer,
  receive: () => Promise<Buffer>,
  send: Send,
): Promise<boolean> {
  const password = needPassword(login);
  const mechanism = choose(readMechanisms(request), login.channelBinding);
  const { policy, data } = login.channelBinding;
  const couldBind = data !== undefined && policy !== 'disable';
  try {
    const exchange = new ScramClientExchange({ mechanism, channelBinding: data, couldBind });
    send(serialize.sendSASLInitialResponseMessage(mechanism, exchange.first().toString('latin1')));
    const challenge = exchange.challenge(expect(SASL_CONTINUE, await receive()));
    const keys = await login.scramKeys.keys(password, challenge);
    send(serialize.sendSCRAMClientFinalMessage(exchange.final(keys).toString('latin1')));
    exchange.verify(expect(SASL_FINAL, await receive()));
    return mechanism === SCRAM_SHA_256_PLUS;
  } catch (error) {
    throw error instanceof ScramError ? refused(`SCRAM failed: ${error.message}`) : error;
  }
}

function choose(offered: readonly string[], { policy, data }: ChannelBinding): ScramMechanism {
  if (policy !== 'disable' && data !== undefined && offered.includes(SCRAM_SHA_256_PLUS)) {
    return SCRAM_SHA_256_PLUS;
  }
  if (policy === 'require') {
    throw refused('channel_binding is require, and the server or its certificate cannot do it');
  }
  if (!offered.includes(SCRAM_SHA_256)) {
    throw refused('the server offers no SASL mechanism that is supported here');
  }
  return SCRAM_SHA_256;
}

// Zero-terminated names, and an empty one at the end.
function readMechanisms(request: Buffer): string[] {
  const names = request.toString('latin1', 4).split('\0');
  if (names.length < 3 || names.pop() !== '' || names.pop() !== '') {
    throw violation('a malformed list of SASL mechanisms');
  }
  return names;
}

function expect(kind: number, message: Buffer): Buffer {
  if (message.length < 4 || message.readInt32BE(0) !== kind) {
    throw violation('a SASL message out of turn');
  }
  return message.subarray(4);
}
