import Fastify, { type FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { AddressBook } from './addressBook.ts';
import { adminRoutes } from './adminRoutes.ts';
import { developerAssets } from './developerAssets.ts';
import { FaultBook } from './faultBook.ts';
import { HeldCalls } from './heldCalls.ts';
import { Ledger } from './ledger.ts';
import { managementRoutes } from './managementRoutes.ts';
import { PausableListener, type ListenAt } from './pausableListener.ts';
import { RegistrationTable } from './registrationTable.ts';
import { routeRequests } from './routeRequests.ts';
import type { Simulator } from './simulator.ts';
import { parseOptions, type SimulatorOptions, type SimulatorSettings } from './simulatorOptions.ts';
import { openStateFile } from './stateFile.ts';

export type { Simulator } from './simulator.ts';
export type { SimulatorOptions } from './simulatorOptions.ts';

interface Parts {
  readonly settings: SimulatorSettings;
  readonly table: RegistrationTable;
  readonly ledger: Ledger;
  readonly faults: FaultBook;
  readonly held: HeldCalls;
  readonly addresses: AddressBook;
  readonly gateway: PausableListener;
  readonly admin: PausableListener;
  readonly logger: Logger;
  routed: number;
}

function openTable({ key, stateFile }: SimulatorSettings): RegistrationTable {
  if (stateFile === undefined) return new RegistrationTable(key);
  const state = openStateFile(stateFile, key);
  const table = new RegistrationTable(key, (change) => state.append(change));
  for (const row of state.rows) table.restore(row);
  return table;
}

function createParts(settings: SimulatorSettings): Parts {
  const gateway = new PausableListener({ host: settings.host, port: settings.port });
  const adminAt = (port: number): ListenAt => ({ host: settings.adminHost, port });
  return {
    settings,
    table: openTable(settings),
    ledger: new Ledger(settings.ledgerLimit, () => new Date()),
    faults: new FaultBook(),
    held: new HeldCalls(),
    addresses: new AddressBook(settings.namespace, settings.addresses),
    gateway,
    admin: settings.adminPort === 'same' ? gateway : new PausableListener(adminAt(settings.adminPort)),
    logger: pino({ name: 'simulator', level: settings.logLevel }),
    routed: 0,
  };
}

function createGateway(parts: Parts): FastifyInstance {
  const { settings, table, addresses, logger } = parts;
  const app = Fastify({ serverFactory: parts.gateway.serverFactory });
  const { successCode, unknownRemoval } = settings;
  app.register(async (scope) =>
    managementRoutes(scope, { ...parts, successCode, unknownRemoval, now: () => new Date() }),
  );
  app.register(developerAssets);
  app.register(async (scope) =>
    routeRequests(scope, {
      table,
      addresses,
      logger,
      limits: { maxBytes: settings.specificationMaxBytes, timeoutMs: settings.specificationTimeoutMs },
      adminUrl: () => `${parts.admin.url}/_admin`,
      countRequest: () => {
        parts.routed += 1;
      },
    }),
  );
  return app;
}

function createSimulator(parts: Parts, stop: () => Promise<void>): Simulator {
  const { table, ledger, faults, held, addresses, gateway, admin } = parts;
  return {
    get url() {
      return gateway.url;
    },
    get port() {
      return gateway.port;
    },
    get adminUrl() {
      return `${admin.url}/_admin`;
    },
    table: () => table.list(),
    ledger: (filter) => ledger.list(filter),
    clearLedger: () => ledger.clear(),
    counters: () => ({ calls: ledger.size, registrations: table.size, routedRequests: parts.routed }),
    faults: () => faults.list(),
    addFault: (fault) => faults.add(fault),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    held: () => held.list(),
    release: (filter) => held.release(filter),
    addresses: () => addresses.list(),
    setAddresses: (changed) => addresses.set(changed),
    isListening: () => gateway.isListening,
    pause: async () => gateway.close(),
    resume: async () => gateway.listen(),
    reset: () => {
      faults.clear();
      held.cancelAll();
      table.clear();
      ledger.clear();
      addresses.set(parts.settings.addresses);
      parts.routed = 0;
    },
    stop,
  };
}

/**
 * Starts a stand-in for the vendor's gateway: the management contract, real routing, developer pages,
 * a ledger of every call, and faults on demand.
 * @throws with one line that says what to do, when an option is wrong or a port is taken
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const parts = createParts(parseOptions(options));
  const { gateway, admin, held } = parts;
  const app = createGateway(parts);
  const adminApp = admin === gateway ? app : Fastify({ serverFactory: admin.serverFactory });
  const stop = async (): Promise<void> => {
    held.cancelAll();
    await Promise.all([gateway.close(), admin.close()]);
    await Promise.all([app.close(), adminApp.close()]);
  };
  const simulator = createSimulator(parts, stop);
  adminApp.register(async (scope) => adminRoutes(scope, simulator), { prefix: '/_admin' });
  try {
    await Promise.all([app.ready(), adminApp.ready()]);
    await Promise.all([gateway.listen(), admin.listen()]);
  } catch (error) {
    await stop();
    throw error;
  }
  const { url, adminUrl } = simulator;
  parts.logger.info({ url, adminUrl, registrations: parts.table.size }, 'stand-in gateway is listening');
  return simulator;
}
