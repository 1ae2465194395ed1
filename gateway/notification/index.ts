// Tells people and programs of requests for approval: by webhook, and whatever else the configuration names.
export type { Channel } from './channel.ts';
export { linkTo } from './event.ts';
export { type Channels, Notifications, type NotificationsOptions, type Requests } from './notifications.ts';
export { type WebhookConfig, webhook } from './webhook/webhook.ts';
