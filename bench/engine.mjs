/** `compile` and `decide` of the package: the engine is not an entry point of its own, so it is taken by its file. */
import { existsSync } from 'node:fs';
import { mainModule } from './library.mjs';

/** Where it is, and where it once was. */
const places = ['fme/engine/index.js', 'engine/index.js'].map((file) => new URL(file, mainModule()));
const engine = await import(places.find((place) => existsSync(place)));

export const { compile, decide } = engine;
