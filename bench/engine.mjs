/** `compile` and `decide` of the installed package: the engine is not an entry point of its own, so it is taken by its file. */
const engine = await import(new URL('fme/engine/index.js', import.meta.resolve('nestjs-vwo')));

export const { compile, decide } = engine;
