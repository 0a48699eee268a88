import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { createLoader } from '../../../subgraphs/shared/runtime/loaders';
import { createMetrics } from '../../../subgraphs/shared/runtime/metrics';
import { encodeCursor, pageArguments, toConnection } from '../../../subgraphs/shared/runtime/pages';

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof GraphQLError) return error.extensions;
    throw error;
  }
  return null;
}

describe('a page of a list', () => {
  it('has 20 rows unless the client says otherwise, and 100 at most', () => {
    expect(pageArguments({})).toEqual({ limit: 20, after: null });
    expect(pageArguments({ first: 100, after: null })).toEqual({ limit: 100, after: null });
    for (const first of [0, -1, 101, 1.5])
      expect(refusal(() => pageArguments({ first }))).toEqual({ code: 'BAD_USER_INPUT', path: ['first'] });
  });

  it('goes on where the last one ended, until nothing is left', () => {
    const shelf = ['a', 'b', 'c', 'd', 'e'];
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 5; pages += 1) {
      const page = pageArguments({ first: 2, after }, 1);
      const rows = shelf.filter((row) => row > (page.after?.[0] ?? '')).slice(0, page.limit + 1);
      const connection = toConnection(rows, page.limit, (row) => [row]);
      seen.push(...connection.edges.map(({ node }) => node));
      after = connection.pageInfo.endCursor;
      if (!connection.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(shelf);
    expect(toConnection([], 20, () => [])).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('refuses a cursor that is garbled or of another list', () => {
    const garbled = ['', 'nonsense', '"x"', Buffer.from('{"a":1}').toString('base64url'), encodeCursor([])];
    for (const after of [...garbled, Buffer.from('[1]').toString('base64url'), 'x'.repeat(5000)])
      expect(refusal(() => pageArguments({ after }))).toEqual({ code: 'BAD_USER_INPUT', path: ['after'] });
    expect(refusal(() => pageArguments({ after: encodeCursor(['a', 'b']) }, 1))).toMatchObject({ path: ['after'] });
    expect(pageArguments({ after: encodeCursor(['满减', 'b']) }, 2).after).toEqual(['满减', 'b']);
  });
});

describe('a loader', () => {
  it('asks once for a whole page and gives everyone their own answer', async () => {
    const asked: string[][] = [];
    const loader = createLoader(async (ids: readonly string[]) => {
      asked.push([...ids]);
      return new Map([...ids].reverse().flatMap((id) => (id === 'gone' ? [] : [[id, id.toUpperCase()] as const])));
    });
    expect(await Promise.all(['b', 'gone', 'a', 'b'].map((id) => loader.load(id)))).toEqual(['B', null, 'A', 'B']);
    expect(asked).toEqual([['b', 'gone', 'a']]);
  });
});

describe('the metrics of a process', () => {
  it('are counted together by all its subgraphs', async () => {
    const metrics = createMetrics();
    const definition = { name: 'claims_total', help: 'Claims', labelNames: ['result'] as const };
    metrics.counter(definition).inc({ result: 'TAKEN' });
    metrics.counter(definition).inc({ result: 'TAKEN' });
    expect((await metrics.scrape()).body).toContain('claims_total{result="TAKEN"} 2');
    expect(() => metrics.gauge({ name: 'claims_total', help: '' })).toThrow('choose another name');
    expect((await createMetrics().scrape()).body).not.toContain('claims_total');
  });
});
