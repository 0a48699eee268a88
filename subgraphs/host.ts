import { randomUUID } from 'node:crypto';
import { createNotificationSubgraph } from './notification/subgraph';
import { createSearchSubgraph } from './search/subgraph';
import { createSettlementSubgraph } from './settlement/subgraph';
import type { ProcessName } from './shared/contracts/identity';
import type { Clock } from './shared/runtime/clock';
import { MovableClock } from './shared/runtime/clock';
import { createEventFollower, type EventFollower } from './shared/runtime/events';
import type { Logger } from './shared/runtime/logger';
import type { MongoConnection } from './shared/runtime/mongo';
import { preparation } from './shared/runtime/preparation';
import type { RedisConnection } from './shared/runtime/redis';
import type { RunningSubgraph, SubgraphName } from './shared/runtime/server';
import { createSubgraphClient, inProcessTransport, type SubgraphTransport } from './shared/runtime/subgraph-client';
import type { SubgraphDeps } from './shared/runtime/subgraph-deps';
import { createWorkers } from './shared/runtime/workers';
import { createTemplateSubgraph } from './template/subgraph';
import { createUserCouponSubgraph } from './user-coupon/subgraph';

/** Every subgraph, and how it is made. */
const makers: Record<SubgraphName, (deps: SubgraphDeps) => Promise<RunningSubgraph>> = {
  template: createTemplateSubgraph,
  'user-coupon': createUserCouponSubgraph,
  settlement: createSettlementSubgraph,
  search: createSearchSubgraph,
  notification: createNotificationSubgraph,
};

/** The names of every subgraph there is. */
export const allSubgraphs: readonly SubgraphName[] = [
  'template',
  'user-coupon',
  'settlement',
  'search',
  'notification',
];

export interface HostOptions {
  /** The subgraphs that run in this process: one in a container, all of them in the standalone process. */
  names: readonly SubgraphName[];
  env: NodeJS.ProcessEnv;
  clock: Clock;
  mongo: MongoConnection;
  redis: RedisConnection;
  logger: Logger;
  publicUrl: string;
  /** The way to a subgraph that runs elsewhere; never asked for one that runs here. */
  remote(self: ProcessName, target: ProcessName): SubgraphTransport;
}

/** The subgraphs of one process, on one connection to each store and one stream of events. */
export interface Host {
  subgraph(name: SubgraphName): RunningSubgraph;
  follower: EventFollower;
  /** Why this process cannot serve now; empty when it can. */
  problems(): Promise<string[]>;
  /** Lets running requests finish, gives leases back, and stops. The stores stay open: whoever opened them closes them. */
  stop(): Promise<void>;
}

/** Creates the subgraphs, starts following events, then starts their workers. */
export async function startHost(options: HostOptions): Promise<Host> {
  const processId = `${process.pid}-${randomUUID()}`;
  const follower = createEventFollower({ mongo: options.mongo, logger: options.logger, processId });
  const workers = createWorkers({ logger: options.logger });
  const running = new Map<ProcessName, RunningSubgraph>();
  const here = (name: ProcessName): RunningSubgraph => {
    const subgraph = running.get(name);
    if (!subgraph)
      throw new Error(`Expected the subgraph ${name} in this process, found ${[...running.keys()].join(', ')}.`);
    return subgraph;
  };
  for (const name of options.names) {
    running.set(
      name,
      await makers[name]({
        env: options.env,
        clock: options.clock,
        movableClock: options.clock instanceof MovableClock ? options.clock : null,
        mongo: options.mongo,
        redis: options.redis,
        follower,
        logger: options.logger.child({ subgraph: name }),
        processId,
        workers,
        client: (target) =>
          createSubgraphClient({
            self: name,
            transport: options.names.some((own) => own === target)
              ? inProcessTransport(() => here(target))
              : options.remote(name, target),
          }),
        publicUrl: options.publicUrl,
      }),
    );
  }
  const following = preparation('events', () => follower.start(), options.logger);
  await following.start();
  for (const subgraph of running.values()) await subgraph.start();
  return {
    subgraph: here,
    follower,
    async problems() {
      const own = await Promise.all([...running.values()].map((subgraph) => subgraph.problems()));
      return [...new Set([...following.problems(), ...follower.problems(), ...own.flat()])];
    },
    async stop() {
      await Promise.all([...running.values()].map((subgraph) => subgraph.stop()));
      await following.stop();
      await follower.stop();
      await workers.close();
    },
  };
}
