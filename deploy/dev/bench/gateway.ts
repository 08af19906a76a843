import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Child } from '../stack/child.ts';
import { choosePort } from '../stack/ports.ts';
import { probe } from '../stack/probe.ts';

/** The stand-in gateway as a process of its own. */
export interface BenchGateway {
  readonly url: string;
  readonly child: Child;
  /** Forgets everything, and takes so long for each call from now on. */
  reset(latencyMs: number): Promise<void>;
  /** Answers every call with 503 from now on, or no longer. */
  setAway(isAway: boolean): Promise<void>;
  /** Swallows every call for these APIs from now on: the connection stays open without an answer. */
  swallow(names: readonly string[]): Promise<void>;
  /** Management calls since the reset. */
  calls(): Promise<number>;
  /** The same by the name of the API. */
  callsByName(): Promise<ReadonlyMap<string, number>>;
}

const MAIN = fileURLToPath(new URL('../simulator/main.ts', import.meta.url));
const ledgerSchema = z.array(z.object({ name: z.string().optional() }));
const countersSchema = z.object({ calls: z.number() });

/** Starts it; `child.stop()` ends it. */
export async function startGateway(directory: string): Promise<BenchGateway> {
  const taken = new Set<number>();
  const port = await choosePort('gateway', {}, taken);
  const adminPort = await choosePort('gatewayAdmin', {}, taken);
  const admin = `http://127.0.0.1:${adminPort}/_admin`;
  const ports = ['--port', String(port), '--admin-port', String(adminPort)];
  const child = new Child({
    name: 'simulator',
    command: process.execPath,
    args: [MAIN, ...ports, '--log-level', 'error'],
    logFile: join(directory, 'logs', 'bench-simulator.log'),
    isHealthy: async () => (await probe(`${admin}/healthz`)) === 200,
  });
  await child.start();

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${admin}${path}`, { method, ...sent });
    if (!response.ok) throw new Error(`${method} ${path} of the simulator's admin API: ${response.status}`);
    return response;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    child,
    async reset(latencyMs) {
      await ask('POST', '/reset');
      if (latencyMs > 0) await ask('PUT', '/faults', { kind: 'slow', ms: latencyMs });
    },
    setAway: async (isAway) => {
      if (isAway) await ask('PUT', '/faults', { kind: 'status', status: 503 });
      else await ask('DELETE', '/faults');
    },
    async swallow(names) {
      for (const name of names) await ask('PUT', '/faults', { kind: 'hang', name });
    },
    async callsByName() {
      const lines = ledgerSchema.parse(await (await ask('GET', '/ledger')).json());
      const byName = Map.groupBy(lines, ({ name = '' }) => name);
      return new Map([...byName].map(([name, calls]) => [name, calls.length]));
    },
    calls: async () => countersSchema.parse(await (await ask('GET', '/counters')).json()).calls,
  };
}
