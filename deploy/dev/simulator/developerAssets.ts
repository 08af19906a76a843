import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);

const ASSETS: readonly string[] = ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'];

/** `validatorUrl: null`: the library would otherwise send the document to a public service. */
const SHOW = `SwaggerUIBundle({
  spec: JSON.parse(document.getElementById('document').textContent),
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** Swagger UI, served from its package: the developer pages load nothing from anywhere else. */
export async function developerAssets(app: FastifyInstance): Promise<void> {
  const root = dirname(require.resolve('swagger-ui-dist/package.json'));
  app.get('/_docs/show.js', async (_request, reply) => reply.type('text/javascript').send(SHOW));
  await app.register(fastifyStatic, {
    root,
    prefix: '/_docs/',
    index: false,
    allowedPath: (path) => ASSETS.includes(path),
  });
}
