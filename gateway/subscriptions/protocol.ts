import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../../subgraphs/shared/contracts/identity';
import type { Logger } from '../../subgraphs/shared/runtime/logger';
import { type Authenticator, type Caller, tenantHeader } from '../authenticate';
import { maskedError } from '../error-masking';
import type { SocketOperation, SocketOperations } from './operations';
import { type Delivered, endedError, StreamEnded, type Subscription } from './stream';

/** Bounds of one socket. */
export interface SocketLimits {
  /** Operations that may run at the same time. */
  operations: number;
  /** The largest message a client may send, in bytes. */
  messageBytes: number;
  /** How long a client may take for `connection_init`, in milliseconds. */
  initMs: number;
  /** How often a socket is pinged; one that has not answered by the next ping is ended. Milliseconds. */
  pingMs: number;
}

export const socketLimits: SocketLimits = { operations: 100, messageBytes: 256 * 1024, initMs: 5000, pingMs: 20_000 };

/** Why a socket is closed, beside the codes of the protocol itself. Clients reconnect after the first two. */
export const closeCodes = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 } as const;

/** GraphQL over WebSocket, the graphql-transport-ws protocol. */
export interface SocketServer {
  /** Takes over an HTTP connection that asks to become a WebSocket. @param address of the client, where it is known */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string | null): void;
  socketCount(): number;
  /** Sends every client away so that it connects elsewhere; ends those that do not go within two seconds. */
  close(): Promise<void>;
}

/** One socket. `caller` is who is at the other end, once `connection_init` said so. */
interface SocketState {
  socket: WebSocket;
  /** Of the client's network, where it is known. */
  address: string | null;
  caller: Caller | null;
  expiry: NodeJS.Timeout | undefined;
}

/** What goes from an accepted operation to where it is run. */
interface AcceptedOperation {
  who: Identity;
  address: string | null;
  operation: SocketOperation;
  /** Opened already, for a subscription. */
  subscription: Subscription | null;
}

/** The longest wait a timer takes; a token that lives longer is looked at again then. */
const longestTimerMs = 2 ** 31 - 1;
/** How long clients have to close after they were told, in milliseconds. */
const farewellMs = 2000;

/**
 * Sockets speak graphql-transport-ws. `connection_init` carries `{authorization: "Bearer …"}`, or `{"promograph-tenant": …}`
 * for nobody in particular; a refused one closes with 4403, and so does the expiry of the token.
 *
 * A client that does not read its results in time is closed with 1013 and what waited for it is forgotten: it connects again
 * and reads what it missed.
 * @param options `now` is real time in Unix milliseconds
 */
