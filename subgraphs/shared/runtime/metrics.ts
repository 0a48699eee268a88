import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

/** What a process counts, for Prometheus. Subgraphs that share a process share one of these and one name means one metric. */
export interface Metrics {
  /** A counter; the one of that name when it is there already. */
  counter<L extends string>(definition: MetricDefinition<CounterConfiguration<L>>): Counter<L>;
  /** A gauge; the one of that name when it is there already. */
  gauge<L extends string>(definition: MetricDefinition<GaugeConfiguration<L>>): Gauge<L>;
  /** A histogram; the one of that name when it is there already. Buckets in the unit of the name, seconds by custom. */
  histogram<L extends string>(definition: MetricDefinition<HistogramConfiguration<L>>): Histogram<L>;
  /** Everything as `/metrics` answers it. */
  scrape(): Promise<{ contentType: string; body: string }>;
}

type MetricDefinition<C> = Omit<C, 'registers'>;

/**
 * A registry of its own, so that two processes in one test never count together.
 * @param options `processMetrics` adds CPU, memory, event loop and garbage collection; off in tests
 */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const known = <M>(name: string, kind: abstract new (...args: never[]) => M, create: () => M): M => {
    const found: unknown = registry.getSingleMetric(name);
    if (found === undefined) return create();
    if (found instanceof kind) return found;
    throw new Error(`Expected the metric ${name} to be a ${kind.name}, found another kind; choose another name.`);
  };
  return {
    counter: <L extends string>(definition: MetricDefinition<CounterConfiguration<L>>) =>
      known<Counter<L>>(definition.name, Counter, () => new Counter({ ...definition, registers: [registry] })),
    gauge: <L extends string>(definition: MetricDefinition<GaugeConfiguration<L>>) =>
      known<Gauge<L>>(definition.name, Gauge, () => new Gauge({ ...definition, registers: [registry] })),
    histogram: <L extends string>(definition: MetricDefinition<HistogramConfiguration<L>>) =>
      known<Histogram<L>>(definition.name, Histogram, () => new Histogram({ ...definition, registers: [registry] })),
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
