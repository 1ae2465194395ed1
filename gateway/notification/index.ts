// Tells people and programs of requests for approval: by webhook and e-mail, as the configuration says.
export type { Channel } from './channel.ts';
export { type EmailConfig, email } from './email/email.ts';
export { linkTo } from './event.ts';
export { type Channels, Notifications, type NotificationsOptions, type Requests } from './notifications.ts';
export { type WebhookConfig, webhook } from './webhook/webhook.ts';
