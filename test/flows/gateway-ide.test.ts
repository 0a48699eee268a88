import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { ideWindows } from '../../gateway/ide-windows';
import { apiSchemaOf } from '../../schema/api-schema';
import { supergraphSdl } from '../../schema/subgraph-sdl';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { type SmallGateway, startSmallGateway } from '../support/small-gateway';

interface AltairWindow {
  initialName: string;
  initialQuery: string;
  initialVariables: string;
  initialHeaders: Record<string, string>;
  initialSubscriptionsPayload: Record<string, string>;
  endpointURL: string;
  subscriptionsEndpoint: string;
}

let small: SmallGateway;
beforeAll(async () => {
  small = await startSmallGateway();
});
afterAll(() => small?.stop());

/** The options the page starts with, read as the page does: by running the file. */
async function windowsOf(gateway: { url: string }): Promise<AltairWindow[]> {
  const script = await (await fetch(`${gateway.url}/ide/initial_options.js`)).text();
  let windows: AltairWindow[] = [];
  vm.runInNewContext(script, {
    AltairGraphQL: {
      init: (options: { initialWindows: AltairWindow[] }) => {
        windows = options.initialWindows;
      },
    },
  });
  return windows;
}

const schema = apiSchemaOf(supergraphSdl());

describe('the IDE', () => {
  it('is one page whose every file comes from this server', async () => {
    const response = await fetch(`${small.url}/ide`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('<base href="/ide/">');
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page).not.toMatch(/<script[^>]*>[^<]/); // no inline script, so none has to be allowed
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval/);
    const files = [...page.matchAll(/(?:src|href)="([^"/][^"]*)"/g)].map(([, file]) => file);
    expect(files).toEqual(expect.arrayContaining(['main.js', 'polyfills.js', 'styles.css', 'initial_options.js']));
    for (const file of files) {
      const answer = await fetch(`${small.url}/ide/${file}`);
      expect([file, answer.status]).toEqual([file, 200]);
      expect(answer.headers.get('content-type')).toMatch(/javascript|css|image/);
      await answer.arrayBuffer();
    }
  });

  it('opens with windows for each role whose token works over HTTP and over the socket', async () => {
    const windows = await windowsOf(small);
    expect(windows.map(({ initialName }) => initialName)).toEqual(ideWindows.map(({ title }) => title));
    const { host } = new URL(small.url);
    for (const [n, { role }] of ideWindows.entries()) {
      const window = windows[n];
      expect(window).toMatchObject({
        endpointURL: `http://${host}/graphql`,
        subscriptionsEndpoint: `ws://${host}/graphql`,
      });
      expect(window?.initialHeaders).toEqual(window?.initialSubscriptionsPayload);
      const [, claims = ''] = window?.initialHeaders.authorization?.split('.') ?? [];
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
        roles: [role],
        tenant: 'festival',
      });
    }
    const wallet = windows.find(({ initialName }) => initialName === 'Shopper · my coupons');
    const { body } = await small.ask(wallet?.initialQuery ?? '', {
      token: null,
      headers: { authorization: wallet?.initialHeaders.authorization ?? '' },
      variables: JSON.parse(wallet?.initialVariables ?? '{}'),
    });
    expect(body.data).toMatchObject({ viewer: { id: 'u-001' } });
  });

  it.each(ideWindows.map((window) => [window.title, window] as const))(
    'offers "%s" ready to run',
    (_title, { operation, variables }) => {
      const document = parse(readFileSync(projectFile(`clients/operations/${operation}.graphql`), 'utf8'));
      expect(validate(schema, document)).toEqual([]);
      const definitions = getOperationAST(document)?.variableDefinitions ?? [];
      expect(getVariableValues(schema, definitions, variables).errors).toBeUndefined();
      const known = definitions.map(({ variable }) => variable.name.value);
      expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([]);
    },
  );

  it('gives nothing from outside its folder', async () => {
    for (const path of ['../package.json', '..%2fpackage.json', '%2e%2e/%2e%2e/package.json', 'nothing.js', 'assets'])
      expect((await small.gateway.app.inject({ url: `/ide/${path}` })).statusCode).toBe(404);
  });

  it('holds no tokens where there are no development tokens, and is not there when it is off', async () => {
    const production = await startSmallGateway({ developmentTokens: null, shop: small.shop });
    const without = await startSmallGateway({ ide: false, shop: small.shop });
    try {
      expect((await windowsOf(production)).every(({ initialHeaders }) => !initialHeaders.authorization)).toBe(true);
      expect((await fetch(`${without.url}/ide`)).status).toBe(404);
    } finally {
      await Promise.all([production.stop(), without.stop()]);
    }
  });
});
