/**
 * A client with the default options, in a process of its own: so many impressions a second for so many seconds, evenly. Tells `{ made,
 * longest, dropped, perEvent }`: impressions made, the longest that the queue was, impressions lost, and µs of CPU of the whole process
 * per impression, with the visits that make them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { users } from './impressions.mjs';
import { clientOf, visited } from './senders/ours.mjs';

const { url, rate, seconds } = JSON.parse(process.argv[2]);
const client = await clientOf(url, {});
const people = users(10_000);
/** Each leaves two impressions. */
const visits = (rate * seconds) / 2;

let [longest, made] = [0, 0];
const began = performance.now();
const spent = process.cpuUsage();
while (made < visits) {
  const due = Math.min(visits, Math.floor(((performance.now() - began) / 1000) * (rate / 2)));
  for (; made < due; made += 1) await visited(client, people[made % people.length]);
  longest = Math.max(longest, client.stats().events.waiting);
  await pause(5);
}
if (!(await client.flush())) throw new Error('events could not be delivered');
const { user, system } = process.cpuUsage(spent);
const { eventsDropped, eventsQueued } = client.counters();
process.send({ made: eventsQueued, longest, dropped: eventsDropped, perEvent: (user + system) / eventsQueued });
await client.close();
process.disconnect();
