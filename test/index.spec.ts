import { readFile } from 'node:fs/promises';
import { describe, it, expect } from '@jest/globals';
import * as face from '../lib/index.js';

describe('what `nestjs-vwo` exports', () => {
  it('is this list, and nothing by accident', () => {
    expect(Object.keys(face).sort()).toEqual([
      'Flag',
      'FlagEnabled',
      'FlagVariable',
      'FmeClient',
      'MemoryStorage',
      'RequireFlag',
      'SkipFlags',
      'UseFlags',
      'VwoClient',
      'VwoError',
      'VwoInterceptor',
      'VwoModule',
      'VwoOptionsError',
      'VwoOutsideVisitError',
      'VwoService',
      'VwoSettingsError',
      'VwoStartError',
      'VwoStorage',
      'VwoStorageError',
      'VwoTransportError',
      'VwoUndeclaredFlagError',
      'VwoUser',
      'connectorStorage',
    ]);
  });

  it('needs neither @nestjs/config nor ioredis', async () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const follow = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const source = await readFile(file, 'utf8');
      for (const [, name = ''] of source.matchAll(/^(?:import|export)\b(?! type)[^;]*?['"]([^'"]+)['"];/gms)) {
        if (name.startsWith('.')) await follow(new URL(name.replace(/\.js$/, '.ts'), file));
        else packages.add(name);
      }
    };
    await follow(new URL('../lib/index.ts', import.meta.url));
    expect(seen.size).toBeGreaterThan(30);
    expect([...packages]).toEqual(expect.arrayContaining(['@nestjs/common', 'rxjs']));
    expect([...packages].filter((name) => name === 'ioredis' || name === '@nestjs/config')).toEqual([]);
  });
});
