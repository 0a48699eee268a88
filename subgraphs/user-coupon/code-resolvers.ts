import type {
  ClaimCouponByCodeErrorCode,
  CodeJobErrorCode,
  MutationResolvers,
  PublicCodeErrorCode,
  QueryResolvers,
  ResolversTypes,
} from '../../schema/generated/user-coupon';
import { asTemplateId } from '../shared/kernel/identifiers';
import type { Outcome } from '../shared/kernel/outcome';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { type ClaimByCodeRefusal, type CodeClaimDeps, claimCouponByCode } from './application/claim-coupon-by-code';
import {
  type CodeJobDeps,
  type CodeJobRefusal,
  codeJob,
  codeJobs,
  generateCodes,
  resumeCodeJob,
  stopCodeJob,
} from './application/generate-codes';
import {
  closePublicCode,
  createPublicCode,
  type PublicCode,
  type PublicCodeDeps,
  type PublicCodeRefusal,
} from './application/public-codes';
import type { CodeJob } from './domain/code-job';
import type { Coupon } from './domain/coupon';

/** What the fields about codes need. */
export type CodeDeps = CodeClaimDeps & CodeJobDeps & PublicCodeDeps;

type CodeQueries = Required<Pick<QueryResolvers<RequestContext>, 'codeJob' | 'codeJobs'>>;
type CodeMutations = Required<
  Pick<
    MutationResolvers<RequestContext>,
    'claimCouponByCode' | 'generateCodes' | 'stopCodeJob' | 'resumeCodeJob' | 'createPublicCode' | 'closePublicCode'
  >
>;

/**
 * The fields of `schema/user-coupon.graphql` about promotion codes.
 * @param shared how all of this subgraph show a coupon and judge a key
 */
export function codeResolvers(
  deps: CodeDeps & { assertPrepared(): void },
  shared: { shape(coupon: Coupon): ResolversTypes['Coupon']; usableKey(key: string): string },
): { Query: CodeQueries; Mutation: CodeMutations } {
  return {
    Query: {
      async codeJob(_, { id }, { who }) {
        const job = await codeJob(deps, who, id);
        return job && jobShape(job);
      },
      async codeJobs(_, { templateId, ...args }, { who }) {
        const { limit, after } = pageArguments(args, 1);
        const page = { afterNumber: afterNumberOf(after), limit: limit + 1 };
        const jobs = await codeJobs(deps, who, asTemplateId(templateId), page);
        if (!jobs) return null;
        const { edges, pageInfo } = toConnection(jobs, limit, ({ firstNumber }) => [String(firstNumber)]);
        return { edges: edges.map(({ cursor, node }) => ({ cursor, node: jobShape(node) })), pageInfo };
      },
    },
    Mutation: {
      async claimCouponByCode(_, { input }, { who, address }) {
        deps.assertPrepared();
        shared.usableKey(input.idempotencyKey);
        const claimed = await claimCouponByCode(deps, who, { ...input, code: usableCode(input.code), address });
        return claimed.ok
          ? { coupon: shared.shape(claimed.value), userErrors: [] }
          : { coupon: null, userErrors: [claimErrorShape(claimed.refusal)] };
      },
      async generateCodes(_, { input }, { who }) {
        deps.assertPrepared();
        shared.usableKey(input.idempotencyKey);
        return jobPayload(await generateCodes(deps, who, input));
      },
      stopCodeJob: async (_, { input }, { who }) => jobPayload(await stopCodeJob(deps, who, input.id)),
      resumeCodeJob: async (_, { input }, { who }) => jobPayload(await resumeCodeJob(deps, who, input.id)),
      createPublicCode: async (_, { input }, { who }) => publicPayload(await createPublicCode(deps, who, input)),
      closePublicCode: async (_, { input }, { who }) => publicPayload(await closePublicCode(deps, who, input)),
    },
  };
}

/** The longest text that is looked at as a code, in characters; as settlement has it for quotes. */
const longestTyped = 64;

function usableCode(code: string): string {
  if (code.length <= longestTyped) return code;
  throw badUserInput(
    `input.code: expected at most ${longestTyped} characters, found ${code.length}; send the code alone.`,
    ['input', 'code'],
  );
}

function afterNumberOf(after: string[] | null): number {
  if (!after) return 0;
  const number = Number(after[0]);
  if (!Number.isSafeInteger(number))
    throw badUserInput(
      'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
      ['after'],
    );
  return number;
}

function jobShape({ id, templateId, count, doneCount, state, createdAt }: CodeJob): ResolversTypes['CodeJob'] {
  return { id, template: { id: templateId }, count, doneCount, state, createdAt };
}

function jobPayload(outcome: Outcome<CodeJob, CodeJobRefusal>): ResolversTypes['GenerateCodesPayload'] {
  if (outcome.ok) return { job: jobShape(outcome.value), userErrors: [] };
  const { refusal } = outcome;
  return {
    job: null,
    userErrors: [{ code: refusal.code, message: jobMessage(refusal), field: jobFields[refusal.code] }],
  };
}

