import { describe, expect, it } from '@jest/globals';
import { installedSdk } from '../../../lib/official-sdk/host/installed-sdk.js';

const sdk = { init: () => Promise.resolve(undefined) };

/** A registry of modules: `import()` of what is not there fails as Node's own does. */
function installed(modules: Readonly<Record<string, object>>) {
  return (name: string): Promise<object> => {
    const found = modules[name];
    if (found) return Promise.resolve(found);
    return Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }));
  };
}

describe("VWO's SDK", () => {
  it('is the installed one, by either name', async () => {
    expect(await installedSdk(installed({ 'vwo-fme-node-sdk': sdk }))).toBe(sdk);
    expect(await installedSdk(installed({ 'wingify-fme-node-sdk': sdk }))).toBe(sdk);
    expect((await installedSdk()).init).toBeInstanceOf(Function);
  });

  it('that is not installed is an error that names both packages', async () => {
    const missing = installedSdk(installed({}));
    await expect(missing).rejects.toMatchObject({ code: 'VWO_SDK_MISSING' });
    await expect(missing).rejects.toThrow('vwo-fme-node-sdk and wingify-fme-node-sdk');
  });

  it('that is installed and broken fails with its own error', async () => {
    const broken = () =>
      Promise.reject(Object.assign(new Error("Cannot find package 'uuid'"), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(installedSdk(broken)).rejects.toThrow("'uuid'");
  });
});
