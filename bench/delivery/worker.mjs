/**
 * One sender in a process of its own. Told what it is by its argument; then, asked `{ users }`, it fills its queue off the clock,
 * delivers all of it and tells `{ perEvent }`, in µs of CPU.
 */
const { sender, ...given } = JSON.parse(process.argv[2]);
const { open } = await import(`./senders/${sender}.mjs`);
const one = await open(given);

/** Impressions of one user. */
const EACH = 2;

async function delivered({ users }) {
  await one.fill(users);
  globalThis.gc({ type: 'minor' });
  const began = process.cpuUsage();
  await one.deliver();
  const { user, system } = process.cpuUsage(began);
  return { perEvent: (user + system) / (users * EACH) };
}

process.on('message', (message) => {
  delivered(message).then(
    (result) => process.send(result),
    (error) => process.send({ error: `${process.argv[2]}: ${error.stack}` }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
