import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A running server, spoken to as any client would: GraphQL over HTTP and WebSocket, and the pay page. */
export interface Server {
  /** Runs a stored operation, e.g. `ask<ClaimCouponMutation>('claim-coupon', token, { input })`; retries what the server says may be retried. */
  ask<T>(operation: string, token: string, variables?: object): Promise<T>;
  /** A development token; the server refuses to hand any out in production. */
  token(role: 'shopper' | 'merchant' | 'operator' | 'service', subject: string, merchant?: string): Promise<string>;
  /** Runs a stored subscription until `stop()`. */
  subscribe<T>(operation: string, token: string, next: (data: T) => void): { stop(): Promise<void> };
  /** Presses a button of the fake provider's pay page. */
  pressPay(payUrl: string, button: 'pay' | 'fail'): Promise<void>;
}

/**
 * @param url where the server is, `http://127.0.0.1:4000`
 * @param tenant the marketplace to speak as
 */
export function connect(url: string, tenant: string): Server {
  const documents = new Map<string, string>();
  const document = (operation: string): string => {
    const text =
      documents.get(operation) ?? readFileSync(join(__dirname, '..', 'operations', `${operation}.graphql`), 'utf8');
    documents.set(operation, text);
    return text;
  };
  return {
    async ask<T>(operation: string, token: string, variables: object = {}): Promise<T> {
      const body = JSON.stringify({ query: document(operation), variables });
      for (let attempt = 1; ; attempt += 1) {
        const answer = await post(`${url}/graphql`, token, body);
        const retryable = answer.errors?.some((error) => error.extensions?.code === 'UNAVAILABLE');
        if (!answer.errors) return answer.data as T;
        if (!retryable || attempt === 20) {
          throw new Error(
            `${operation}: ${answer.errors.map((error) => `${error.extensions?.code}: ${error.message}`).join('; ')}`,
          );
        }
        await pause(50 * attempt);
      }
    },
    async token(role, subject, merchant) {
      const query = new URLSearchParams({ role, subject, tenant, ...(merchant ? { merchant } : {}) });
      const response = await fetch(`${url}/development/token?${query}`);
      if (!response.ok)
        throw new Error(
          `Expected a development token from ${url}, found status ${response.status}; the demo needs a development server.`,
        );
      const { token } = (await response.json()) as { token: string };
      return token;
    },
    subscribe<T>(operation: string, token: string, next: (data: T) => void) {
      const client: Client = createClient({
        url: `${url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${token}` },
      });
      const stop = client.subscribe<T>(
        { query: document(operation) },
        {
          next: (result) => {
            if (result.data) next(result.data);
          },
          error: (error) => console.error('The subscription ended:', error),
          complete: () => undefined,
        },
      );
      return {
        async stop() {
          stop();
          await client.dispose();
        },
      };
    },
    async pressPay(payUrl, button) {
      // The page's buttons post to `press` beside the page of the payment.
      const page = new URL(payUrl);
      const payment = page.pathname.split('/').at(-1) ?? '';
      const press = new URL(page.pathname.replace(/\/pages\/[^/]+$/, '/press'), page.origin);
      press.searchParams.set('payment', payment);
      press.searchParams.set('button', button);
      const response = await fetch(press, { method: 'POST', redirect: 'manual' });
      if (response.status >= 400)
        throw new Error(
          `Expected the pay page to take the button ${button}, found status ${response.status}: ${await response.text()}`,
        );
    },
  };
}

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

async function post(url: string, token: string, body: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  return (await response.json()) as Answer;
}

/** Waits, on real time. @param ms milliseconds */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs `work` for every item, at most `width` at a time, and keeps the order of the answers. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

/** Looks until it is so, for half a minute. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`Waited 30 s in vain until ${what}.`);
    await pause(50);
  }
}
