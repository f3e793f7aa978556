/**
 * Runs VWO's own SDK (the one that is installed, or the one at `VWO_SDK`) in a process of its own (it is full of singletons and never ends by itself), lets it send each kind of
 * event, and prints what it would have sent as JSON. Argument: `single` or `batch`.
 */
import { createRequire } from 'node:module';
import { ACCOUNT, ATTRIBUTES, PROPERTIES, SDK_KEY, USERS } from './events.cases.mjs';

const require = createRequire(import.meta.url);
const { init } = require(process.env.VWO_SDK ?? 'vwo-fme-node-sdk');
const settings = require('vwo-fme-sdk-e2e-test-settings-n-cases').BASIC_ROLLOUT_TESTING_RULE_SETTINGS;

const sent = [];
const answer = (data) => ({
  getStatusCode: () => 200,
  getTotalAttempts: () => 0,
  getData: () => data,
  getError: () => undefined,
  getHeaders: () => ({}),
});
const client = {
  GET: async () => answer({ ...settings, accountId: ACCOUNT, sdkKey: SDK_KEY }),
  POST: async (request) => {
    const { path, headers, body } = request.getOptions();
    sent.push(JSON.parse(JSON.stringify({ path, headers, body })));
    return answer(body);
  },
};
const vwo = await init({
  accountId: ACCOUNT,
  sdkKey: SDK_KEY,
  network: { client },
  logger: { level: 'ERROR', transport: { log: () => undefined } },
  isUsageStatsDisabled: true,
  shouldWaitForTrackingCalls: true,
  isBatchingDisabled: process.argv[2] !== 'batch', // from 1.50 on, events are batched unless this is set
  ...(process.argv[2] === 'batch' ? { batchEventData: { eventsPerRequest: 1_000, requestTimeInterval: 1_000 } } : {}),
});
for (const user of USERS) {
  const flag = await vwo.getFlag('feature1', { ...user });
  if (!flag.isEnabled()) throw new Error('the flag of the published settings is off');
  for (const properties of PROPERTIES) await vwo.trackEvent('custom1', { ...user }, properties);
  await vwo.setAttribute(ATTRIBUTES, { ...user });
}
if (process.argv[2] === 'batch') await vwo.flushEvents();
process.stdout.write(JSON.stringify(sent), () => process.exit(0));
