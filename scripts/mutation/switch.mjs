/** Which mutant is on, and which ones the code asks for. Mutated code calls `__mutant(id)` wherever a mutant stands. */
export const mutantSwitch = {
  /** 0: none. */
  on: Number(process.env.MUTANT ?? 0),
  /** The ids that are asked for go here, unless a mutant is on. */
  reached: new Set(),
  /** Calls since the last test began, and how many make a loop endless. */
  calls: 0,
  endless: Infinity,
};

globalThis.__mutant = (id) => {
  if (++mutantSwitch.calls > mutantSwitch.endless) throw new Error('an endless loop');
  if (mutantSwitch.on === 0) mutantSwitch.reached.add(id);
  return id === mutantSwitch.on;
};
