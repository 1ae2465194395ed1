// From the configuration to the channels that it names.
import type { Config } from '../../config/index.ts';
import type { Clock } from '../../lib/index.ts';
import { type Channel, type Channels, webhook } from '../../notification/index.ts';
import { requestDocument } from '../approval/request-document.ts';

type NotifyConfig = Config['approvals']['notify'][number];

export const channelsOf = ({ notify, link }: Config['approvals'], clock: Clock): Channels => ({
  channels: notify.map((config) => channelOf(config, clock)),
  link,
});

export function channelOf(config: NotifyConfig, clock: Clock): Channel {
  const { kind, name, ca } = config;
  switch (kind) {
    case 'webhook': {
      const { url = missing('url'), secret_file: secretFile = missing('secret_file') } = config;
      return webhook({ name, url, secretFile, ca }, { clock, document: requestDocument });
    }
    default:
      return kind satisfies never;
  }
}

/** A configuration without it isn't loaded. */
function missing(key: string): never {
  throw new Error(`a channel has no ${key}`);
}
