import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { projectFile } from '../../subgraphs/shared/runtime/files';

/** The standalone process as a user runs it: a process of its own, on stores of its own, spoken to over HTTP. */
export interface Standalone {
  url: string;
  pid: number;
  /** What it printed so far. */
  output(): string;
  /** One GraphQL answer over HTTP. */
  ask(query: string, variables: object, token: string): Promise<Answer>;
  token(role: 'shopper' | 'merchant' | 'operator' | 'service', subject: string, merchant?: string): Promise<string>;
  /** SIGKILL: nothing is flushed, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code once it has drained. */
  stop(): Promise<number | null>;
}

export interface Answer {
  status: number;
  data: Record<string, unknown> | null;
  errors: { message: string; extensions?: { code?: string } }[];
}

/** Starts it and waits until it is ready, or only until it answers. @param options `port` to come back where clients look for it */
export async function startStandalone(options: {
  dataDir: string;
  port?: number;
  env?: NodeJS.ProcessEnv;
  isReadyExpected?: boolean;
}): Promise<Standalone> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  // Without what jest sets for itself: this is to be the process a user starts.
  const { NODE_ENV: _test, JEST_WORKER_ID: _worker, ...environment } = process.env;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', projectFile('gateway/standalone.ts')], {
    cwd: projectFile('.'),
    env: { ...environment, PORT: String(port), DATA_DIR: options.dataDir, LOG_LEVEL: 'error', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exited = once(child, 'exit');
  await ready(child, url, () => printed, options.isReadyExpected ?? true);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed,
    async ask(query, variables, token) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as Partial<Answer>;
      return { status: response.status, data: answer.data ?? null, errors: answer.errors ?? [] };
    },
    async token(role, subject, merchant) {
      const query = new URLSearchParams({ role, subject, ...(merchant ? { merchant } : {}) });
      const response = await fetch(`${url}/development/token?${query}`);
      return ((await response.json()) as { token: string }).token;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

async function ready(child: ChildProcess, url: string, printed: () => string, isReadyExpected: boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer && (answer.status === 200 || !isReadyExpected)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`Expected ${url} to be ready within a minute, found it is not. It printed:\n${printed()}`);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
