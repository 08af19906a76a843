#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from './messageOf.ts';
import { startSimulator } from './startSimulator.ts';
import { simulatorOptionsSchema, type SimulatorOptions } from './simulatorOptions.ts';

const EXAMPLES = `
Examples:
  npm run simulator -- --port 8080 --address productcatalog:8080=127.0.0.1:4000
  npm run simulator -- --host 0.0.0.0 --namespace components --key name
  curl -X PUT http://127.0.0.1:8081/_admin/faults -H 'content-type: application/json' -d '{"kind":"throttle","count":3}'

The admin API and the faults are described in deploy/dev/simulator/README.md.`;

const DEFAULTS = simulatorOptionsSchema.parse({});

function toInteger(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function toAdminPort(text: string): number | 'same' {
  return text === 'same' ? text : toInteger(text);
}

/** `productcatalog:8080=127.0.0.1:4000,partyrole=127.0.0.1:4001`; the flag can be given more than once. */
function toAddresses(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const addresses = { ...before };
  for (const pair of text.split(',')) {
    const [implementation, address, ...rest] = pair.split('=');
    if (!implementation || !address || rest.length > 0) {
      throw new InvalidArgumentError('It must look like productcatalog:8080=127.0.0.1:4000.');
    }
    addresses[implementation] = address;
  }
  return addresses;
}

function option(flags: string, variable: string, text: string): Option {
  return new Option(flags, text).env(`SIMULATOR_${variable}`);
}

function createProgram(): Command {
  const limit = (flags: string, variable: string, text: string): Option =>
    option(flags, variable, text).argParser(toInteger);
  return new Command('simulator')
    .description('A stand-in for the WhaleCloud API Gateway: registers APIs and really routes to them.')
    .addOption(option('--host <address>', 'HOST', 'address of the gateway').default(DEFAULTS.host))
    .addOption(limit('--port <number>', 'PORT', 'port of the gateway, 0: a free one').default(8080))
    .addOption(
      option('--admin-host <address>', 'ADMIN_HOST', 'address of the admin API').default(DEFAULTS.adminHost),
    )
    .addOption(
      option(
        '--admin-port <number|same>',
        'ADMIN_PORT',
        'port of the admin API, 0: a free one; same: that of the gateway',
      )
        .argParser(toAdminPort)
        .default(8081),
    )
    .addOption(
      option('--key <field>', 'KEY', 'what tells registrations apart')
        .choices(['path', 'name'])
        .default(DEFAULTS.key),
    )
    .addOption(
      option('--success-code <code>', 'SUCCESS_CODE', 'res_code of success').default(DEFAULTS.successCode),
    )
    .addOption(
      option(
        '--unknown-removal <code|success>',
        'UNKNOWN_REMOVAL',
        'res_code for removing what is not registered; success: as if it had been',
      ).default(DEFAULTS.unknownRemoval),
    )
    .addOption(
      option('--namespace <name>', 'NAMESPACE', 'where implementations are found by DNS').default(
        DEFAULTS.namespace,
      ),
    )
    .addOption(
      option(
        '--address <implementation[:port]=host:port>',
        'ADDRESSES',
        'local address of an implementation; repeatable, or separated by commas',
      ).argParser(toAddresses),
    )
    .addOption(
      option(
        '--state-file <path>',
        'STATE_FILE',
        'keeps the table across restarts (default: in memory only)',
      ),
    )
    .addOption(
      limit('--ledger-limit <calls>', 'LEDGER_LIMIT', 'management calls remembered').default(
        DEFAULTS.ledgerLimit,
      ),
    )
    .addOption(
      limit(
        '--specification-max-bytes <bytes>',
        'SPECIFICATION_MAX_BYTES',
        'largest document a developer page shows',
      ).default(DEFAULTS.specificationMaxBytes),
    )
    .addOption(
      limit(
        '--specification-timeout-ms <ms>',
        'SPECIFICATION_TIMEOUT_MS',
        'how long fetching a document may take',
      ).default(DEFAULTS.specificationTimeoutMs),
    )
    .addOption(
      option('--log-level <level>', 'LOG_LEVEL', 'one JSON line an event, on standard output')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default(DEFAULTS.logLevel),
    )
    .addHelpText('after', EXAMPLES);
}

function toOptions({
  address,
  ...flags
}: SimulatorOptions & { address?: Record<string, string> }): SimulatorOptions {
  return address === undefined ? flags : { ...flags, addresses: address };
}

async function main(): Promise<void> {
  const program = createProgram().parse();
  const simulator = await startSimulator(toOptions(program.opts()));
  const stop = (): void => {
    simulator.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(error: unknown): void {
  console.error(`simulator: ${messageOf(error)}`);
  process.exit(1);
}

main().catch(fail);
