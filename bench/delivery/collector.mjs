/**
 * A collector on loopback, in a process of its own, off the measured core. Takes batches of events and answers 200. Tells its parent
 * `{ url }`; asked `{ take: true }`, it tells what came since the last time: `{ requests, events, digest }`, the digest of all
 * events' texts in their order, however they were put into batches.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const OPENING = '{"ev":[';
const CLOSING = ']}';
/** Each event says once whose it is. */
const EVENT = '"visId":';

let [requests, events, digest] = [0, 0, createHash('sha1')];

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    note(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});

function note(body) {
  if (!body.startsWith(OPENING) || !body.endsWith(CLOSING)) throw new Error(`no batch: ${body.slice(0, 100)}`);
  requests += 1;
  digest.update(`${events > 0 ? ',' : ''}${body.slice(OPENING.length, -CLOSING.length)}`);
  for (let at = body.indexOf(EVENT); at !== -1; at = body.indexOf(EVENT, at + EVENT.length)) events += 1;
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('message', () => {
  process.send({ requests, events, digest: digest.digest('hex') });
  [requests, events, digest] = [0, 0, createHash('sha1')];
});
process.on('disconnect', () => process.exit());
