import { isMissing } from '../../common/index.js';
import { CliError } from '../cli.error.js';

/** Full Stack is loaded where it is asked for: it needs `vwo-node-sdk`, which an application of FME does not have. */
export async function loadFullStack(): Promise<typeof import('../../full-stack/index.js')> {
  try {
    return await import('../../full-stack/index.js');
  } catch (error) {
    if (!isMissing(error, 'vwo-node-sdk')) throw error;
    throw new CliError('Settings of Full Stack need the package vwo-node-sdk: npm install vwo-node-sdk@1.73');
  }
}
