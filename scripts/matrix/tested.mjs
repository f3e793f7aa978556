import { output } from './processes.mjs';
import { tools } from './tools.mjs';

/** What `nest new` writes: it knows nothing of this package. */
const GENERATED_SPEC = 'src/app.controller.spec.ts';

/** What Jest says where it cannot load an ES module that CommonJS requires: `@nestjs/testing` 12. */
const NOT_LOADED = /Must use import to load ES Module|Cannot use import statement outside a module|ERR_REQUIRE_ESM/;

/** Runs the unit or e2e tests of the application by its own script. Gives why they are left out, where they are. */
export async function tested(kind, cell, { cwd, env, node }) {
  const [command, ...args] = tools[cell.tool].tests[kind] ?? [];
  if (command === undefined) return '–';
  if (cell.nest === '12' && cell.runner === 'jest' && !(await jestRequiresEsModules(node, { cwd, env }))) {
    return withoutTests({ cwd, env });
  }
  await output(command, args, { cwd, env });
  return undefined;
}

/** Jest does so from Node 24.9 on. */
async function jestRequiresEsModules(node, options) {
  const [major, minor] = (await output(node, ['-p', 'process.versions.node'], options)).split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 9);
}

/** Shows that NestJS's own generated test does not run there either. Rejects when it does: then the cell's tests have to run. */
async function withoutTests(options) {
  const failure = await output('npm', ['run', 'test', '--', GENERATED_SPEC], options).then(() => undefined, String);
  if (failure === undefined) throw new Error(`Jest runs ${GENERATED_SPEC} on this Node: let it run the cell's tests`);
  if (!NOT_LOADED.test(failure)) throw new Error(`${GENERATED_SPEC} fails in a way that is not known\n${failure}`);
  return 'not by Jest';
}
