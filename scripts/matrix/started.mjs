import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asked, stopped } from './asked.mjs';
import { environment, RunningProcess } from './processes.mjs';
import { tools } from './tools.mjs';

/** On a busy machine a start, a read or an end that takes long is no fault. */
export const PATIENCE = { VWO_START_TIMEOUT: '60000', VWO_STORAGE_TIMEOUT: '10000', VWO_CLOSE_TIMEOUT: '60000' };

/** The application that was built, from its start to its end by SIGTERM. */
export async function started(cell, { folder, cwd, node, redis, edge }, step) {
  const { directory, program } = await whatStarts(cell, { folder, cwd });
  const env = environment(node, {
    ...PATIENCE,
    PORT: '0',
    REDIS_URL: redis.url,
    VWO_ACCOUNT_ID: '123456',
    VWO_SDK_KEY: 'matrix',
    VWO_BASE_URL: edge.url,
  });
  const [command, ...args] = tools[cell.tool].runs({ node, cwd });
  const application = new RunningProcess(command, [...args, program], { cwd: directory, env });
  try {
    let url;
    await step('start', async () => void ([, url] = await application.prints(/listens at (http:\S+)/)));
    await step('http', async () => {
      await asked(url, redis);
      await tools[cell.tool].asked(url);
    });
    await step('stop', () => stopped(application, url, redis, edge));
  } finally {
    application.kill('SIGKILL');
  }
}

/** A bundle of everything is started where nothing else is. */
async function whatStarts(cell, { folder, cwd }) {
  const { isOneFile, program } = tools[cell.tool];
  const file = program(cell);
  if (!isOneFile) return { directory: cwd, program: file };
  const directory = join(folder, 'alone');
  const name = file.replaceAll('/', '-');
  await mkdir(directory);
  await copyFile(join(cwd, file), join(directory, name));
  return { directory, program: name };
}
