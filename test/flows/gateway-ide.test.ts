import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FormattedExecutionResult, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { type IdeWindow, ideWindows, rememberTemplate, variablesText, walkStart } from '../../gateway/ide-windows';
import { inProcessTransport } from '../../gateway/subgraph-transport';
import { apiSchemaOf } from '../../schema/api-schema';
import { supergraphSdl } from '../../schema/subgraph-sdl';
import { allSubgraphs } from '../../subgraphs/host';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { startPlatform } from '../support/platform';
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

interface Amount {
  minorUnits: number;
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

/** The variables of a window as the page sends them: with the values that earlier answers left. */
function filledIn(window: IdeWindow, values: Record<string, string>): Record<string, unknown> {
  return JSON.parse(variablesText(window).replace(/\{\{(\w+)\}\}/g, (_found, name: string) => values[name] ?? ''));
}

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

  it.each(ideWindows.map((window) => [window.title, window] as const))('offers "%s" ready to run', (_title, window) => {
    const { operation } = window;
    const variables = filledIn(window, walkStart);
    const document = parse(readFileSync(projectFile(`clients/operations/${operation}.graphql`), 'utf8'));
    expect(validate(schema, document)).toEqual([]);
    const definitions = getOperationAST(document)?.variableDefinitions ?? [];
    expect(getVariableValues(schema, definitions, variables).errors).toBeUndefined();
    const known = definitions.map(({ variable }) => variable.name.value);
    expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('shows above an operation what its window is for', async () => {
    const windows = await windowsOf(small);
    for (const [n, { note = [], operation }] of ideWindows.entries()) {
      const query = windows[n]?.initialQuery ?? '';
      expect(query.split('\n').slice(0, note.length)).toEqual(note.map((line) => `# ${line}`));
      expect(note.filter((line) => line.length > 98)).toEqual([]); // wider than half a screen
      expect(query.endsWith(readFileSync(projectFile(`clients/operations/${operation}.graphql`), 'utf8'))).toBe(true);
    }
    const author = windows.find(({ initialName }) => initialName === 'Merchant 2 · author');
    expect(author?.initialQuery).toContain('/files/schemas/promotion-template.json');
  });

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

describe('the walk of a merchant through the windows', () => {
  let walk: Awaited<ReturnType<typeof startWalk>>;
  beforeAll(async () => {
    walk = await startWalk();
  });
  afterAll(() => walk?.stop());

  it('writes, checks, tries, publishes, changes and takes back a flash sale, each window fed by the answers before it', async () => {
    const { send } = walk;
    expect(await send('Operator · demand approval')).toMatchObject({ settings: { isApprovalRequired: true } });
    expect(await send('Merchant 1 · goods')).toMatchObject({ changedCount: 3, userErrors: [] });
    expect(await send('Merchant 2 · author')).toMatchObject({
      template: { state: 'DRAFT', revision: 1 },
      userErrors: [],
    });
    expect(await send('Merchant 3 · check')).toEqual({
      canPublish: true,
      hasWarnings: false,
      findings: [],
      search: { cartCount: expect.any(Number), isExhaustive: expect.any(Boolean) },
    });
    expect(await send('Merchant 4 · try')).toMatchObject({
      verdict: 'DOES_NOT_APPLY',
      isCurable: true,
      cure: [{ fact: 'user.tier' }],
    });
    const { quote } = (await send('Merchant · preview a price')) as { quote: { subtotal: Amount; payable: Amount } };
    expect(quote.subtotal.minorUnits - quote.payable.minorUnits).toBe(3000);
    expect(await send('Merchant 6 · publish')).toMatchObject({ userErrors: [{ code: 'APPROVAL_REQUIRED' }] });
    expect(await send('Merchant 5 · ask for review')).toMatchObject({ template: { state: 'IN_REVIEW' } });
    expect(await send('Operator · approve')).toMatchObject({ template: { review: { state: 'APPROVED' } } });
    expect(await send('Merchant 6 · publish')).toMatchObject({ template: { state: 'SCHEDULED', version: 1 } });

    expect(await send('Merchant 7 · change')).toMatchObject({
      template: { version: 1, draft: { time: { hoursOfDay: [{ from: '20:00', until: '23:00' }] } } },
      userErrors: [],
    });
    expect(await send('Merchant 5 · ask for review')).toMatchObject({ userErrors: [] });
    expect(await send('Operator · approve')).toMatchObject({ userErrors: [] });
    expect(await send('Merchant 6 · publish')).toMatchObject({ template: { version: 2 } });
    expect(await send('Merchant 8 · versions')).toMatchObject({
      versions: { edges: [{ node: { version: 2 } }, { node: { version: 1 } }] },
    });

    expect(await send('Merchant 11 · roll back')).toMatchObject({ template: { version: 3 }, userErrors: [] });
    expect(await send('Merchant · one promotion')).toMatchObject({
      document: { time: { hoursOfDay: [{ from: '20:00', until: '22:00' }] } },
      draft: null,
    });
    expect(await send('Merchant 12 · more stock')).toMatchObject({ template: { stockCount: 8000, version: 3 } });
    expect(await send('Merchant 13 · pause')).toMatchObject({ template: { state: 'PAUSED' } });
    expect(await send('Merchant 14 · resume')).toMatchObject({ template: { state: 'SCHEDULED' } });
    expect(await send('Merchant 15 · end')).toMatchObject({ template: { state: 'ENDED' } });

    // The names come from the catalogue, the prices from settlement.
    const [earphones] = (await send('Shopper · prices in hand')) as {
      name: string;
      priceInHand: { payable: Amount };
    }[];
    expect(earphones).toMatchObject({ id: 'lm-001', priceInHand: { payable: quote.subtotal, isOptimal: true } });

    const { auditLog } = (await send('Merchant 9 · audit log')) as { auditLog: { edges: { node: { act: string } }[] } };
    expect(auditLog.edges.map(({ node }) => node.act).reverse()).toEqual([
      ...['CREATED', 'SUBMITTED', 'APPROVED', 'PUBLISHED'],
      ...['REVISED', 'SUBMITTED', 'APPROVED', 'PUBLISHED'],
      ...['ROLLED_BACK', 'STOCK_INCREASED', 'PAUSED', 'RESUMED', 'ENDED'],
    ]);
    expect(await send('Merchant 10 · verify the log')).toEqual({ isWhole: true, entryCount: 13, firstBrokenSeq: null });
  });

  it('gives codes out, lets a shopper type one, counts what was used and freezes it all', async () => {
    const { send } = walk;
    // As on a day without a second person: the walk above demanded one.
    const calm = await walk.tokens.issue({ role: 'merchant', tenant: 'codes', merchant: 'lumen' });
    const shopper = await walk.tokens.issue({ role: 'shopper', tenant: 'codes', subject: 'u-001' });
    const run = (title: string, token = calm.token) => send(title, token);
    expect(await run('Merchant 16 · author codes')).toMatchObject({ template: { state: 'DRAFT' }, userErrors: [] });
    expect(await run('Merchant 6 · publish')).toMatchObject({ template: { state: 'LIVE' }, userErrors: [] });
    await walk.settled();
    expect(await run('Merchant 17 · a public code')).toMatchObject({ userErrors: [] });
    expect(await run('Merchant 18 · generate codes')).toMatchObject({ job: { count: 1000 }, userErrors: [] });
    expect(await run('Merchant 19 · code jobs')).toMatchObject({ edges: [{ node: { count: 1000 } }] });
    expect(await run('Shopper · claim by a code', shopper.token)).toMatchObject({ coupon: { state: 'AVAILABLE' } });
    expect(await run('Shopper · count my coupons', shopper.token)).toMatchObject({ couponCounts: { usableCount: 1 } });
    expect(await run('Merchant 20 · what was used')).toMatchObject({ usage: { uses: { limit: 500, left: 500 } } });
    expect(await run('Merchant 21 · freeze all')).toMatchObject({ userErrors: [] });
  });

  it('warns of goods that the catalogue does not have, and publishes them all the same after a yes', async () => {
    const stranger = await walk.tokens.issue({ role: 'merchant', tenant: 'empty', merchant: 'lumen' });
    const ask = (title: string, input: Record<string, unknown>) => walk.ask(title, stranger.token, { input });
    const author = ideWindows.find(({ title }) => title === 'Merchant 2 · author');
    const { template } = (await ask('Merchant 2 · author', author?.variables.input as Record<string, unknown>)) as {
      template: { id: string };
    };
    const publication = { templateId: template.id, idempotencyKey: 'k' };
    expect(await ask('Merchant 6 · publish', publication)).toMatchObject({
      userErrors: [{ code: 'WARNING' }, { code: 'WARNING' }, { code: 'WARNING' }],
    });
    expect(await ask('Merchant 6 · publish', { ...publication, acceptWarnings: true })).toMatchObject({
      template: { state: 'SCHEDULED' },
    });
  });
});

/** The whole platform behind a gateway with the IDE, and a page that sends windows as a person would. */
async function startWalk() {
  const platform = await startPlatform({ names: allSubgraphs });
  const front = await startSmallGateway({
    transport: inProcessTransport((name) => {
      const known = allSubgraphs.find((candidate) => candidate === name);
      return known && platform.host.subgraph(known);
    }),
  });
  const windows = await windowsOf(front);
  const values = { ...walkStart };

  /** What the one field of a window's operation answers. */
  async function ask(title: string, token: string, variables: Record<string, unknown>): Promise<unknown> {
    const query = windows.find(({ initialName }) => initialName === title)?.initialQuery ?? '';
    const { body } = await front.ask(query, { token, variables });
    expect([title, body.errors]).toEqual([title, undefined]);
    remember(body);
    return Object.values(body.data ?? {})[0];
  }
  /** Runs the script of the windows over an answer. */
  function remember(body: FormattedExecutionResult): void {
    const setEnvironment = (name: string, value: string) => {
      values[name] = value;
    };
    const altair = { response: { body: JSON.stringify(body) }, helpers: { setEnvironment } };
    vm.runInNewContext(rememberTemplate, { altair });
  }
  return {
    tokens: front.tokens,
    ask,
    /** Until what was written before is known everywhere. */
    settled: () => platform.settled(),
    /** @param token of another marketplace than the windows' own */
    async send(title: string, token?: string): Promise<unknown> {
      const window = ideWindows.find((candidate) => candidate.title === title);
      if (!window) throw new Error(`Expected a window ${title}, found none.`);
      return ask(title, token ?? (await front.token({ role: window.role })), filledIn(window, values));
    },
    async stop() {
      await front.stop();
      await platform.stop();
    },
  };
}