export function createSocketServer(options: {
  operations: SocketOperations;
  authenticator: Authenticator;
  logger: Logger;
  limits?: Partial<SocketLimits>;
  now?: () => number;
}): SocketServer {
  const { operations, authenticator, logger } = options;
  const limits = { ...socketLimits, ...options.limits };
  const now = options.now ?? Date.now;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  /** By the arguments object that the protocol library carries from `onSubscribe` to `subscribe` or `execute`. */
  const accepted = new WeakMap<ExecutionArgs, AcceptedOperation>();
  let isClosing = false;

  const protocol = makeServer<Record<string, unknown>, SocketState>({
    connectionInitWaitTimeout: limits.initMs,

    async onConnect({ connectionParams, extra: state }) {
      const verdict = await authenticator.authenticate(
        textOf(connectionParams, 'authorization'),
        textOf(connectionParams, tenantHeader),
      );
      if ('fault' in verdict) {
        const isOurs = verdict.fault.code === 'UNAVAILABLE';
        state.socket.close(
          isOurs ? closeCodes.tryAgainLater : closeCodes.forbidden,
          closeReason(verdict.fault.message),
        );
        return false;
      }
      state.caller = verdict;
      if (verdict.until !== null) closeAtExpiry(state, verdict.until, now);
      return true;
    },

    async onSubscribe({ extra: state, subscriptions }, _id, operation) {
      const { caller } = state;
      if (!caller)
        return [new Fault({ message: 'Expected connection_init first.', extensions: { code: 'UNAUTHENTICATED' } })];
      if (Object.keys(subscriptions).length > limits.operations) {
        const message = `Expected at most ${limits.operations} operations at once on a socket, found one more; complete one first.`;
        return [new Fault({ message, extensions: { code: 'RATE_LIMITED' } })];
      }
      const read = operations.read(operation);
      if ('faults' in read) return read.faults.map((fault) => new Fault(fault));
      let subscription: Subscription | null = null;
      if (read.definition.operation === 'subscription') {
        const answer = await operations.subscribe(operation, read, caller.who, () => dropSlow(state.socket, logger));
        if ('faults' in answer) return answer.faults.map((fault) => new Fault(fault));
        subscription = answer;
      }
      const args: ExecutionArgs = {
        schema: operations.schema,
        document: read.document,
        operationName: operation.operationName ?? null,
        rootValue: null,
        contextValue: null,
      };
      accepted.set(args, { who: caller.who, address: state.address, operation, subscription });
      return args;
    },

    // The library ends an iterator at once whose client completed or left while it was being opened.
    subscribe: (args) => accepted.get(args)?.subscription ?? lost(),
    async execute(args) {
      const { operation, who, address } = accepted.get(args) ?? lost();
      const delivered: Delivered = { payload: await operations.run(operation, who, address) };
      return delivered;
    },
    // Errors of results are plain already; the library would call toJSON() on each and fail.
    onNext: (_context, _id, _payload, _args, result) => payloadOf(result),
    onError: (_context, _id, _payload, errors) => errors.map(plainFault),
  });

  sockets.on('connection', (socket: WebSocket, address: string | null) => {
    const state: SocketState = { socket, address, caller: null, expiry: undefined };
    const stopPinging = keepAlive(socket, limits.pingMs);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(text, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage(handle) {
          socket.on('message', (message) => {
            handle(String(message)).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return; // the client left while it was answered
              logger.error({ err: error }, 'a message of a socket could not be handled');
              socket.close(1011, 'Internal error');
            });
          });
        },
      },
      state,
    );
    // Frames that break the protocol or the size limit; ws closes with the right code by itself.
    socket.on('error', (error) => logger.debug({ err: error }, 'a socket broke'));
    socket.once('close', (code, reason) => {
      stopPinging();
      clearTimeout(state.expiry);
      closed(code, String(reason)).catch((error: unknown) =>
        logger.error({ err: error }, 'a socket was not left in order'),
      );
    });
  });

  return {
    upgrade(request, socket, head, address) {
      if (isClosing) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, address));
    },
    socketCount: () => sockets.clients.size,
    async close() {
      isClosing = true;
      const left = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets.clients)
        socket.close(closeCodes.goingAway, 'The server is going away; connect again.');
      const late = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, farewellMs);
      await Promise.all(left);
      clearTimeout(late);
      sockets.close();
    },
  };
}

/** A fault that is formatted already, on its way through a library that wants GraphQLError. */
class Fault extends GraphQLError {
  readonly plain: GraphQLFormattedError;

  constructor(plain: GraphQLFormattedError) {
    super(plain.message);
    this.plain = plain;
  }
}

function plainFault(error: GraphQLError): GraphQLFormattedError {
  if (error instanceof Fault) return error.plain;
  if (error.originalError instanceof StreamEnded) return endedError(error.originalError);
  return maskedError(error.toJSON(), null);
}

function payloadOf(result: ExecutionResult): FormattedExecutionResult {
  return isDelivered(result) ? result.payload : lost();
}

function isDelivered(result: ExecutionResult): result is Delivered {
  return 'payload' in result;
}

function lost(): never {
  throw new Error('Expected an operation that was accepted, found another.');
}

function textOf(params: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  for (const [key, value] of Object.entries(params ?? {}))
    if (key.toLowerCase() === name) return typeof value === 'string' ? value : '';
  return undefined;
}

function closeAtExpiry(state: SocketState, until: number, now: () => number): void {
  const left = until - now();
  if (left <= 0) {
    state.socket.close(closeCodes.forbidden, 'The token has expired; connect with a fresh one.');
    return;
  }
  state.expiry = setTimeout(() => closeAtExpiry(state, until, now), Math.min(left, longestTimerMs));
}

/** The client cannot be told through a socket it does not read, so it is given little time to close. */
function dropSlow(socket: WebSocket, logger: Logger): void {
  logger.warn('a client did not read its results in time and is sent away');
  socket.close(closeCodes.tryAgainLater, 'Results were not read in time; connect again and read what was missed.');
  const late = setTimeout(() => socket.terminate(), farewellMs);
  socket.once('close', () => clearTimeout(late));
}

function keepAlive(socket: WebSocket, pingMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
}

/** A close frame carries at most 123 bytes of reason. */
function closeReason(message: string): string {
  return Buffer.byteLength(message) <= 123 ? message : 'Forbidden';
}
