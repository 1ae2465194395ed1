// What the rest of the gateway uses of SCRAM.
export { preparePassword, saslprep } from './saslprep.ts';
export { tlsServerEndPoint } from './scram-channel-binding.ts';
export { type ScramChallenge, ScramClientExchange, type ScramClientOptions } from './scram-client.ts';
export {
  SCRAM_SHA_256,
  SCRAM_SHA_256_PLUS,
  ScramError,
  type ScramFailure,
  type ScramMechanism,
} from './scram-message.ts';
export { offeredScramMechanisms, ScramServerExchange, type ScramServerOptions } from './scram-server.ts';
export {
  createVerifier,
  deriveKeys,
  parseVerifier,
  printVerifier,
  type ScramKeys,
  type ScramVerifier,
} from './scram-verifier.ts';
