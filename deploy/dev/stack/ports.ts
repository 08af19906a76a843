import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { LocalStackError } from './localStackError.ts';

/** Where the stack listens unless told otherwise. */
export const LOOPBACK = '127.0.0.1';

/**
 * Below the range that kernels give to outgoing connections and to port 0 (Linux: from 32768), so that nothing else is
 * given a chosen port in the moment before its program binds it; chosen at random, so that stacks that start at once differ.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Which port each name should get: `fixed` exactly, or no start; else the first of `preferred` that is free. */
export interface PortWish {
  readonly fixed?: number;
  readonly preferred?: readonly number[];
}

/**
 * A free port of the loopback address that is not in `taken`; adds it there.
 *
 * @throws LocalStackError when a fixed port is taken.
 */
export async function choosePort(name: string, wish: PortWish, taken: Set<number>): Promise<number> {
  const port = await findPort(name, wish, taken);
  taken.add(port);
  return port;
}

async function findPort(name: string, wish: PortWish, taken: ReadonlySet<number>): Promise<number> {
  if (wish.fixed !== undefined) {
    if (!taken.has(wish.fixed) && (await isPortFree(wish.fixed))) return wish.fixed;
    throw new LocalStackError(
      `Port ${wish.fixed}, wanted for ${name}, is taken: end the program that uses it, or choose another port.`,
    );
  }
  for (const port of wish.preferred ?? []) {
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new LocalStackError(`No free port on the loopback address for ${name}.`);
}

/** Whether nobody listens on this port of the loopback address. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', () => resolve(undefined));
  server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
  });
  return await promise;
}
