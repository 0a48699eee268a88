import { createLogger } from '../../subgraphs/shared/runtime/logger';
import { connectMongo } from '../../subgraphs/shared/runtime/mongo';
import { workOnCodeJob } from '../../subgraphs/user-coupon/application/generate-codes';
import { codeMaker } from '../../subgraphs/user-coupon/domain/promotion-code';
import { createPromotionCodes } from '../../subgraphs/user-coupon/promotion-codes';

/** Works on the code jobs of a database until it is killed: the process that the codes bench kills. */
async function main([uri = '', prefix = '', key = '']: readonly string[]): Promise<void> {
  const mongo = await connectMongo(uri, { appName: 'codes-worker', databasePrefix: prefix });
  const promotionCodes = createPromotionCodes(mongo.database('user-coupon'));
  const logger = createLogger({ name: 'codes-worker', level: 'silent' });
  const secret = Buffer.from(key, 'hex');
  const codesOf = (tenant: string) => codeMaker(secret, tenant);
  while ((await workOnCodeJob({ promotionCodes, logger }, codesOf, new AbortController().signal)) === 'MORE');
  await mongo.close();
}

void main(process.argv.slice(2));
