/** Who delivers, by the name in the tables: which file of `senders/`, and what it is told. */
export const CONTENDERS = {
  ours: { sender: 'ours' },
  'hand-written, node:http': { sender: 'hand-written', client: 'http' },
  'hand-written, undici': { sender: 'hand-written', client: 'undici' },
  'hand-written, fetch': { sender: 'hand-written', client: 'fetch' },
};

export const FLOOR = 'hand-written, node:http';
