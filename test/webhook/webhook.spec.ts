import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  type ArgumentsHost,
  Injectable,
  type INestApplication,
  Module,
  SetMetadata,
  UseGuards,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { APP_GUARD, Reflector, REQUEST } from '@nestjs/core';
import fc from 'fast-check';
import { VwoEdge } from '../../lib/entries/edge.js';
import { fullStack } from '../../lib/entries/full-stack.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { getVwoToken, VwoClient, VwoService } from '../../lib/index.js';
import { VwoWebhookModule } from '../../lib/entries/webhook.js';
import { eventually } from '../common/waiting.js';
import { PLATFORMS } from '../e2e/nest-app.js';
import { accountOf, closeHooked, fetches, hookedApp, SECRET, version } from './hooked.fixture.js';
import { edgeOf } from '../client/three-clients.js';

let edge: VwoEdge;
beforeEach(async () => (edge = await VwoEdge.start({ settings: version(1) })));
afterEach(async () => {
  await closeHooked();
  await edge.close();
});

const versionOf = (app: INestApplication): unknown => app.get(VwoService).stats().settings.version;

describe.each(PLATFORMS)('the webhook on %s', (platform) => {
  const hooked = (...more: Parameters<typeof hookedApp> extends [infer M, ...unknown[]] ? M[] : never) =>
    hookedApp(more[0] ?? { imports: [accountOf(edge), VwoWebhookModule.forRoot({ secret: SECRET })] }, platform);

  it('answers 204 and has the settings of now in force a moment later', async () => {
    const { app, post } = await hooked();
    expect(versionOf(app)).toBe(1);
    edge.setSettings(version(2));
    const answer = await post(SECRET);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    await eventually(() => versionOf(app) === 2, 'new settings');
    expect(fetches(edge)).toBe(2);
  });

  it('answers before the settings are there', async () => {
    const { app, post } = await hooked();
    edge.setSettings(version(2));
    edge.fail('settings', { kind: 'silence' }, { times: 1 });
    expect((await post(SECRET)).status).toBe(204);
    expect(versionOf(app)).toBe(1);
  });

  it.each<[string, string | undefined]>([
    ['no secret', undefined],
    ['an empty one', ''],
    ['another one', 'the-secret-of-the-webhooK'],
    ['the beginning of it', 'the-secret'],
    ['more than it', `${SECRET} x`],
    ['a long one', 'x'.repeat(8_000)],
  ])('answers 401 to %s, and fetches nothing', async (_what, secret) => {
    const { logged, post } = await hooked();
    const answer = await post(secret);
    expect([answer.status, await answer.json()]).toEqual([401, { message: 'Unauthorized', statusCode: 401 }]);
    await post(secret);
    expect(fetches(edge)).toBe(1);
    const lines = logged.warnings('webhook');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^warn The webhook of VWO was called with(out the header| another secret in) x-vwo-auth: answered 401/,
    );
    expect(logged.lines.join('\n')).not.toContain(SECRET);
  });

  it('answers 401 to the secret that comes twice, and takes it whatever the case of its header', async () => {
    const { url } = await hooked();
    const { port } = new URL(url);
    const status = (head: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1');
        let text = '';
        socket
          .setEncoding('utf8')
          .on('data', (part) => (text += String(part)))
          .on('close', () => resolve(text.slice(9, 12)));
        socket.end(`POST /vwo/webhook HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n${head}\r\n`);
      });
    expect(await status(`x-vwo-auth: ${SECRET}\r\nx-vwo-auth: ${SECRET}\r\n`)).toBe('401');
    expect(await status(`X-VWO-Auth:   ${SECRET}  \r\n`)).toBe('204');
  });

  it.each<[string, RequestInit, number]>([
    ['no body', { body: null, headers: { 'content-type': 'application/json' } }, platform === 'fastify' ? 400 : 204],
    ['a body that is not JSON', { body: '{"a":' }, 400],
    ['another JSON than VWO sends', { body: '[null]' }, 204],
    ['a form', { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 204],
    ['text', { body: 'x', headers: { 'content-type': 'text/plain' } }, 204],
    ['a body of two megabytes', { body: JSON.stringify('x'.repeat(2_000_000)) }, 413],
  ])('answers to %s as the application does, and believes nothing of it', async (_what, init, status) => {
    const { post } = await hooked();
    expect((await post(SECRET, undefined, init)).status).toBe(status);
    expect([400, 401, 413]).toContain((await post('wrong', undefined, init)).status);
    await eventually(() => fetches(edge) === (status === 204 ? 2 : 1), 'a fetch for each call that was taken');
  });

  it('has no other verb', async () => {
    const { url } = await hooked();
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await fetch(`${url}/vwo/webhook`, { method })).status).toBe(404);
  });

  it('makes few fetches of many calls', async () => {
    const { app, post } = await hooked();
    edge.setSettings(version(2));
    for (let i = 0; i < 3; i++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => post(SECRET)));
      expect(answers.every(({ status }) => status === 204)).toBe(true);
    }
    await eventually(() => versionOf(app) === 2, 'new settings');
    expect(fetches(edge)).toBeLessThan(150);
    const ms = 300;
    edge.fail('settings', { kind: 'slow', ms });
    const [before, began] = [fetches(edge), performance.now()];
    await Promise.all(Array.from({ length: 100 }, () => post(SECRET)));
    // One that was under way for the first call, one for all others while that one lasts, and so on.
    expect(fetches(edge) - before).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / ms) + 2);
  });

  it('works below a global prefix, and in every version of the application', async () => {
    const prepare = (app: INestApplication): void => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
    };
    const modules = [
      accountOf(edge),
      VwoWebhookModule.forRoot({ secret: SECRET }),
      VwoWebhookModule.forRoot({ secret: 'second', path: '/hooks/vwo', version: '2' }),
    ];
    const { post } = await hookedApp({ imports: modules }, platform, prepare);
    expect((await post(SECRET, '/api/vwo/webhook')).status).toBe(204);
    expect((await post('second', '/api/v2/hooks/vwo')).status).toBe(204);
    expect((await post(SECRET, '/api/v2/hooks/vwo')).status).toBe(401);
    expect((await post(SECRET)).status).toBe(404);
    expect((await post('second', '/api/hooks/vwo')).status).toBe(404);
  });

  it('works with versions in a header', async () => {
    const prepare = (app: INestApplication): void =>
      void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
    const { post } = await hookedApp(
      { imports: [accountOf(edge), VwoWebhookModule.forRoot({ secret: SECRET })] },
      platform,
      prepare,
    );
    expect((await post(SECRET)).status).toBe(204);
    expect((await post(SECRET, undefined, { headers: { 'x-version': '7' } })).status).toBe(204);
  });

  it('is passed by global guards that its decorators speak to, and by no other', async () => {
    const guarded = (decorators: ClassDecorator[]) =>
      hookedApp(
        {
          imports: [
            accountOf(edge, { user: (): never => failing() }),
            VwoWebhookModule.forRoot({ secret: SECRET, decorators }),
          ],
          providers: [
            { provide: APP_GUARD, useClass: ClosedGuard },
            { provide: APP_GUARD, useClass: FirstCallGuard },
          ],
        },
        platform,
      );
    const [isPublic, isUnlimited] = [SetMetadata('public', true), SetMetadata('unlimited', true)];
    const statuses = async (...decorators: ClassDecorator[]): Promise<number[]> => {
      const { post, logged } = await guarded(decorators);
      const answers = [await post(SECRET), await post(SECRET), await post('wrong')];
      expect(logged.lines.join()).not.toContain('the user was asked for');
      return answers.map(({ status }) => status);
    };
    expect(await statuses()).toEqual([403, 403, 403]);
    expect(await statuses(isPublic)).toEqual([204, 403, 403]);
    expect(await statuses(isPublic, isUnlimited)).toEqual([204, 204, 401]);
    expect(await statuses(UseGuards(ClosedGuard), isUnlimited, isPublic)).toEqual([204, 204, 401]);
  });

  it('leaves the answer of a refusal to the filters of the application', async () => {
    const { post } = await hookedApp(
      { imports: [accountOf(edge), VwoWebhookModule.forRoot({ secret: SECRET })] },
      platform,
      (app) => void app.useGlobalFilters(new TeapotFilter()),
    );
    expect((await post('wrong')).status).toBe(418);
  });

  it('refuses whatever is not the secret, and never fails', async () => {
    const { url } = await hooked();
    const { port } = new URL(url);
    const statusOf = (value: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const call = request(
          { port, method: 'POST', path: '/vwo/webhook', headers: { 'x-vwo-auth': value } },
          (answer) => {
            answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
          },
        );
        call.on('error', reject).end();
      });
    const header = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)).filter((char) => char !== '\x7f') }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(header, async (value) =>
        expect(await statusOf(value)).toBe(value.trim() === SECRET ? 204 : 401),
      ),
      { numRuns: 50 },
    );
    expect(fetches(edge)).toBe(1);
  });
});

