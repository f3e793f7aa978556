/** In place of TypeScript, in a spec: see shared-typescript.mjs. */
module.exports = globalThis[Symbol.for('nestjs-vwo:typescript')]();
