/** `node:http`. */
import { Agent, request } from 'node:http';

export function post(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(url);
  return (path, headers, body) =>
    new Promise((resolve, reject) => {
      const call = request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      call.on('error', reject).end(body);
    });
}
