import { Agent } from 'node:http';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../../deploy/dev/simulator/startSimulator.ts';
import type { Operation } from '../../../../deploy/dev/simulator/managementCall.ts';
import { MANAGEMENT_PATHS } from '../../../../deploy/dev/simulator/managementCall.ts';

const running: Simulator[] = [];

/** A quiet stand-in gateway on free ports; `stopSimulators` ends it. */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ logLevel: 'silent', ...options });
  running.push(simulator);
  return simulator;
}

export async function stopSimulators(): Promise<void> {
  await Promise.all(running.splice(0).map(async (simulator) => simulator.stop()));
}

export const CATALOG = {
  name: 'cpc-catalog',
  path: '/cpc/catalog/v4',
  specification: 'http://catalog:8080/specifications/TMF620-ProductCatalog-v4.1.0.json',
  implementation: 'catalog',
  port: 8080,
};

/** A management call as the operator makes it; every status is an answer, not an error. */
export async function manage(
  simulator: Simulator,
  operation: Operation,
  body: unknown = CATALOG,
  timeout = 10_000,
): Promise<AxiosResponse<unknown>> {
  return axios.post(`${simulator.url}${MANAGEMENT_PATHS[operation]}`, body, {
    timeout,
    validateStatus: () => true,
    headers: { 'content-type': 'application/json' },
    transformRequest: (data: unknown) => (typeof data === 'string' ? data : JSON.stringify(data)),
    // A connection of an earlier call may not have noticed yet that the gateway has closed it.
    httpAgent: new Agent({ keepAlive: false }),
  });
}

export async function create(simulator: Simulator, body: unknown = CATALOG): Promise<AxiosResponse<unknown>> {
  return manage(simulator, 'create', body);
}

export async function remove(simulator: Simulator, body: unknown = CATALOG): Promise<AxiosResponse<unknown>> {
  return manage(simulator, 'remove', body);
}

/** The error code of a call that must not get an answer. */
export async function failureOf(call: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await call.then(
    () => new Error('the call was answered'),
    (reason: unknown) => reason,
  );
  return isAxiosError(error) ? error.code : String(error);
}

/** @throws with what was awaited, when it does not come true in time */
export async function eventually(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`not within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
