import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, test } from '@jest/globals';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { FlagVariable, type VwoMount, VwoService } from '../../../lib/index.js';
import { closeApps, type NestApp, type Platform, startApp } from '../../e2e/nest-app.js';
import { until } from '../../common/waiting.js';
import { MOUNTED, mounted } from '../mounted.js';
import { FakeClient } from './fake-client.js';

afterEach(closeApps);

@Controller()
class Files {
  constructor(private readonly vwo: VwoService) {}

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(this.lines()));
  }

  @Get('promise')
  async later(): Promise<StreamableFile> {
    await new Promise((resolve) => setImmediate(resolve));
    return new StreamableFile(Readable.from(this.lines()));
  }

  @Get('lazy')
  lazy(): StreamableFile {
    const vwo = this.vwo;
    let left = 2;
    const read = function (this: Readable): void {
      try {
        this.push(left-- > 0 ? `${vwo.variable('who', 'id', '-')};` : null);
      } catch (error) {
        this.destroy(error as Error);
      }
    };
    return new StreamableFile(new Readable({ read }));
  }

  @Get('generator')
  async *generator(): AsyncGenerator<string> {
    yield* this.lines();
  }

  /** One for all requests. */
  private readonly same = { [Symbol.asyncIterator]: () => this.lines() };

  @Get('shared')
  shared(): AsyncIterable<string> {
    return this.same;
  }

  @Get('before')
  before(@FlagVariable('who', 'id', '-') who: string): StreamableFile {
    return new StreamableFile(Readable.from([`${who};`, `${who};`]));
  }

  /** Some objects throw when a name is asked for that they do not know. */
  @Get('strict')
  strict(): object {
    const known = { user: this.vwo.variable('who', 'id', '-'), toJSON: () => ({ user: known.user }) };
    return new Proxy(known, {
      get(target, name) {
        if (name === 'getStream') throw new TypeError('getStream is not known');
        return Reflect.get(target, name) as unknown;
      },
    });
  }

  private async *lines(): AsyncGenerator<string> {
    for (let line = 0; line < 2; line++) {
      await new Promise((resolve) => setImmediate(resolve));
      yield `${this.vwo.variable('who', 'id', '-')};`;
    }
  }
}

const files = (mount: VwoMount, platform: Platform): Promise<NestApp> => {
  const client = new FakeClient((user) => ({ who: { id: user?.id } }));
  return startApp({ imports: [mounted(mount, { client })], controllers: [Files] }, { platform });
};

/** What a client of the stream gets; the text `broken` where it breaks off. */
async function textOf(answer: Promise<Response>): Promise<string> {
  try {
    return await (await answer).text();
  } catch {
    return 'broken';
  }
}

describe.each(MOUNTED)('a stream that a handler gives back, with VwoModule as %s, on %s', (mount, platform) => {
  test('has what the handler read before', async () => {
    expect(await textOf((await files(mount, platform)).get('/before', 'alice'))).toBe('alice;alice;');
  });

  it.each([
    ['a file', '/file'],
    ['a file that comes later', '/promise'],
    ['a file that is read piece by piece', '/lazy'],
    ['an async generator', '/generator'],
  ])('reads flags of its user, or the error says that the handler streams and what to do: %s', async (_what, path) => {
    const { get, logged } = await files(mount, platform);
    const text = await textOf(get(path, 'alice'));
    const cured = logged.lines.some((line) => line.includes('outside a visit') && /stream/i.test(line));
    expect({ text, cured }).toEqual(cured ? { text: expect.any(String), cured } : { text: 'alice;alice;', cured });
  });

  it.each([['/file'], ['/generator']])(
    'ends its visit when it was read, and not when the handler returned: %s',
    async (path) => {
      const client = new FakeClient((user) => ({ who: { id: user?.id } }));
      const imports = [mounted(mount, { client })];
      const { get } = await startApp({ imports, controllers: [Files] }, { platform });
      expect(await textOf(get(path, 'alice'))).toBe('alice;alice;');
      await until(() => client.visitOnly.ends > 0, 'the end of the visit');
      expect(client.visitOnly).toMatchObject({ reads: ['who', 'who'], readsAfterEnd: [], ends: 1 });
    },
  );

  test('is not looked for in vain: an answer that throws when it is looked at reaches its user', async () => {
    const { get } = await files(mount, platform);
    expect(await textOf(get('/strict', 'alice'))).toBe('{"user":"alice"}');
  });

  test('reads flags of its user, also where the handler gives the same one to every request', async () => {
    const { get } = await files(mount, platform);
    for (const user of ['alice', 'bob']) expect(await textOf(get('/shared', user))).toBe(`${user};${user};`);
  });
});