describe('the webhook', () => {
  it('takes each of several secrets, so that one can replace another', async () => {
    const { post } = await hookedApp({
      imports: [accountOf(edge), VwoWebhookModule.forRoot({ secret: ['old', 'new'] })],
    });
    const statuses = await Promise.all(
      ['old', 'new', 'old,new', 'older'].map(async (secret) => (await post(secret)).status),
    );
    expect(statuses).toEqual([204, 204, 401, 401]);
  });

  it('takes its secret from a factory', async () => {
    const webhook = VwoWebhookModule.forRootAsync({
      path: 'hook',
      inject: [VwoClient],
      useFactory: (client: VwoClient) => Promise.resolve({ secret: `secret-of-${client.account?.accountId}` }),
    });
    const { post } = await hookedApp({ imports: [accountOf(edge), webhook] });
    expect((await post('secret-of-123456', '/hook')).status).toBe(204);
    expect((await post('secret-of-123457', '/hook')).status).toBe(401);
  });

  it('refreshes the account that it belongs to, of several', async () => {
    const other = await VwoEdge.start({ settings: version(1) });
    const imports = [
      accountOf(edge),
      accountOf(other, { name: 'other' }),
      VwoWebhookModule.forRoot({ secret: SECRET }),
      VwoWebhookModule.forRoot({ secret: SECRET, path: 'vwo/other', client: 'other' }),
    ];
    const { app, post } = await hookedApp({ imports });
    for (const place of [edge, other]) place.setSettings(version(2));
    await post(SECRET, '/vwo/other');
    const second = app.get<VwoService>(getVwoToken('other'));
    await eventually(() => second.stats().settings.version === 2, 'new settings of the other');
    expect([versionOf(app), fetches(edge)]).toEqual([1, 1]);
    await closeHooked();
    await other.close();
  });

  it('tries again where a fetch fails, and VWO has its 204', async () => {
    const { app, post, logged } = await hookedApp({
      imports: [accountOf(edge), VwoWebhookModule.forRoot({ secret: SECRET })],
    });
    edge.setSettings(version(2));
    edge.fail('settings', { kind: 'status', status: 503 }, { times: 2 });
    expect((await post(SECRET)).status).toBe(204);
    await eventually(() => versionOf(app) === 2, 'new settings');
    expect(fetches(edge)).toBe(4);
    expect(logged.warnings('Settings could not be fetched')).toHaveLength(1);
  });

  it('does no harm before there are settings, nor once the application has closed', async () => {
    edge.fail('settings', { kind: 'status', status: 503 });
    const { app, post } = await hookedApp({
      imports: [accountOf(edge, { startTimeout: 10 }), VwoWebhookModule.forRoot({ secret: SECRET })],
    });
    expect((await post(SECRET)).status).toBe(204);
    await app.get(VwoClient).close();
    expect((await post(SECRET)).status).toBe(204);
    await closeHooked();
  });

  it.each([
    ['Full Stack', () => ({ client: fullStack({ accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url }) })],
    ["VWO's own SDK", () => ({ client: officialSdk({ accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, decide: 'all' }) })], // prettier-ignore
  ])('works for %s', async (_name, options) => {
    await edge.close();
    edge = await edgeOf();
    const { VwoModule } = await import('../../lib/index.js');
    const { app, post } = await hookedApp({
      imports: [VwoModule.forRoot(options() as never), VwoWebhookModule.forRoot({ secret: SECRET })],
    });
    const { fetchedAt = 0 } = app.get(VwoService).stats().settings;
    await eventually(() => Date.now() > fetchedAt, 'a moment');
    expect((await post(SECRET)).status).toBe(204);
    await eventually(() => Number(app.get(VwoService).stats().settings.fetchedAt) > fetchedAt, 'a fetch');
  });
});

