import { type Agent, request } from 'node:http';
import type { Answer } from './account.js';

/** No answer in this time counts as a failure, in ms. */
const LONGEST_MS = 10_000;

/** What the application answers a user. Rejects with what went wrong. */
export function ask(url: string, agent: Agent, id: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { 'x-user-id': id }, timeout: LONGEST_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Answer);
        else reject(new Error(`status ${response.statusCode}`));
      });
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${LONGEST_MS} ms`)));
    sent.on('error', reject).end();
  });
}
