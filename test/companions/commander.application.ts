import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { Command, CommandFactory, CommandRunner } from 'nest-commander';
import { VwoModule, VwoService, WithVisit } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/testing.js';

@Command({ name: 'greet', arguments: '<user>' })
class Greet extends CommandRunner {
  constructor(private readonly vwo: VwoService) {
    super();
  }

  @WithVisit(([user]: string[]) => (user === undefined ? undefined : { id: user }))
  async run([user]: string[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    console.log(`${user}: ${this.vwo.variable('greeting', 'text', 'Hello')}`);
  }
}

const settings = accountSettings({ features: [feature('greeting', [rollout({ variables: { text: 'Welcome' } })])] });
const edge = await VwoEdge.start({ settings });
const { accountId, sdkKey } = settings;

@Module({ imports: [VwoModule.forRoot({ accountId, sdkKey, baseUrl: edge.url })], providers: [Greet] })
class Application {}

process.argv = [process.execPath, 'shop', 'greet', 'alice'];
await CommandFactory.run(Application);
console.log(
  edge
    .eventsOf('alice')
    .map(({ name }) => name)
    .join(),
);
await edge.close();
