// The route that VWO calls when something has been published: `nestjs-vwo/webhook`.

export { VwoWebhookModule } from '../webhook/index.js';
export type { VwoWebhookAsyncOptions, VwoWebhookOptions, VwoWebhookRoute, VwoWebhookSecret } from '../webhook/index.js';
