// From the configuration to the channels that it names.
import type { Config } from '../../config/index.ts';
import type { Clock } from '../../lib/index.ts';
import {
  type Channel,
  type Channels,
  email,
  type SlackConfig,
  slack,
  slackWebhook,
  webhook,
} from '../../notification/index.ts';
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
    case 'email': {
      const {
        smtp = missing('smtp'),
        from = missing('from'),
        to = [],
        to_approvers: toApprovers = {},
      } = config;
      const { host, port, tls, user, password_file: passwordFile, ca: authorities } = smtp;
      const address = { host, port, tls, ca: authorities };
      return email({ name, smtp: address, user, passwordFile, from, to, toApprovers }, { clock });
    }
    case 'slack':
      return slack(slackOf(config));
    case 'slack_webhook': {
      const { webhook_url_file: urlFile = missing('webhook_url_file') } = config;
      return slackWebhook({ name, urlFile, ca });
    }
    default:
      return kind satisfies never;
  }
}

/** With what its answers are signed with. */
export function slackOf(config: NotifyConfig): SlackConfig & Readonly<{ signingSecretFile: string }> {
  const {
    channel = missing('channel'),
    bot_token_file: botTokenFile = missing('bot_token_file'),
    signing_secret_file: signingSecretFile = missing('signing_secret_file'),
    api_url: apiUrl = 'https://slack.com/api',
  } = config;
  return { name: config.name, channel, botTokenFile, signingSecretFile, apiUrl, ca: config.ca };
}

/** A configuration without it isn't loaded. */
function missing(key: string): never {
  throw new Error(`a channel has no ${key}`);
}
