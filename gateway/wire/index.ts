export * from './backend-messages.ts';
export * from './frontend-messages.ts';
export { MessageScanner, type MessageVisitor, Verdict } from './message-scanner.ts';
export { MessageReader, type MessageStep, type ResultColumn, type ServerText } from './message-steps.ts';
export { backend, frontend, HEADER_BYTES } from './message-types.ts';
export {
  checkOauthbearerEnd,
  decodeOauthbearerResponse,
  encodeOauthbearerFailure,
  OAUTHBEARER,
  type OauthbearerResponse,
} from './oauthbearer.ts';
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
export { type ErrorFields, isFatal, readErrorFields } from './server-error.ts';
export {
  decodeStartupPacket,
  isTlsHandshake,
  STARTUP_PACKET_MAX,
  type StartupPacket,
  startupPacketLength,
} from './startup-packet.ts';
