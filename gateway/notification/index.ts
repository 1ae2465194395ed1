// Tells people and programs of requests for approval: by webhook, e-mail and Slack, as the configuration says.
export type { Channel } from './channel.ts';
export { type EmailConfig, email } from './email/email.ts';
export { linkTo } from './event.ts';
export { type Channels, Notifications, type NotificationsOptions, type Requests } from './notifications.ts';
export { denyDialog, escaped } from './slack/blocks.ts';
export { type Interaction, interactionIn, metadataOf } from './slack/interaction.ts';
export { isSlacks } from './slack/signature.ts';
export { type SlackConfig, slack } from './slack/slack.ts';
export { SlackApi } from './slack/slack-api.ts';
export { personIn } from './slack/slack-person.ts';
export { type SlackWebhookConfig, slackWebhook } from './slack/slack-webhook.ts';
export { type WebhookConfig, webhook } from './webhook/webhook.ts';
