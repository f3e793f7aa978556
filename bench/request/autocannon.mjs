/** What wrk does, where there is no wrk: `node autocannon.mjs <url> <seconds> <connections> <file of user ids>`. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [url, seconds, connections, file] = process.argv.slice(2);
const ids = readFileSync(file, 'utf8').trim().split('\n');
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  timeout: 30,
  requests: ids.map((id) => ({ method: 'GET', path: '/', headers: { 'x-user-id': id } })),
});
console.log(
  `RESULT ${JSON.stringify({
    requests: result.requests.total,
    seconds: result.duration,
    p50: result.latency.p50 * 1000,
    p99: result.latency.p99 * 1000,
    refused: result.non2xx,
    lost: result.errors + result.timeouts,
  })}`,
);
