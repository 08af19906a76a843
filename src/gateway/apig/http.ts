import { readFile } from 'node:fs/promises';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod';

/** APIG_AUTH_FILE: any combination; nothing in it ever leaves this module but in a request. */
const credentialsSchema = z.strictObject({
  basic: z.object({ username: z.string(), password: z.string() }).optional(),
  bearer: z.string().optional(),
  header: z.object({ name: z.string().regex(/^[A-Za-z0-9-]+$/), value: z.string() }).optional(),
  clientCertificate: z.string().optional(),
  clientKey: z.string().optional(),
});

/** An APIG reply is two short strings; more is somebody else's page. */
const MAX_REPLY_BYTES = 64 * 1024;

export interface HttpOptions {
  readonly authFile: string | undefined;
  readonly caFile: string | undefined;
}

/**
 * A client for one call. Files are read anew, so that a rotated Secret needs no restart. Redirects are refused: they would
 * carry a registration, and credentials, to a place nobody configured. No proxy of the environment is used.
 * @param mayAuthenticate credentials go only to an endpoint that the administrator set
 * @throws where a file cannot be read or understood; the message names the file and never its content
 */
export async function createHttp(options: HttpOptions, mayAuthenticate: boolean): Promise<AxiosInstance> {
  const credentials = mayAuthenticate ? await readCredentials(options.authFile) : {};
  const ca = options.caFile === undefined ? undefined : await readNamed(options.caFile, 'APIG_CA_FILE');
  const { basic, bearer, header, clientCertificate: cert, clientKey: key } = credentials;
  return axios.create({
    ...(basic ? { auth: basic } : {}),
    headers: {
      'User-Agent': 'apig-orchestrator',
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer.trim()}` }),
      ...(header ? { [header.name]: header.value } : {}),
    },
    ...(ca !== undefined || cert !== undefined ? { httpsAgent: new HttpsAgent({ ca, cert, key }) } : {}),
    maxRedirects: 0,
    maxContentLength: MAX_REPLY_BYTES,
    proxy: false,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
  });
}

async function readCredentials(file: string | undefined): Promise<z.infer<typeof credentialsSchema>> {
  if (file === undefined) return {};
  const content = await readNamed(file, 'APIG_AUTH_FILE');
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw new Error(`APIG_AUTH_FILE ${file} is not JSON`);
  }
  const parsed = credentialsSchema.safeParse(json);
  if (!parsed.success)
    throw new Error(
      `APIG_AUTH_FILE ${file} is not understood at: ${parsed.error.issues.map(({ path }) => path.join('.') || 'the top').join(', ')}; it holds ${Object.keys(credentialsSchema.shape).join(', ')}`,
    );
  return parsed.data;
}

async function readNamed(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new Error(`${setting} ${file} cannot be read`);
  }
}
