/**
 * Takes whatever is posted to it on loopback and answers 200 at once: VWO's or LaunchDarkly's collector, for which nobody
 * waits. It runs in a process of its own, off the measured core. Tells its parent `{ url }`, then counts: the answer to
 * any message is `{ requests, bytes }`.
 */
import { createServer } from 'node:http';

let requests = 0;
let bytes = 0;

const server = createServer((request, response) => {
  requests += 1;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('message', () => process.send({ requests, bytes }));
process.on('disconnect', () => process.exit());
