import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createIdentitySigner, generateIdentityKeys, type Identity } from '../../subgraphs/shared/contracts/identity';
import { projectFile } from '../../subgraphs/shared/runtime/files';
import { httpTransport, type SubgraphAnswer } from '../../subgraphs/shared/runtime/subgraph-client';
import type { Killed } from './mongo-cluster';
import { freePort } from './standalone';

/** The subgraph that serves claims, in several processes of its own, as a deployment runs it. */
export interface ClaimServices {
  /** Sends one operation to one of the processes, by turns; throws Unavailable when none answers it. */
  ask(query: string, variables: Record<string, unknown>, who: Identity): Promise<SubgraphAnswer>;
  /** SIGKILLs one of them, by turns, and starts it again; `restored` resolves when it is ready. */
  killOne(): Promise<Killed>;
  stop(): Promise<void>;
}

/** How long one call may take, in milliseconds. */
const callMs = 15_000;

/**
 * Starts `count` processes and waits until they are ready.
 * @param env the stores they use
 * @param connections to each of them, at most
 */
export async function startClaimServices(
  count: number,
  env: Record<string, string>,
  connections = 64,
): Promise<ClaimServices> {
  const [gateway, own] = [generateIdentityKeys(), generateIdentityKeys()];
  const signer = createIdentitySigner('gateway', gateway.privateKey, Date.now);
  const settings = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    LOG_LEVEL: process.env.CHAOS_LOG_LEVEL ?? 'fatal',
    HOST: '127.0.0.1',
    IDENTITY_KEY: own.privateKey,
    IDENTITY_PUBLIC_KEYS: `gateway=${gateway.publicKey},user-coupon=${own.publicKey}`,
    SUBGRAPH_URLS: 'settlement=http://127.0.0.1:9', // asked about lapsed holds alone, of which there are none
    CODE_KEY: 'AAAAAAAAAAAAAAAAAAAAAA',
    ...env,
  };
  const services = await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      return { port, url, transport: httpTransport({ url, signer, connections }), child: null as ChildProcess | null };
    }),
  );
  const start = async (service: (typeof services)[number]): Promise<void> => {
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', projectFile('subgraphs/main.ts'), 'user-coupon'], {
      cwd: projectFile('.'),
      env: { ...settings, PORT: String(service.port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    service.child = child;
    await ready(service.url, child);
  };
  await Promise.all(services.map(start));
  let asked = 0;
  let killed = 0;
  return {
    async ask(query, variables, who) {
      asked += 1;
      const service = services[asked % services.length];
      if (!service) throw new Error('Expected a service to ask, found none.');
      return service.transport.call({ query, variables }, who, {
        requestId: `chaos-${asked}`,
        deadline: Date.now() + callMs,
      });
    },
    async killOne() {
      killed += 1;
      const service = services[killed % services.length];
      if (!service) throw new Error('Expected a service to kill, found none.');
      await ended(service.child, 'SIGKILL');
      return { what: 'service', restored: start(service) };
    },
    async stop() {
      await Promise.all(
        services.map(async ({ child, transport }) => {
          await ended(child, 'SIGKILL');
          await transport.close().catch(() => undefined);
        }),
      );
    },
  };
}

async function ended(child: ChildProcess | null, signal: 'SIGKILL'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await pause(50)) {
    if (child.exitCode !== null) throw new Error(`Expected a claim service at ${url}, found that it ended by itself.`);
    if (child.signalCode !== null) return; // killed again while it was starting, by the end of the run
    if ((await fetch(`${url}/readyz`).catch(() => null))?.status === 200) return;
  }
  throw new Error(
    `Expected ${url} to be ready within 90 s, found it is not; CHAOS_LOG_LEVEL=info shows what it waits for.`,
  );
}
