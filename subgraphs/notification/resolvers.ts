import type DataLoader from 'dataloader';
import type { Resolvers } from '../../schema/generated/notification';
import { scalarResolvers } from '../../schema/subgraph-sdl';
import type { TemplateId } from '../shared/kernel/identifiers';
import type { DeadLetterFields } from '../shared/runtime/dead-letter-fields';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import type { RequestContext } from '../shared/runtime/server';
import type { MessageToRead } from './application/read-inbox';
import type { Names } from './domain/reminder';
import { reminderText } from './domain/reminder';

/** What resolvers find in their context: the caller, this request's loaders, and the use cases. */
export interface NotificationContext extends RequestContext {
  /** The caller's own messages by id; anybody else's are absent. */
  messages: DataLoader<string, MessageToRead | null>;
  names: DataLoader<TemplateId, Names | null>;
  /** The zone of the caller's tenant. */
  zone(): Promise<string>;
  inbox(ownerId: string, page: { limit: number; after: string[] | null }): Promise<MessageToRead[] | null>;
  markNotificationRead(id: string): Promise<MessageToRead | null>;
  deadLetters: DeadLetterFields;
}

export const resolvers: Resolvers<NotificationContext> = {
  ...scalarResolvers('notification'),
  UserError: { __resolveType: () => null },
  Query: {
    notificationDeadLetters: (_, args, { deadLetters, who }) => deadLetters.list(who, args),
  },
  Mutation: {
    async markNotificationRead(_, { input }, context) {
      const message = await context.markNotificationRead(input.notificationId);
      if (!message) {
        const text = 'Expected one of your messages, found none with this id; list the inbox again.';
        return {
          notification: null,
          userErrors: [{ code: 'NOTIFICATION_NOT_FOUND', message: text, field: ['input', 'notificationId'] }],
        };
      }
      context.messages.clear(message.id).prime(message.id, message);
      return { notification: { id: message.id }, userErrors: [] };
    },
    replayNotificationDeadLetter: (_, { input }, { deadLetters, who }) => deadLetters.replay(who, input),
  },
  User: {
    async inbox(user, args, context) {
      const page = pageArguments(args, 2);
      const messages = await context.inbox(user.id, page);
      if (!messages) return null;
      for (const message of messages) context.messages.prime(message.id, message);
      return toConnection(messages, page.limit, (message) => [message.deliveredAt.toISOString(), message.id]);
    },
  },
  Notification: {
    __resolveReference: async ({ id }, { messages }) => ((await messages.load(id)) ? { id } : null),
    kind: async ({ id }, _, context) => (await messageOf(id, context)).kind,
    deliveredAt: async ({ id }, _, context) => (await messageOf(id, context)).deliveredAt,
    readAt: async ({ id }, _, context) => (await messageOf(id, context)).readAt,
    template: async ({ id }, _, context) => ({ id: (await messageOf(id, context)).templateId }),
    coupons: async ({ id }, _, context) =>
      (await messageOf(id, context)).couponIds.map((couponId) => ({ id: couponId })),
    async text({ id }, { locale }, context) {
      const message = await messageOf(id, context);
      const names = (await context.names.load(message.templateId)) ?? { default: message.templateId };
      const { couponIds, expiresAt } = message;
      return reminderText(
        { names, couponCount: couponIds.length, expiresAt, zone: await context.zone() },
        locale ?? null,
      );
    },
  },
};

/** A message that the caller was shown to have a moment ago. */
async function messageOf(id: string, { messages }: NotificationContext): Promise<MessageToRead> {
  const message = await messages.load(id);
  if (!message) throw new Error(`Expected the message ${id} of the caller, found none.`);
  return message;
}
