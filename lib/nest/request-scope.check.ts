import type { OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { VwoOptionsError } from '../common/index.js';
import { GIVEN_OPTIONS } from './vwo.core-module.js';
import type { VwoTokens } from './vwo.tokens.js';

/** Refuses at start what would be built for each request: with it a client, a storage and a poll of its own. */
export class RequestScopeCheck implements OnModuleInit {
  /** @param factory the option that the others come from: `inject`, `useClass`, `useExisting` */
  constructor(
    private readonly modules: ModulesContainer | undefined,
    private readonly tokens: VwoTokens,
    private readonly factory: string,
  ) {}

  onModuleInit(): void {
    for (const { providers } of this.modules?.values() ?? []) {
      const [options, storage] = [providers.get(GIVEN_OPTIONS), providers.get(this.tokens.storage)];
      if (!options || !storage) continue;
      if (!options.isDependencyTreeStatic()) throw requestScoped(this.factory);
      if (!storage.isDependencyTreeStatic()) throw requestScoped('storage');
    }
  }
}

function requestScoped(option: string): Error {
  return new VwoOptionsError(
    `\`${option}\` must not be request-scoped, nor what it depends on: a client with its storage and its polls would be ` +
      'built for each request. What depends on the request belongs into the option `user`.',
  );
}
