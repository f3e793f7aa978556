import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  ForbiddenException,
  Get,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { FlagVariable, SkipFlags, VwoModule, VwoService } from '../../../lib/index.js';
import { closeApps, startApp } from '../../e2e/nest-app.js';
import { FakeClient } from './fake-client.js';

afterEach(closeApps);

class Refuses implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Catch()
class SaysWho implements ExceptionFilter {
  constructor(private readonly vwo: VwoService) {}
  catch(_error: Error, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>();
    reply.status(418).send({ who: this.vwo.of(host).user?.id ?? 'nobody' });
  }
}

@Controller()
class Handlers {
  constructor(private readonly vwo: VwoService) {}
  @Get('visit')
  visit(@FlagVariable('who', 'id', '-') parameter: string): object {
    return { parameter, service: this.vwo.variable('who', 'id', '-') };
  }
  @Get('skipped')
  @SkipFlags()
  skipped(): object {
    return { service: this.vwo.variable('who', 'id', '-') };
  }
  @Get('skipped-parameter')
  @SkipFlags()
  parameter(@FlagVariable('who', 'id', '-') parameter: string): object {
    return { parameter };
  }
  @Get('refused')
  @UseFilters(SaysWho)
  @UseGuards(Refuses)
  refused(): string {
    return 'never';
  }
}

/** Calls a server without a connection: the request begins where the caller is. */
function call(server: RequestListener, url: string, headers: Record<string, string>): Promise<Answer> {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url, headers });
  const response = new ServerResponse(request);
  return new Promise((resolve) => {
    const end = (body: unknown): ServerResponse => {
      resolve({ status: response.statusCode, body: JSON.parse(String(body)) });
      return response;
    };
    server(request, Object.assign(response, { end }));
  });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What alice's job gets from an application in this process: the request begins in her visit. */
async function inAlicesJob(url: string): Promise<Answer> {
  const client = new FakeClient((user) => ({ who: { id: user?.id } }));
  const { app } = await startApp({ imports: [VwoModule.forRoot({ client })], controllers: [Handlers] });
  const server = app.getHttpAdapter().getInstance() as RequestListener;
  return app.get(VwoService).run({ id: 'alice' }, () => call(server, url, { 'x-user-id': 'bob' }));
}

describe("a request of bob's that begins in the visit of alice's job", () => {
  it("reads bob's flags", async () => {
    expect(await inAlicesJob('/visit')).toEqual({ status: 200, body: { parameter: 'bob', service: 'bob' } });
  });

  it("reads none of alice's with @SkipFlags, in a service", async () => {
    expect((await inAlicesJob('/skipped')).status).toBe(500);
  });

  it("reads none of alice's with @SkipFlags, in a parameter", async () => {
    expect((await inAlicesJob('/skipped-parameter')).status).toBe(500);
  });

  it("is not alice's for an exception filter when no visit was opened for it", async () => {
    expect(await inAlicesJob('/refused')).toEqual({ status: 418, body: { who: 'nobody' } });
  });
});
