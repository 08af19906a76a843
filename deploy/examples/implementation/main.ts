#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  IMPLEMENTATION_API_KINDS,
  startImplementation,
  type ImplementationApi,
  type ImplementationOptions,
} from './startImplementation.ts';

function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a port number.');
  return port;
}

function toApis(text: string, before: readonly ImplementationApi[] = []): ImplementationApi[] {
  const [wanted, basePath, ...rest] = text.split('=');
  const kind = IMPLEMENTATION_API_KINDS.find((known) => known === wanted);
  if (kind === undefined || !basePath?.startsWith('/') || rest.length > 0) {
    const kinds = IMPLEMENTATION_API_KINDS.join(', ');
    throw new InvalidArgumentError(`It must look like productCatalog=/base/path; there are ${kinds}.`);
  }
  return [...before, { kind, basePath: basePath.replace(/\/$/, '') }];
}

const program = new Command('implementation')
  .description('One server of the example component: a product catalog, party roles, promotions, metrics.')
  .requiredOption('--name <service>', 'the Service it stands for')
  .addOption(new Option('--host <address>', 'address to listen at').default('127.0.0.1'))
  .addOption(new Option('--port <number>', '0: a free one').argParser(toPort).default(8090))
  .addOption(
    new Option('--api <kind=path>', 'an API and its full base path; repeatable')
      .argParser(toApis)
      .makeOptionMandatory(),
  );

interface Flags extends Omit<ImplementationOptions, 'apis'> {
  readonly api: readonly ImplementationApi[];
}

async function main(): Promise<void> {
  const { api, ...flags } = program.parse().opts<Flags>();
  const implementation = await startImplementation({ ...flags, apis: api });
  console.log(
    `${implementation.name} serves ${api.map(({ basePath }) => basePath).join(', ')} at ${implementation.url}`,
  );
  const stop = (): void => void implementation.stop().then(() => process.exit(0), fail);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(error: unknown): void {
  console.error(`implementation: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

main().catch(fail);