const jobFields: Record<CodeJobErrorCode, string[]> = {
  TEMPLATE_NOT_FOUND: ['input', 'templateId'],
  NOT_A_CODE_PROMOTION: ['input', 'templateId'],
  TEMPLATE_ENDED: ['input', 'templateId'],
  COUNT_OUT_OF_RANGE: ['input', 'count'],
  JOB_NOT_FOUND: ['input', 'id'],
  JOB_NOT_RUNNING: ['input', 'id'],
  JOB_NOT_STOPPED: ['input', 'id'],
  IDEMPOTENCY_KEY_REUSED: ['input', 'idempotencyKey'],
};

const templateMessages = {
  TEMPLATE_NOT_FOUND: 'Expected a published template of yours, found none with this id; publish it first.',
  NOT_A_CODE_PROMOTION: 'Expected a template with trigger CODE, found another; write a new one for codes.',
  TEMPLATE_ENDED: 'Expected a promotion that is not over, found one that is.',
} as const;

function jobMessage(refusal: CodeJobRefusal): string {
  switch (refusal.code) {
    case 'COUNT_OUT_OF_RANGE':
      return `Expected 1 to ${refusal.most} codes, found ${refusal.found}; ask for a number within that.`;
    case 'JOB_NOT_FOUND':
      return 'Expected a job of yours, found none with this id.';
    case 'JOB_NOT_RUNNING':
      return `Expected a running job, found one that is ${refusal.found}.`;
    case 'JOB_NOT_STOPPED':
      return `Expected a stopped job, found one that is ${refusal.found}.`;
    case 'IDEMPOTENCY_KEY_REUSED':
      return 'Expected the input that came with this key before, found another; use a fresh key.';
    default:
      return templateMessages[refusal.code];
  }
}

function publicPayload(outcome: Outcome<PublicCode, PublicCodeRefusal>): ResolversTypes['CreatePublicCodePayload'] {
  if (outcome.ok) {
    const { text, templateId, isClosed } = outcome.value;
    return { publicCode: { code: text, template: { id: templateId }, isClosed }, userErrors: [] };
  }
  const { refusal } = outcome;
  const field = publicFields[refusal.code];
  return { publicCode: null, userErrors: [{ code: refusal.code, message: publicMessage(refusal), field }] };
}

const publicFields: Record<PublicCodeErrorCode, string[]> = {
  TEMPLATE_NOT_FOUND: ['input', 'templateId'],
  NOT_A_CODE_PROMOTION: ['input', 'templateId'],
  TEMPLATE_ENDED: ['input', 'templateId'],
  NO_STOCK: ['input', 'templateId'],
  INVALID_CODE: ['input', 'code'],
  CODE_TAKEN: ['input', 'code'],
  CODE_NOT_FOUND: ['input', 'code'],
};

function publicMessage(refusal: PublicCodeRefusal): string {
  switch (refusal.code) {
    case 'NO_STOCK':
      return 'Expected a document with limit.stock, the uses of public codes in all, found none; publish a version that has it.';
    case 'INVALID_CODE':
      return `code: expected ${refusal.allowed}, found ${refusal.found}; ${refusal.cure}.`;
    case 'CODE_TAKEN':
      return 'Expected a code that means nothing in this marketplace yet, found one in use; choose another text.';
    case 'CODE_NOT_FOUND':
      return 'Expected a public code of this template, found none with this text.';
    default:
      return templateMessages[refusal.code];
  }
}

const claimMessages: Record<ClaimCouponByCodeErrorCode, string> = {
  UNKNOWN: 'There is no such code.',
  MISTYPED: 'There is no such code: a character is wrong, or two have changed places.',
  USED: 'The code was used.',
  NOT_YOURS: 'The code is reserved for somebody else.',
  NOT_YET_OPEN: 'The promotion of the code is not open now; try again at retryAt.',
  PAUSED: 'The promotion of the code is paused; try again later.',
  ENDED: 'The promotion of the code is over, or the code was closed.',
  SOLD_OUT: 'The code was used as often as it may be.',
  LIMIT_REACHED: 'The caller has as many coupons of this promotion as one person may have.',
  NOT_ELIGIBLE: 'The promotion of the code is not for the caller.',
  RATE_LIMITED: 'Too many wrong codes; try again at retryAt.',
  IDEMPOTENCY_KEY_REUSED: 'This key already made another coupon; use a fresh key for another code.',
};

function claimErrorShape(refusal: ClaimByCodeRefusal) {
  const { reason } = refusal;
  const field = ['input', reason === 'IDEMPOTENCY_KEY_REUSED' ? 'idempotencyKey' : 'code'];
  return {
    code: reason,
    message: claimMessages[reason],
    field,
    retryAt: 'retryAt' in refusal ? (refusal.retryAt ?? null) : null,
  };
}
