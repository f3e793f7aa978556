/** In place of TypeScript, in a spec: see shared-typescript.cjs. */
module.exports = globalThis[Symbol.for('nestjs-vwo:typescript')]();
