import { describe, expect, it } from '@jest/globals';
import type { ArgumentsHost } from '@nestjs/common';
import { mountScope, rawRequest, requestOf, responseOf } from '../../../lib/nest/request/index.js';

/** As Nest calls a guard, a parameter or a filter. */
const host = (type: string, ...args: unknown[]): ArgumentsHost =>
  ({ getType: () => type, getArgByIndex: (index: number) => args[index] }) as unknown as ArgumentsHost;
const graphql = (context: unknown): ArgumentsHost => host('graphql', {}, {}, context, {});

const response = { once: () => undefined };
const raw = { url: '/', res: response };
const fastify = { raw, url: '/' };

describe('the request behind a handler', () => {
  it.each([
    ['Express', host('http', raw, response), raw, response],
    ['Fastify', host('http', fastify, { raw: response }), raw, response],
    ['Apollo on Express', graphql({ req: raw, res: response }), raw, response],
    ['Apollo on Express, whose context has no response', graphql({ req: raw }), raw, response],
    ['a context with `request`', graphql({ request: fastify, reply: { raw: response } }), raw, response],
    ['a context with `req` and `reply`', graphql({ req: fastify, reply: { raw: response } }), raw, response],
    [
      'Mercurius, whose context has `req`',
      graphql({ req: fastify, reply: { request: fastify, raw: response } }),
      raw,
      response,
    ],
    ['Mercurius', graphql({ reply: { request: fastify, raw: response } }), raw, response],
    ['a context that is the request itself', graphql(raw), raw, response],
  ])('is found, and its response: %s', (_what, its, expected, answer) => {
    expect(rawRequest(requestOf(its)!)).toBe(expected);
    expect(responseOf(its)).toBe(answer);
  });

  it('is found, and its response, where neither leads to it but a middleware has seen both: Apollo on Fastify', () => {
    const alone = { url: '/' };
    const its = graphql({ req: { raw: alone, url: '/' } });
    expect(responseOf(its)).toBeUndefined();
    mountScope(alone, response, () => undefined);
    expect(rawRequest(requestOf(its)!)).toBe(alone);
    expect(responseOf(its)).toBe(response);
  });

  it.each([
    ['a message', host('rpc', raw)],
    ['a gateway', host('ws', raw)],
    ['a library that calls something else "http"', host('http', 'a text')],
    ['a GraphQL context of null', graphql(null)],
    ['no GraphQL context', graphql(undefined)],
  ])('is none for %s', (_what, its) => {
    expect(requestOf(its)).toBeUndefined();
  });
});
