import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { inProcessTransport, type SubgraphTransport } from '../../gateway/subgraph-transport';
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
} from '../../subgraphs/shared/contracts/identity';
import { shopper } from '../support/people';
import { type SmallGateway, startSmallGateway } from '../support/small-gateway';
import { type SmallShop, startSmallShop } from '../support/small-shop';

describe('the address of a client', () => {
  let shop: SmallShop;
  beforeAll(async () => {
    shop = await startSmallShop();
  });
  afterAll(() => shop.stop());

  async function addressesBehind(trustedProxies: string | undefined, forwarded: readonly string[]) {
    const inner = inProcessTransport((name) => shop.subgraph(name));
    const seen: (string | undefined)[] = [];
    const transport: SubgraphTransport = {
      ...inner,
      execute(subgraph, request, who, options) {
        seen.push(options.address);
        return inner.execute(subgraph, request, who, options);
      },
    };
    const gateway = await startSmallGateway({ shop, transport, ...(trustedProxies && { trustedProxies }) });
    for (const by of forwarded) {
      await gateway.ask('{ viewer { id } }', { headers: { 'x-forwarded-for': by } });
      await askOverSocket(gateway, by);
    }
    await gateway.stop();
    return seen;
  }

  it('is what a trusted proxy says, over HTTP and over a socket, and what nobody else says', async () => {
    const chain = ['203.0.113.7', '198.51.100.1, 203.0.113.7'];
    expect(await addressesBehind('127.0.0.1', chain)).toEqual(chain.flatMap(() => ['203.0.113.7', '203.0.113.7']));
    expect(await addressesBehind(undefined, ['203.0.113.7'])).toEqual([undefined, undefined]);
  });

  it('is nobody’s when it is one of a private network', async () => {
    const own = ['10.1.2.3', '192.168.0.9', 'fd00::1', '172.20.0.2'];
    expect(await addressesBehind('127.0.0.1', own)).toEqual(own.flatMap(() => [undefined, undefined]));
  });

  it('travels signed with the identity', () => {
    const keys = generateIdentityKeys();
    const signer = createIdentitySigner('gateway', keys.privateKey, Date.now);
    const verifier = createIdentityVerifier({ gateway: keys.publicKey }, Date.now);
    const request = { method: 'POST', path: '/graphql', body: '{}' };
    const who = shopper('ann');
    expect(verifier.verify(signer.sign(who, request, '203.0.113.7'), request)).toEqual({ who, address: '203.0.113.7' });
    expect(verifier.verify(signer.sign(who, request), request)).toEqual({ who });
  });
});

/** The same question over a socket that a proxy opened for a client. */
async function askOverSocket(gateway: SmallGateway, forwardedFor: string): Promise<void> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string | string[]) {
        super(url, protocols, { headers: { 'x-forwarded-for': forwardedFor } });
      }
    },
    connectionParams: { authorization: `Bearer ${await gateway.token()}` },
  });
  await new Promise<void>((resolve, reject) =>
    client.subscribe({ query: '{ viewer { id } }' }, { next: () => undefined, error: reject, complete: resolve }),
  );
  await client.dispose();
}