describe('the options of the webhook', () => {
  it.each<[object, string]>([
    [{}, "`secret` must be the text that VWO sends in the header 'x-vwo-auth', or a list of such texts, got undefined"],
    [{ secret: '' }, '`secret` must be'],
    [{ secret: [] }, '`secret` must be'],
    [{ secret: ['a', ''] }, '`secret` must be'],
    [{ secret: ' top-secret' }, 'got "another text" (printable characters of ASCII, no space at either end)'],
    [{ secret: 'geheimnis-ä' }, 'got "another text"'],
    [{ secret: 'a', path: '' }, '`path` must be'],
    [{ secret: 'a', decorators: SetMetadata('public', true) }, '`decorators` must be a list'],
    [{ secret: 'a', decorators: ['x'] }, '`decorators` must be a function'],
    [{ secret: 'a', client: '' }, '`name` must be'],
    [{ secrets: 'a' }, 'has no option `secrets`, did you mean `secret`?'],
  ])('%j is refused at once', (options, message) => {
    expect(() => VwoWebhookModule.forRoot(options as never)).toThrow(message);
  });

  it('says nothing of a secret that it refuses', () => {
    expect(() => VwoWebhookModule.forRoot({ secret: 'sécret-word' })).not.toThrow('sécret-word');
  });

  it.each<[object, string]>([
    [{ secret: 'a', useFactory: () => ({}) }, 'has no option `secret`'],
    [{ useFactory: 7 }, '`useFactory` must be a function'],
    [null as never, 'must be an object'],
  ])('%j is refused by forRootAsync', (options, message) => {
    expect(() => VwoWebhookModule.forRootAsync(options as never)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [undefined, '`VwoWebhookModule options` must be an object'],
    [{ secret: '' }, '`secret` must be'],
    [{ secret: 'a', path: 'x' }, 'has no option `path`'],
  ])('a factory that gives %j refuses the start', async (answer, message) => {
    const webhook = VwoWebhookModule.forRootAsync({ useFactory: () => answer as never });
    await expect(hookedApp({ imports: [accountOf(edge, { settings: version(1) }), webhook] })).rejects.toThrow(message);
  });

  it('a client that is not there refuses the start', async () => {
    const webhook = VwoWebhookModule.forRoot({ secret: 'a', client: 'nobody' });
    await expect(hookedApp({ imports: [accountOf(edge), webhook] })).rejects.toThrow(
      'There is no VwoModule with the name "nobody"',
    );
  });

  it('an application without VwoModule refuses the start', async () => {
    const webhook = VwoWebhookModule.forRoot({ secret: 'a' });
    await expect(hookedApp({ imports: [webhook] })).rejects.toThrow('VwoWebhookModule needs VwoModule');
  });

  it('a secret that would be built for each call refuses the start', async () => {
    const webhook = VwoWebhookModule.forRootAsync({ inject: [REQUEST], useFactory: () => ({ secret: SECRET }) });
    await expect(hookedApp({ imports: [accountOf(edge), webhook] })).rejects.toThrow('must not be request-scoped');
  });

  it.each<[string, object, object]>([
    ['the default', {}, { client: 'b' }],
    ['one, written in two ways', { path: 'hook' }, { path: '/hook/', client: 'b' }],
    ['one, of which one has every version', { version: ['1', '2'] }, { client: 'b' }],
    ['one in one version', { version: ['1', '2'] }, { version: '2', client: 'b' }],
  ])('two webhooks on one path refuse the start: %s', async (_case, one, other) => {
    const webhooks = [one, other].map((more) => VwoWebhookModule.forRoot({ secret: SECRET, ...more }));
    const imports = [accountOf(edge), accountOf(edge, { name: 'b' }), ...webhooks];
    await expect(hookedApp({ imports })).rejects.toThrow('is that of another webhook');
  });

  it('two webhooks may have one path in two versions, and one may be imported twice', async () => {
    const versions = ['1', '2'].map((version) => VwoWebhookModule.forRoot({ secret: SECRET, version }));
    @Module({ imports: versions })
    class FeatureModule {}
    const imports = [accountOf(edge), ...versions, FeatureModule];
    const { post } = await hookedApp({ imports }, 'express', (app) => void app.enableVersioning());
    const answers = [await post(SECRET, '/v1/vwo/webhook'), await post(SECRET, '/v2/vwo/webhook')];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  });
});

function failing(): never {
  throw new Error('the user was asked for');
}

/** Closed to whoever is not public. */
@Injectable()
class ClosedGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) === true;
  }
}

/** Lets one call through, but for what is not limited. */
@Injectable()
class FirstCallGuard implements CanActivate {
  private calls = 0;

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get<boolean>('unlimited', context.getClass()) || this.calls++ === 0;
  }
}

@Catch(HttpException)
class TeapotFilter implements ExceptionFilter {
  catch(_error: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: string): void } }>();
    response.status(418).send('');
  }
}
